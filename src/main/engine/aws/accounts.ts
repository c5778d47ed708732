import { loadSharedConfigFiles } from '@smithy/core/config';
import { SlipwayError } from '../../../shared/errors.ts';
import { type Account, AccountId, Region } from '../../../shared/model/account.ts';
import { environmentOfNames } from '../environments/name-rule.ts';
import { createKnownSecrets, type KnownSecrets } from '../ports/known-secrets.ts';
import type { FixedAccount, Ports } from '../ports/ports.ts';
import { problemOfFile, sharedFilePaths } from './config-file.ts';
import { configuredEndpoints, type Endpoints, endpointForAll, shownEndpoint } from './endpoints.ts';

/** Where the credentials of an account come from. */
export type CredentialSource =
  | { readonly kind: 'fixed'; readonly credentials: FixedAccount['credentials'] }
  | { readonly kind: 'environment' }
  | {
      readonly kind: 'profile';
      readonly profile: string;
      /** Whether its role is taken on with an MFA code. */
      readonly asksForCode: boolean;
    };

/** An account as the engine knows it; only `account` is for other eyes. */
export interface KnownAccount {
  readonly account: Account;
  readonly source: CredentialSource;
  readonly endpoints: Endpoints;
  /** The file of further certificates that its profile names (`ca_bundle`). */
  readonly caBundle?: string;
  /** The speed of its clock: how many of its minutes pass per real minute; 1 by default. */
  readonly pace?: number;
}

