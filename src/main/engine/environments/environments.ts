import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Account } from '../../../shared/model/account.ts';
import {
  type EnvironmentRule,
  type EnvironmentRules,
  type Guard,
  type GuardedPlace,
  isConfirmedByName,
  RULED_SEVERITIES,
  type RuleChange,
  strictestOf,
} from '../../../shared/model/environment.ts';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import { starPattern } from '../../../shared/wildcard.ts';
import type { Paths } from '../ports/ports.ts';
import { changeRules } from './change-rules.ts';
import { environmentOfNames } from './name-rule.ts';
import { projectGuard, projectOfPlace } from './project-guard.ts';
import { readRules } from './rules-file.ts';
import { stricterTeamRules, teamRules } from './team-rules.ts';

/** What a rule is matched with. */
export interface NamedPlace {
  readonly account: Pick<Account, 'id' | 'name' | 'kind'>;
  /** Only for the name and the color. */
  readonly region?: string | undefined;
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
}

/** Which environment a place belongs to, and how changes of it are guarded. */
export interface Environments {
  /** Follows the file: a change of it counts from the next call on. */
  guardOf(place: NamedPlace): Guard;
  /** The rules in force, the file that they come from, and what is wrong with it. */
  rules(): EnvironmentRules;
  /** Writes a rule for this account, cluster or service. Throws CONFLICT while the file cannot be read. */
  classify(place: NamedPlace, environment: NonNullable<EnvironmentRule['environment']>): void;
  /**
   * Changes one rule of the file. Throws CONFLICT while the file cannot be read, and when its text is not the one of
   * this version anymore.
   */
  changeRules(version: string, change: RuleChange): void;
}

/** The environments of slipway.yml whose rules hold. */
interface ProjectEnvironments {
  /** The one that the host was started for: its rules hold in its cluster, whatever the account. */
  readonly chosen?: ProjectEnvironment | undefined;
  /** Those of the folders that the window reads: their rules hold in their account and cluster. */
  readonly ofFolders?: () => readonly { readonly environment: ProjectEnvironment }[];
}

/**
 * The environments of the rules in `environments.yml` of the data folder; what no rule matches goes by its name. The rules
 * of a project's environment come after those of the file.
 */
export function openEnvironments(
  paths: Paths,
  { chosen, ofFolders = () => [] }: ProjectEnvironments = {},
): Environments {
  const file = join(paths.data, 'environments.yml');
  let read:
    | { readonly state: string; readonly rules: EnvironmentRules; readonly now: readonly EnvironmentRule[] }
    | undefined;

  function current(): NonNullable<typeof read> {
    const state = stateOf(file);
    if (read?.state === state) return read;
    const { rules, problem, version } = readRules(file);
    const found: EnvironmentRules =
      problem === undefined
        ? { file, rules, version }
        : // The rules of before the mistake stay in force beside those of now, and every change asks for the name.
          { file, rules: read?.rules.rules ?? rules, problem, version };
    read = { state, rules: found, now: rules };
    return read;
  }

  return {
    guardOf(place) {
      const project =
        chosen ?? (place.cluster === undefined ? undefined : projectOfPlace(ofFolders(), place));
      const ofProject = project === undefined ? undefined : projectGuard(project, place);
      const { rules, now } = current();
      const before = composeGuard(place, withRule(rules, ofProject?.rule));
      const guard =
        rules.problem === undefined
          ? before
          : stricter(before, composeGuard(place, withRule({ ...rules, rules: now }, ofProject?.rule)));
      return { ...guard, ...ofProject?.expected };
    },
    rules: () => current().rules,
    classify({ account, cluster, service }, environment) {
      const names = [account.id, cluster, service];
      if (names.some((name) => name?.includes('*'))) {
        throw new SlipwayError(
          'INVALID_INPUT',
          `A name with * would match others too. Write the rule into ${file} yourself.`,
        );
      }
      const rule = { ...literally({ account: account.id, cluster, service }), environment };
      changeRules(file, { kind: 'add', at: 0, rule }, readRules(file).version);
    },
    changeRules: (version, change) => changeRules(file, change, version),
  };
}

function withRule(rules: EnvironmentRules, rule: EnvironmentRule | undefined): EnvironmentRules {
  return rule === undefined ? rules : { ...rules, rules: [...rules.rules, rule] };
}

/** Each setting as strict as the stricter of two guards of one place. */
function stricter(one: Guard, other: Guard): Guard {
  const environment = strictestOf([one.environment, other.environment]);
  const window = one.window ?? other.window;
  const findings = stricterFindings(one.findings, other.findings);
  const ledger = one.ledger ?? other.ledger;
  return {
    ...(one.environment === environment ? one : other),
    confirm: one.confirm === 'name' ? 'name' : other.confirm,
    readOnly: one.readOnly || other.readOnly,
    mutableTags: one.mutableTags === 'refuse' ? 'refuse' : other.mutableTags,
    ...(one.reason === 'required' || other.reason === 'required' ? { reason: 'required' } : {}),
    ...(findings === undefined ? {} : { findings }),
    ...(one.signature === 'required' || other.signature === 'required' ? { signature: 'required' } : {}),
    ...(one.shells === 'refuse' || other.shells === 'refuse' ? { shells: 'refuse' } : {}),
    ...(window === undefined ? {} : { window }),
    ...(ledger === undefined ? {} : { ledger }),
    ...stricterTeamRules(one, other),
  };
}

