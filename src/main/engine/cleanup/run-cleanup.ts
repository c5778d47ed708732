import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { CleanupProgress } from '../../../shared/model/cleanup.ts';
import { environmentOf } from '../aws/environment-rule.ts';
import { batchesOf } from '../catalog/batches.ts';
import { whoAmI } from '../releases/who.ts';
import type { CleanupDependencies } from './cleanup-dependencies.ts';
import { type FamilyRevision, MOST_DELETED_AT_ONCE } from './cleanup-items.ts';
import { carriedOutBefore, loadCleanup, type StoredCleanup } from './plan-cleanup.ts';
import { readUse } from './read-use.ts';
import { graphOfUse, type UseGraph } from './use-graph.ts';

/** Use is read again before each batch: at one deregistration a second a long run is not blind for a minute. */
const BATCH = 50;

/** What the person says with a plan. */
export interface CleanupConsent {
  readonly plan: string;
  readonly confirmation?: string | undefined;
}

/**
 * Removes what the plan names, except for what came into use since. Goes on past single failures and reports them;
 * stops without removing more when use cannot be read, when credentials lapse, and by cancel: what is done stays
 * done and is in the journal.
 */
export async function runCleanup(
  dependencies: CleanupDependencies,
  consent: CleanupConsent,
  signal: AbortSignal,
  emit: (progress: CleanupProgress) => void,
): Promise<CleanupProgress> {
  const { journal, aws } = dependencies;
  const cleanup = loadCleanup(journal, consent.plan);
  requireConfirmation(dependencies, cleanup, consent.confirmation);
  const who = await whoAmI(dependencies, cleanup.scope, signal);
  if (!journal.plans.claim(consent.plan)) throw carriedOutBefore(cleanup.family);

  const entry = journal.entries.begin({
    ...cleanup.scope,
    plan: consent.plan,
    subject: cleanup.family,
    kind: 'cleanup',
    title: `Remove ${cleanup.remove.length} revisions of ${cleanup.family}`,
    ...(who === undefined ? {} : { who }),
  });
  const tally = createTally(cleanup.remove.length, emit);
  const removal: Removal = { ecs: aws.ecs(cleanup.scope, 'background'), cleanup, tally, signal };
  try {
    for (const batch of batchesOf(cleanup.remove, BATCH)) await removeBatch(removal, batch);
    const progress = tally.progress();
    journal.entries.update(entry, {
      state: progress.failed.length === 0 ? 'done' : 'failed',
      sentence: ended(progress),
    });
    return progress;
  } catch (error) {
    const why = error instanceof SlipwayError ? error.message : 'It failed for a reason that is in the log.';
    journal.entries.update(entry, {
      state: 'failed',
      sentence: `${ended(tally.progress())} It stopped there: ${why}`,
    });
    throw error;
  }
}

interface Removal {
  readonly ecs: ECSClient;
  readonly cleanup: StoredCleanup;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

async function removeBatch(removal: Removal, batch: readonly FamilyRevision[]): Promise<void> {
  const { ecs, cleanup, tally, signal } = removal;
  const uses = graphOfUse(await readUse({ ecs, signal }, cleanup.family));
  const inactive: FamilyRevision[] = [];
  for (const revision of batch) {
    if (signal.aborted) throw cancelled(`The clean-up of ${cleanup.family}`);
    if (isSpared(revision, uses, tally)) continue;
    if (revision.status === 'INACTIVE' || (await deregister(removal, revision))) inactive.push(revision);
  }
  if (!cleanup.policy.deleteForGood) return;
  for (const ten of batchesOf(inactive, MOST_DELETED_AT_ONCE)) {
    if (signal.aborted) throw cancelled(`The clean-up of ${cleanup.family}`);
    await deleteForGood(removal, ten);
  }
}

function isSpared({ arn, name }: FamilyRevision, uses: UseGraph, tally: Tally): boolean {
  const isUsed = uses.has(arn);
  if (isUsed) tally.spare(name);
  return isUsed;
}

/** True when the revision is INACTIVE now. */
async function deregister({ ecs, tally }: Removal, { arn, name }: FamilyRevision): Promise<boolean> {
  tally.begin(name);
  try {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    tally.deregistered();
    return true;
  } catch (error) {
    tally.fail(name, messageOf(error));
    return false;
  }
}

/** Only INACTIVE revisions can be deleted, ten in a call; the answer names those that could not. */
async function deleteForGood({ ecs, tally }: Removal, revisions: readonly FamilyRevision[]): Promise<void> {
  const nameOf = new Map(revisions.map(({ arn, name }) => [arn, name]));
  try {
    const command = new DeleteTaskDefinitionsCommand({ taskDefinitions: [...nameOf.keys()] });
    const { failures = [] } = await ecs.send(command);
    for (const { arn = '', reason, detail } of failures) {
      tally.fail(
        nameOf.get(arn) ?? arn,
        `It could not be deleted: ${detail ?? reason ?? 'ECS gives no reason'}.`,
      );
    }
    tally.deleted(revisions.length - failures.length);
  } catch (error) {
    const message = messageOf(error);
    for (const name of nameOf.values()) tally.fail(name, message);
  }
}

/** The sentence of a failure that concerns one call; rethrows what would befall all the others too. */
function messageOf(error: unknown): string {
  if (!(error instanceof SlipwayError)) throw error;
  const concernsAll = ['AUTH_REQUIRED', 'MFA_REQUIRED', 'FORBIDDEN', 'CANCELLED'].includes(error.code);
  if (concernsAll) throw error;
  return error.message;
}

interface Tally {
  begin(name: string): void;
  deregistered(): void;
  deleted(count: number): void;
  spare(name: string): void;
  fail(name: string, message: string): void;
  progress(): CleanupProgress;
}

/** Counts, and sends each new count. */
function createTally(total: number, emit: (progress: CleanupProgress) => void): Tally {
  let now: CleanupProgress = { deregistered: 0, deleted: 0, spared: [], failed: [], total };
  const become = (next: Partial<CleanupProgress>): void => {
    now = { ...now, ...next };
    emit(now);
  };
  return {
    begin: (name) => become({ current: name }),
    deregistered: () => become({ deregistered: now.deregistered + 1 }),
    deleted: (count) => become({ deleted: now.deleted + count }),
    spare: (name) => become({ spared: [...now.spared, name] }),
    fail: (name, message) => become({ failed: [...now.failed, { name, message }] }),
    progress() {
      const { current: _current, ...counts } = now;
      return counts;
    },
  };
}

function ended({ deregistered, deleted, spared, failed, total }: CleanupProgress): string {
  const parts = [`${deregistered} of ${total} revisions deregistered`];
  if (deleted > 0) parts.push(`${deleted} deleted for good`);
  if (spared.length > 0) parts.push(`${spared.length} spared, because they came into use`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return `${parts.join(', ')}.`;
}

/** In a production account the family's name is typed before anything of it goes. */
function requireConfirmation(
  { accounts }: CleanupDependencies,
  { scope, family }: StoredCleanup,
  typed: string | undefined,
): void {
  if (environmentOf(accounts.find(scope.account).account) !== 'production' || typed === family) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `This account is production: type ${family} to confirm that its revisions shall go.`,
  );
}
