import { randomUUID } from 'node:crypto';
import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type {
  CleanupItem,
  CleanupPlan,
  CleanupPolicy,
  CleanupProgress,
  CleanupTarget,
} from '../../../../shared/model/cleanup.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import type { FamilyRevision } from '../../ecs/family-revision.ts';
import { strictestGuard } from '../../environments/environments.ts';
import { checkPlannedCalls } from '../../permissions/calls-check.ts';
import { type RevisionSource, readCached } from '../../revisions/cache/cached-revisions.ts';
import { type KnownUse, readAllUse } from '../../use/read-all-use.ts';
import { readRevisions } from '../../use/read-revisions.ts';
import type { UseGraph } from '../../use/use-graph.ts';
import type { CleanupDependencies } from '../jobs/cleanup-dependencies.ts';
import { expectedMs } from '../jobs/expected-time.ts';
import { saveCleanup } from '../jobs/stored-cleanup.ts';
import { cleanupItems, familyTotals, type Protection } from './cleanup-items.ts';
import { readTagged, readYoung } from './read-protection.ts';

/** A removal of so many, or of a whole account and region, is confirmed by typing a name, whatever it touches. */
const MANY_REVISIONS = 50;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What Slipway has no means to read. Said in every preview, because a removal could break it. */
const NOT_CHECKED =
  'EventBridge Pipes, and code that names a revision by its number, such as a Lambda function or a pipeline, were not ' +
  'checked. Refer to the family alone in them, or tag the revision and keep revisions with this tag.';

export interface CleanupWanted {
  readonly target: CleanupTarget;
  readonly policy: CleanupPolicy;
  /** Stores what is read, and what shows that it has changed. */
  readonly known: KnownUse;
  readonly onProgress: (progress: CleanupProgress) => void;
}

/**
 * What a clean-up would remove and keep, and why. Throws when any use could not be read, naming the part, and
 * NOT_FOUND when there is nothing that could be removed.
 */
export async function planCleanup(
  dependencies: CleanupDependencies,
  { target, policy, known: knownUse, onProgress }: CleanupWanted,
  signal: AbortSignal,
): Promise<CleanupPlan> {
  const { aws, accounts, environments, journal, clock, revisionCaches } = dependencies;
  const { account, region, families } = target;
  const ecs = aws.ecs({ account, region }, 'visible');
  // The revisions first: one that is registered meanwhile is not in the list, and so cannot go.
  const active = await readRevisions(ecs, { families, status: 'ACTIVE' }, signal, onProgress);
  const inactive = policy.deletePermanently
    ? await readRevisions(ecs, { families, status: 'INACTIVE' }, signal)
    : [];
  const revisions = [...active, ...inactive];
  const known = accounts.find(account).account;
  const subject = subjectOf(target, known.name);
  if (revisions.length === 0) {
    throw new SlipwayError('NOT_FOUND', `${subject} has no revisions that could be removed.`);
  }
  const wanted = { families, keepWorked: policy.keepWorked };
  const read = { aws, scope: { account, region }, priority: 'visible', signal, onProgress } as const;
  const { uses, unknown, clusters } = await readAllUse(read, wanted, knownUse);
  const protection = await readProtection({ ecs, signal, now: clock.now() }, revisions, uses, policy);
  const judged = cleanupItems(revisions, uses, policy, protection);
  const going = judged.filter(({ verdict }) => verdict === 'remove');
  const cache = await revisionCaches.of(ecs, { account, region });
  const items = await withKnownAges({ ecs, cache }, judged, going);

  const id = randomUUID();
  const guard = strictestGuard(environments, known, clusters);
  if (guard.readOnly) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `A rule of environments.yml or slipway.yml makes clusters that run ${subject} read-only. Change the rule first.`,
    );
  }
  const isMass = going.length >= MANY_REVISIONS || families === undefined;
  const confirmation = guard.confirm === 'name' || isMass || policy.deletePermanently ? subject : undefined;
  saveCleanup(journal, id, {
    kind: 'revisions',
    target,
    subject,
    policy,
    confirmation,
    unknown: unknown.map(({ source }) => source),
    remove: going.map(({ arn, name, number, status }) => ({ arn, name, number, status })),
  });
  return {
    id,
    target,
    subject,
    environment: guard.environment,
    policy,
    createdAt: clock.now().toISOString(),
    items,
    totals: familyTotals(items),
    removing: going.length,
    keeping: items.length - going.length,
    expectedMs: expectedMs({
      active: going.filter(({ status }) => status === 'ACTIVE').length,
      deleting: policy.deletePermanently ? going.length : 0,
    }),
    warnings: [NOT_CHECKED],
    checks: await checkCalls(aws, { account, region }, { going, policy }, signal),
    unknown,
    ...(confirmation === undefined ? {} : { confirmation }),
  };
}

/**
 * Whether the removal is allowed. DeregisterTaskDefinition has no resources to limit it to; a deletion is limited by family.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
async function checkCalls(
  aws: CleanupDependencies['aws'],
  scope: Scope,
  { going, policy }: { readonly going: readonly CleanupItem[]; readonly policy: CleanupPolicy },
  signal: AbortSignal,
): Promise<Check[]> {
  const families = [...new Set(going.map(({ arn }) => arn.replace(/:\d+$/, ':*')))];
  const requests = [
    ...(going.some(({ status }) => status === 'ACTIVE')
      ? [{ actions: ['ecs:DeregisterTaskDefinition'], resources: ['*'] }]
      : []),
    ...(policy.deletePermanently && families.length > 0
      ? [{ actions: ['ecs:DeleteTaskDefinitions'], resources: families }]
      : []),
  ];
  return checkPlannedCalls({ aws, priority: 'visible' }, scope, requests, signal);
}

/** More are not looked up: each is a read of the cache on disk. */
const MOST_AGES = 2000;

/** With the time of registration of those that are removed, where it was read before. Asks AWS for nothing. */
async function withKnownAges(
  source: RevisionSource,
  items: readonly CleanupItem[],
  going: readonly CleanupItem[],
): Promise<CleanupItem[]> {
  const arns = going.slice(0, MOST_AGES).map(({ arn }) => arn);
  const known = await readCached(source, arns);
  return items.map((item) => {
    const registeredAt = known.get(item.arn)?.taskDefinition.registeredAt;
    return registeredAt === undefined ? item : { ...item, registeredAt: registeredAt.toISOString() };
  });
}

/** The name of one family, or of the account for several and for all of them: what is typed to confirm. */
function subjectOf({ families }: CleanupTarget, accountName: string): string {
  const [only, ...others] = families ?? [];
  return only !== undefined && others.length === 0 ? only : accountName;
}

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** Ages and tags are read only of revisions that would go otherwise: both cost a call for each. */
async function readProtection(
  read: Read,
  revisions: readonly FamilyRevision[],
  uses: UseGraph,
  policy: CleanupPolicy,
): Promise<Protection> {
  const protection = new Map<string, string>();
  const going = () =>
    cleanupItems(revisions, uses, policy, protection).filter(({ verdict }) => verdict === 'remove');
  if (policy.keepDays > 0) {
    const since = new Date(read.now.getTime() - policy.keepDays * DAY_MS);
    const reason = policy.keepDays === 1 ? 'less than a day old' : `less than ${policy.keepDays} days old`;
    for (const arn of await readYoung(read, going(), since)) protection.set(arn, reason);
  }
  if (policy.keepTagged !== undefined) {
    const tagged = await readTagged(read, going(), policy.keepTagged);
    for (const [arn, reason] of tagged) protection.set(arn, reason);
  }
  return protection;
}