/** The lowest threshold of two for each, which more findings reach. */
function stricterFindings(one: Guard['findings'], other: Guard['findings']): Guard['findings'] {
  if (one === undefined || other === undefined) return one ?? other;
  const lowest = (setting: 'refuse' | 'warn') =>
    RULED_SEVERITIES.findLast((severity) => severity === one[setting] || severity === other[setting]);
  const [refuse, warn] = [lowest('refuse'), lowest('warn')];
  return {
    ...(refuse === undefined ? {} : { refuse }),
    ...(warn === undefined ? {} : { warn }),
    unscanned: one.unscanned === 'refuse' || other.unscanned === 'refuse' ? 'refuse' : 'warn',
  };
}

/** The guard of a change that touches several clusters of an account: the strictest of all. */
export function strictestGuard(
  environments: Pick<Environments, 'guardOf'>,
  account: NamedPlace['account'],
  clusters: readonly string[],
  region?: string,
): Guard {
  const places = clusters.map((cluster) => ({ account, region, cluster }));
  return strictestOfPlaces(environments, { account, region }, places);
}

/** The guard of a change of an account that reaches clusters of any account: the strictest of all. */
export function strictestOfPlaces(
  environments: Pick<Environments, 'guardOf'>,
  own: NamedPlace,
  places: readonly NamedPlace[],
): Guard {
  const ofAccount = environments.guardOf(own);
  const guards = places.map((place) => environments.guardOf(place));
  // What an account's name does not say, its clusters may.
  const all = ofAccount.environment === 'unclassified' && guards.length > 0 ? guards : [ofAccount, ...guards];
  const environment = strictestOf(all.map((guard) => guard.environment));
  const ticket = all.find((guard) => guard.ticket !== undefined)?.ticket;
  const strictest = all.find((guard) => guard.environment === environment) ?? ofAccount;
  const window = strictest.window ?? all.find((guard) => guard.window !== undefined)?.window;
  return {
    ...strictest,
    ...(window === undefined ? {} : { window }),
    confirm: all.some(({ confirm }) => confirm === 'name') ? 'name' : 'click',
    readOnly: all.some(({ readOnly }) => readOnly),
    mutableTags: all.some(({ mutableTags }) => mutableTags === 'refuse') ? 'refuse' : 'allow',
    ...(all.some(({ reason }) => reason === 'required') ? { reason: 'required' } : {}),
    ...(ticket === undefined ? {} : { ticket }),
  };
}

/** Of all rules that match, the first that says something decides it. */
function composeGuard(place: NamedPlace, { rules, problem }: EnvironmentRules): Guard {
  const matching = rules.filter((rule) => matches(rule, place));
  const first = <K extends keyof EnvironmentRule>(key: K): EnvironmentRule[K] | undefined =>
    matching.find((rule) => rule[key] !== undefined)?.[key];
  const ruled = first('environment');
  const environment = ruled ?? environmentOfNames(place.account, place.cluster);
  const window = first('window');
  const findings = first('findings');
  const ledger = first('ledger');
  const { name, color } = labelOf(matching, environment, place.region);
  const confirm = first('confirm') ?? (isConfirmedByName(environment) ? 'name' : 'click');
  return {
    environment,
    ...(name === undefined ? {} : { name }),
    ...(color === undefined ? {} : { color }),
    from: ruled !== undefined ? 'rule' : environment === 'unclassified' ? 'none' : 'name',
    confirm: problem === undefined ? confirm : 'name',
    readOnly: first('readOnly') ?? false,
    mutableTags: first('mutableTags') ?? 'allow',
    ...(first('reason') === 'required' ? { reason: 'required' } : {}),
    ...(findings === undefined ? {} : { findings }),
    ...(first('signature') === 'required' ? { signature: 'required' } : {}),
    ...(first('shells') === 'refuse' ? { shells: 'refuse' } : {}),
    ...(window === undefined ? {} : { window }),
    ...(ledger === undefined ? {} : { ledger }),
    ...teamRules(first),
  };
}

/** Production never has the name or the colour that a rule for another environment gives. */
function labelOf(
  matching: readonly EnvironmentRule[],
  environment: Guard['environment'],
  region: string | undefined,
): Pick<EnvironmentRule, 'name' | 'color'> {
  const fitting = matching.filter(
    (rule) =>
      matchesName(rule.region, region) &&
      (rule.environment === undefined || rule.environment === environment),
  );
  return {
    name: fitting.find(({ name }) => name !== undefined)?.name,
    color: fitting.find(({ color }) => color !== undefined)?.color,
  };
}

/** A rule with a cluster or a service matches no page of the whole account. */
function matches(rule: EnvironmentRule, { account, cluster, service }: NamedPlace): boolean {
  return (
    matchesName(rule.account, account.id, account.name) &&
    matchesName(rule.cluster, cluster) &&
    matchesName(rule.service, service)
  );
}

function matchesName(pattern: string | undefined, ...names: readonly (string | undefined)[]): boolean {
  if (pattern === undefined) return true;
  const compiled = starPattern(pattern);
  return names.some((name) => name !== undefined && compiled.matches(name));
}

/** A name without `*` is its own pattern. */
function literally(names: Pick<EnvironmentRule, 'account' | 'cluster' | 'service'>): EnvironmentRule {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

/** Changes whenever the file does, and is found without reading it. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.mtimeMs}:${found.size}:${found.ino}`;
}

/** Throws PREFLIGHT_FAILED where a rule lets nothing be changed. */
export type RequireChangeable = (place: GuardedPlace) => void;

/** The check for changes that have no plan, such as a push. */
export function readOnlyRule(
  environments: Pick<Environments, 'guardOf'>,
  accounts: { readonly find: (account: string) => { readonly account: NamedPlace['account'] } },
): RequireChangeable {
  return ({ account, cluster, service }) => {
    const found = accounts.find(account).account;
    if (!environments.guardOf({ account: found, cluster, service }).readOnly) return;
    const what = service ?? cluster ?? found.name;
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `A rule of environments.yml or slipway.yml makes ${what} read-only. Change the rule first.`,
    );
  };
}