export interface Accounts {
  /** The credentials of the accounts, to be hidden wherever others repeat them. */
  readonly secrets: KnownSecrets;
  /** The accounts as they were read last. */
  list(): readonly KnownAccount[];
  /** Why the shared files could not be read in full, if they could not. */
  problem(): string | undefined;
  /** Fails with NOT_FOUND for an account that doesn't exist. */
  find(id: string): KnownAccount;
  /** Reads the shared files again. */
  reload(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Sections = Readonly<Record<string, Variables | undefined>>;

const FALLBACK_REGION = 'us-east-1';
/** How the SDK's loader names the sections of the config file that are no profiles. */
const OTHER_SECTION = /^(?:sso-session|services)\./;

/** The host's own accounts, the keys of the environment, and every profile of the shared AWS files. */
export async function openAccounts(
  ports: Pick<Ports, 'environment' | 'accounts'> & Partial<Pick<Ports, 'secrets'>>,
): Promise<Accounts> {
  const { secrets = createKnownSecrets() } = ports;
  let known: readonly KnownAccount[] = [];
  let problem: string | undefined;

  async function reload(): Promise<void> {
    const paths = sharedFilePaths(ports.environment);
    const [files, configProblem, credentialsProblem] = await Promise.all([
      loadSharedConfigFiles({ ...paths, ignoreCache: true }),
      problemOfFile(paths.configFilepath),
      problemOfFile(paths.filepath),
    ]);
    const profiles = mergeProfiles(files.configFile, files.credentialsFile);
    const names = sortedNames(profiles, ports.environment.AWS_PROFILE);
    addSecretsOf(secrets, [
      ports.environment,
      ...Object.values(files.configFile),
      ...Object.values(profiles),
    ]);
    for (const { endpoint, credentials } of ports.accounts) {
      secrets.add(credentials.secretAccessKey);
      secrets.addUserInfoOf(endpoint);
    }
    known = [
      ...ports.accounts.map(fromFixedAccount),
      ...fromEnvironment(ports.environment),
      ...names.map((name) => fromProfile(name, profiles, files.configFile, ports.environment)),
    ];
    const problems = [
      configProblem,
      credentialsProblem,
      ...names.map((name) => regionProblem(name, profiles)),
    ];
    problem = problems.filter((text) => text !== undefined).join(' ') || undefined;
  }

  await reload();
  return {
    secrets,
    list: () => known,
    problem: () => problem,
    find(id) {
      const found = known.find(({ account }) => account.id === id);
      if (found) return found;
      throw new SlipwayError(
        'NOT_FOUND',
        `The account ${id} doesn't exist. Choose the sandbox or a profile of the shared AWS files.`,
      );
    },
    reload,
  };
}

/** Settings and variables that hold a secret by their name, and user and password of the addresses among the others. */
const SECRET_SETTING = /secret_access_key|session_token|password|(?:^|_)token$/i;

function addSecretsOf(secrets: KnownSecrets, sources: readonly (Variables | undefined)[]): void {
  for (const [name, value] of sources.flatMap((source) => Object.entries(source ?? {}))) {
    if (SECRET_SETTING.test(name)) secrets.add(value);
    else if (value?.includes('://')) secrets.addUserInfoOf(value);
  }
}

function mergeProfiles(configFile: Sections, credentialsFile: Sections): Sections {
  const merged: Record<string, Variables> = {};
  for (const sections of [configFile, credentialsFile]) {
    for (const [name, settings] of Object.entries(sections)) {
      if (!OTHER_SECTION.test(name)) merged[name] = { ...merged[name], ...settings };
    }
  }
  return merged;
}

/** The profile that the environment names first, then `default`, then by name. */
function sortedNames(profiles: Sections, chosen: string | undefined): readonly string[] {
  const rank = (name: string): number => (name === chosen ? 0 : name === 'default' ? 1 : 2);
  return Object.keys(profiles)
    .filter((name) => AccountId.safeParse(`profile:${name}`).success)
    .toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function fromFixedAccount({ id, name, region, endpoint, credentials, pace = 1 }: FixedAccount): KnownAccount {
  return {
    account: {
      id,
      name,
      kind: 'sandbox',
      region,
      environment: 'sandbox',
      endpoint: shownEndpoint(endpoint),
    },
    source: { kind: 'fixed', credentials },
    endpoints: endpointForAll(endpoint),
    pace,
  };
}

function fromEnvironment(environment: Variables): readonly KnownAccount[] {
  if (!environment.AWS_ACCESS_KEY_ID || !environment.AWS_SECRET_ACCESS_KEY) return [];
  const endpoints = configuredEndpoints({ environment, profile: {}, services: {} });
  return [
    {
      account: accountOf({
        id: 'environment',
        name: 'environment',
        region: undefined,
        environment,
        endpoints,
      }),
      source: { kind: 'environment' },
      endpoints,
    },
  ];
}

function fromProfile(
  name: string,
  profiles: Sections,
  configFile: Sections,
  environment: Variables,
): KnownAccount {
  const profile = profiles[name] ?? {};
  const services = (profile.services && configFile[`services.${profile.services}`]) || {};
  const endpoints = configuredEndpoints({ environment, profile, services });
  return {
    account: accountOf({ id: `profile:${name}`, name, region: profile.region, environment, endpoints }),
    source: { kind: 'profile', profile: name, asksForCode: asksForCode(name, profiles) },
    endpoints,
    ...(profile.ca_bundle ? { caBundle: profile.ca_bundle } : {}),
  };
}

/** A role needs a code when its profile, or one in its chain of source profiles, names an MFA device. */
function asksForCode(name: string, profiles: Sections): boolean {
  const seen = new Set<string>();
  let next: string | undefined = name;
  while (next !== undefined && !seen.has(next)) {
    seen.add(next);
    const profile: Variables | undefined = profiles[next];
    if (profile?.role_arn !== undefined && profile.mfa_serial !== undefined) return true;
    next = profile?.source_profile;
  }
  return false;
}

interface AccountParts {
  readonly id: string;
  readonly name: string;
  readonly region: string | undefined;
  readonly environment: Variables;
  readonly endpoints: Endpoints;
}

function accountOf({ id, name, region, environment, endpoints }: AccountParts): Account {
  const candidates = [region, environment.AWS_REGION, environment.AWS_DEFAULT_REGION];
  const endpoint = endpoints.ecs ?? endpoints.ecr ?? endpoints.sts;
  return {
    id,
    name,
    kind: 'profile',
    region: candidates.find((candidate) => Region.safeParse(candidate).success) ?? FALLBACK_REGION,
    environment: environmentOfNames({ kind: 'profile', name }),
    ...(endpoint === undefined ? {} : { endpoint: shownEndpoint(endpoint) }),
  };
}

function regionProblem(name: string, profiles: Sections): string | undefined {
  const region = profiles[name]?.region;
  if (region === undefined || Region.safeParse(region).success) return undefined;
  return `The region of the profile ${name} is not the name of an AWS region.`;
}
