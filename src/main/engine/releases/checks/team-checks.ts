import { imageReferenceProblem } from '../../../../shared/image-reference-problem.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { starPattern } from '../../../../shared/wildcard.ts';
import { ecrHost } from '../../aws/partitions.ts';
import { about, fail, failUnlessOverridden, pass, type Reading } from '../../ecs/check.ts';
import { isWithin, windowText } from '../../environments/release-window.ts';
import { freezeAt, freezeText } from '../../environments/team-rules.ts';
import { accountOfArn, isIdentity, isSamePerson } from '../../permissions/principals.ts';
import type { FoundImage } from './image-checks.ts';

/** What the rules of a team ask of a release, and who asks for it. */
interface TeamRelease {
  readonly serviceArn: string;
  /** The images of what is deployed; none where nothing is. */
  readonly deployed: readonly Pick<FoundImage, 'container' | 'reference'>[];
  /** The ARN of the caller, as STS tells it. */
  readonly caller: Reading<string>;
  /** The ARN of who made the plan, where another machine did. */
  readonly plannedBy?: string | undefined;
}

const RULES = 'environments.yml or slipway.yml';

/** Whether the rules of a place ask who the caller is. */
export function asksForCaller({ deployers, overrides, approvals }: Guard): boolean {
  const isOfSome = Array.isArray(overrides) && overrides.some((each) => typeof each === 'object');
  return (deployers ?? approvals) !== undefined || isOfSome;
}

/** What the rules of a team say about a release of this service now. None can be overridden unless a rule says so. */
export function teamChecks(guard: Guard, release: TeamRelease, now: Date): readonly Check[] {
  const { freezes, deployers, repositories, tags } = guard;
  return [
    ...(freezes === undefined ? [] : [isNotFrozen(freezes, now)]),
    ...(deployers === undefined ? [] : [isDeployer(deployers, release.caller, now)]),
    ...((repositories ?? tags) === undefined
      ? []
      : release.deployed.map((image) => about(image.container, isAllowedImage(guard, release, image)))),
    ...(guard.approvals === undefined ? [] : [hasTwoPeople(guard, release)]),
  ];
}

function isNotFrozen(freezes: NonNullable<Guard['freezes']>, now: Date): Check {
  const freeze = freezeAt(freezes, now);
  return freeze === undefined
    ? pass('freeze', 'No freeze is in force now')
    : fail(
        'freeze',
        `Releases are frozen ${freezeText(freeze)}`,
        `Wait for its end, or change the rule in ${RULES}.`,
      );
}

function isDeployer(deployers: NonNullable<Guard['deployers']>, caller: Reading<string>, now: Date): Check {
  if (caller.state === 'unreadable') {
    return fail(
      'deployer',
      `A rule of ${RULES} names who may deploy, and AWS did not say who you are`,
      caller.reason,
    );
  }
  const own = deployers.filter(({ identity }) => isIdentity(identity, caller.value));
  const open = own.find(({ window }) => window === undefined || isWithin(window, now));
  if (open !== undefined) return pass('deployer', `${shortIdentity(caller.value)} may deploy here now`);
  const windows = own.flatMap(({ window }) => (window === undefined ? [] : [windowText(window)]));
  return windows.length > 0
    ? fail(
        'deployer',
        `${shortIdentity(caller.value)} may deploy ${windows.join('; ')} only`,
        'Wait for that time, or ask somebody who may deploy now.',
      )
    : fail(
        'deployer',
        `${shortIdentity(caller.value)} is not among those who may deploy here`,
        deployers.length === 0
          ? `The rule in ${RULES} names nobody. Correct it.`
          : `A rule of ${RULES} names ${listed(deployers.map(({ identity }) => identity))}. Use such an identity, or change the rule.`,
      );
}

function isAllowedImage(
  { repositories, tags }: Guard,
  { serviceArn }: TeamRelease,
  { container, reference }: TeamRelease['deployed'][number],
): Check {
  const parts = parseImageReference(reference);
  const account = accountOfArn(serviceArn);
  if (
    parts === undefined ||
    (repositories !== undefined && !repositories.some((pattern) => isFrom(pattern, parts, account)))
  ) {
    return fail(
      'allowed-image',
      `The image of ${container} is not from a repository that the rules allow: ${reference}`,
      repositories === undefined
        ? `It is not an image reference: ${imageReferenceProblem(reference)}. Correct it.`
        : `A rule of ${RULES} allows ${listed(repositories)}. Choose an image of these, or change the rule.`,
    );
  }
  const tag = parts.tag ?? (parts.digest === undefined ? 'latest' : undefined);
  if (
    tags !== undefined &&
    (tag === undefined || !tags.some((pattern) => starPattern(pattern).matches(tag)))
  ) {
    return fail(
      'allowed-image',
      tag === undefined
        ? `The image of ${container} has no tag, and the rules allow tags only`
        : `The tag ${tag} of ${container} is not a tag that the rules allow`,
      `A rule of ${RULES} allows ${listed(tags)}. Choose such a tag, or change the rule.`,
    );
  }
  return pass('allowed-image', `The image of ${container} is one that the rules allow`);
}

/** A pattern without a registry is about ECR in the account of the service. */
function isFrom(
  pattern: string,
  { registry, repository }: { readonly registry?: string; readonly repository: string },
  account: string,
): boolean {
  const slash = pattern.indexOf('/');
  const first = slash === -1 ? '' : pattern.slice(0, slash);
  if (!/[.:]|^localhost$/.test(first)) {
    return isOwnRegistry(registry, account) && starPattern(pattern).matches(repository);
  }
  // What Docker reads into a reference without a registry.
  const [host, path] =
    registry === undefined
      ? ['docker.io', repository.includes('/') ? repository : `library/${repository}`]
      : [registry, repository];
  return starPattern(first).matches(host) && starPattern(pattern.slice(slash + 1)).matches(path);
}

/** A loopback address is the registry of the sandbox. */
function isOwnRegistry(registry: string | undefined, account: string): boolean {
  if (registry === undefined) return false;
  return ecrHost(registry)?.account === account || /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(registry);
}

function hasTwoPeople({ ledger }: Guard, { caller, plannedBy }: TeamRelease): Check {
  if (ledger === undefined) {
    return fail(
      'two-people',
      'A second person has to execute this plan, and no ledger is set to share it',
      `Set \`ledger\` for the cluster in a rule of ${RULES}.`,
    );
  }
  if (plannedBy === undefined) {
    return fail(
      'two-people',
      'A second person has to execute this plan',
      'Share it: another person reviews it in the window, or with `slipway plans` and `slipway execute`.',
    );
  }
  if (caller.state === 'unreadable') {
    return fail(
      'two-people',
      'A second person has to execute this plan, and AWS did not say who you are',
      caller.reason,
    );
  }
  return isSamePerson(plannedBy, caller.value)
    ? fail(
        'two-people',
        `${shortIdentity(caller.value)} made this plan, and another person has to execute it`,
        'Ask a colleague to execute it with another identity. Two sessions of one role count as two people only if their names differ.',
      )
    : pass(
        'two-people',
        `Planned by ${shortIdentity(plannedBy)}, executed by ${shortIdentity(caller.value)}`,
      );
}

/**
 * The checks as the rule `overrides` has it: what it names can be overridden, by those that it names, and nothing else.
 * Without the rule they stay as they are.
 */
export function underOverrides(
  { overrides }: Guard,
  checks: readonly Check[],
  caller: Reading<string>,
): readonly Check[] {
  if (overrides === undefined) return checks;
  return checks.map((check) => {
    if (check.result !== 'fail') return check;
    const mayBe = overrides !== 'none' && overrides.some((each) => isAbout(each, check.rule, caller));
    if (mayBe && (check.overridable === true || BY_RULE.has(check.rule))) {
      return { ...check, ...failUnlessOverridden(check.rule, check.message, check.advice ?? '') };
    }
    if (check.overridable !== true) return check;
    const { overridable: _, ...rest } = check;
    return {
      ...rest,
      advice: `${adviceWithoutOverride(check.advice ?? '')} A rule does not let you override this.`.trim(),
    };
  });
}

/** Checks of rules, which AWS would not refuse: a rule may let them be overridden. */
const BY_RULE: ReadonlySet<string> = new Set(['freeze', 'deployer', 'allowed-image', 'two-people']);

function isAbout(
  each: string | { readonly check: string; readonly by: readonly string[] },
  rule: string,
  caller: Reading<string>,
): boolean {
  if (typeof each === 'string') return each === '*' || each === rule;
  if (each.check !== '*' && each.check !== rule) return false;
  return caller.state === 'read' && each.by.some((identity) => isIdentity(identity, caller.value));
}

function adviceWithoutOverride(advice: string): string {
  return advice.replace(/,? or override this check\b/i, '').replace(/ ?\bOr override this check\./, '');
}

/** The last part of an ARN that a person reads: `role/deployer/mira` or `user/mira`. */
function shortIdentity(arn: string): string {
  return (
    arn
      .split(':')
      .slice(5)
      .join(':')
      .replace(/^assumed-role\//, 'role/') || 'The caller'
  );
}

const MOST_LISTED = 6;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - MOST_LISTED;
  return [...names.slice(0, MOST_LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
