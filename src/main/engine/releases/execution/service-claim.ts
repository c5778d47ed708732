import { hostname } from 'node:os';
import { type Service, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { type ErrorCode, SlipwayError } from '../../../../shared/errors.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { retryIdempotent, waitUnlessCancelled, withRetry } from '../../aws/retry.ts';
import { type DeployableService, readAnyService } from '../model/service-reading.ts';
import { type Claim, claimKey, claimsAmong, claimTag, hasEnded, isAhead } from './claim-tag.ts';
import { type Execution, sendStep } from './execution.ts';
import { readUnchangedService } from './stale-plan.ts';

/** A crash frees the service after that, as the lock of this machine. */
const CLAIMED_MS = 5 * 60_000;
const RENEWED_EVERY_MS = 2 * 60_000;
/** More claims than this are those of changes that weren't allowed to remove their tag. */
const MOST_LEFT_BEHIND = 10;
const POLL_MS = 500;
/** How often a change waits for later ones that have not given way. */
const MOST_POLLS = 30;
/** How often ECS is asked for a tag that was just set. */
const POLLS_FOR_OWN_TAG = 6;

/** Not allowed, 50 tags already, or a service with the short ARN of old accounts, which takes no tags. */
const NOT_TAGGABLE: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'INVALID_INPUT', 'CONFLICT']);

/** A change whose tag is on its service. */
interface Claimed {
  readonly execution: Execution;
  readonly serviceArn: string;
  readonly own: Claim;
}

/**
 * Claims the service for one change while `act` sends it, of all Slipways that use this account: ECS arbitrates neither
 * updates nor settings. Each change sets a tag of its own and reads the tags of all. The earliest claim goes ahead; a
 * later one is removed. An earlier one waits for a later one that may be at work, because it has read no other.
 *
 * Throws STALE_PLAN, with who it is, when another change has the service, or when the service was changed since the plan
 * was made; nothing was sent to the service then. Where the service can't be tagged, a step of the journal says why,
 * and `act` runs without a claim.
 */
export async function withServiceClaim<T>(execution: Execution, act: () => Promise<T>): Promise<T> {
  const claimed = await claimService(execution);
  if (claimed === undefined) return act();
  const renewal = setInterval(() => renew(claimed), RENEWED_EVERY_MS).unref();
  try {
    await waitForTurn(claimed);
    return await act();
  } finally {
    clearInterval(renewal);
    await removeClaim(claimed);
  }
}

/** Throws STALE_PLAN when a change that has no lock of the ledger has claimed the service. */
export function requireNoClaim(execution: Execution, { tags }: Pick<Service, 'tags'>): void {
  const now = execution.dependencies.clock.now();
  const other = claimsAmong(tags).find(
    (claim) => claim.key !== claimKey(execution.entry) && !hasEnded(claim, now),
  );
  if (other !== undefined) throw givesWayTo(execution, other);
}

/** Removes the tag that a change of this machine has left behind when its process ended. */
export async function removeLeftClaim(execution: Execution): Promise<void> {
  const { ecs, plan, entry, signal, dependencies } = execution;
  if (plan.action.kind === 'stop') return;
  try {
    const { tags, serviceArn = '' } = await readAnyService(ecs, plan.service, signal);
    const own = claimsAmong(tags).find(({ key }) => key === claimKey(entry));
    if (own !== undefined) await untag({ execution, serviceArn, own }, own);
  } catch (error) {
    dependencies.logger.warn(
      { err: error, entry },
      'The claim of an interrupted change could not be removed.',
    );
  }
}

/** Undefined where the service can't be tagged. */
async function claimService(execution: Execution): Promise<Claimed | undefined> {
  const { plan, dependencies, checked } = execution;
  // The service is read again once the tag is on it, so what was read for the checks is enough here.
  const { serviceArn = '', tags } = checked ?? (await readNow(execution));
  const left = claimsAmong(tags).length;
  if (left >= MOST_LEFT_BEHIND) {
    const name = serviceLabel(plan.service);
    const why = `${name} has ${left} tags slipway:change of earlier changes. Remove them, and allow ecs:UntagResource`;
    return withoutClaim(execution, why);
  }
  const claimed = { execution, serviceArn, own: ownClaim(execution, dependencies.clock.now()) };
  try {
    await setTag(claimed);
    return claimed;
  } catch (error) {
    if (!(error instanceof SlipwayError) || !NOT_TAGGABLE.has(error.code)) throw error;
    const isForbidden = error.code === 'FORBIDDEN';
    return withoutClaim(execution, isForbidden ? "ecs:TagResource isn't allowed" : error.message);
  }
}

/** Says in the journal that nothing holds back others, and why. Throws STALE_PLAN: no tag makes the service be read again. */
async function withoutClaim(execution: Execution, why: string): Promise<undefined> {
  await readNow(execution);
  const sentence = `without a claim, so a change by somebody else at the same moment isn't held back: ${why}`;
  await sendStep(
    execution,
    'TagResource',
    async () => sentence,
    (said) => said,
  );
  return undefined;
}

function ownClaim({ plan, entry, dependencies }: Execution, now: Date): Claim {
  const by = dependencies.journal.entries.find(entry)?.callerIdentity;
  return {
    key: claimKey(entry),
    since: now.toISOString(),
    until: new Date(now.getTime() + CLAIMED_MS).toISOString(),
    what: `${plan.kind}${by === undefined ? '' : ` by ${by}`} on ${hostname()}`,
  };
}

function setTag({ execution, serviceArn, own }: Claimed): Promise<unknown> {
  const tags = [claimTag(own)];
  return retryIdempotent(() => execution.ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags })));
}

function untag({ execution, serviceArn }: Claimed, { key }: Claim): Promise<unknown> {
  const input = { resourceArn: serviceArn, tagKeys: [key] };
  return retryIdempotent(() => execution.ecs.send(new UntagResourceCommand(input)));
}

/** A long change, such as one with a task before it, keeps its place. */
function renew(claimed: Claimed): void {
  const { dependencies } = claimed.execution;
  const until = new Date(dependencies.clock.now().getTime() + CLAIMED_MS).toISOString();
  setTag({ ...claimed, own: { ...claimed.own, until } }).catch((error: unknown) =>
    dependencies.logger.warn({ err: error }, 'The claim of a change could not be renewed.'),
  );
}

/** Nothing that goes wrong here changes anything about the change: the claim ends by itself. */
async function removeClaim(claimed: Claimed): Promise<void> {
  const { execution, own } = claimed;
  try {
    await untag(claimed, own);
  } catch (error) {
    execution.dependencies.logger.warn({ err: error }, 'The claim of a change could not be removed.');
    const sentence = `The tag ${own.key} stays on the service until somebody removes it; it holds others back until ${own.until}.`;
    await sendStep(
      execution,
      'UntagResource',
      () => Promise.reject(new SlipwayError('FORBIDDEN', sentence)),
      () => undefined,
    ).catch(() => undefined);
  }
}

/** Throws STALE_PLAN when the service was changed since the plan was made. */
function readNow({ ecs, plan, signal }: Execution): Promise<DeployableService> {
  return withRetry(signal, () => readUnchangedService(ecs, plan, signal));
}

/** Returns when no other claim counts. Throws STALE_PLAN when another one goes ahead. */
async function waitForTurn(claimed: Claimed): Promise<void> {
  const { execution, own } = claimed;
  const { plan, signal, dependencies } = execution;
  for (let poll = 1; ; poll += 1) {
    const { tags } = await readNow(execution);
    const claims = claimsAmong(tags);
    const now = dependencies.clock.now();
    const others = claims.filter((claim) => claim.key !== own.key);
    for (const ended of others.filter((claim) => hasEnded(claim, now))) await takeOver(claimed, ended);
    const rivals = others.filter((claim) => !hasEnded(claim, now));
    const first = rivals.find((claim) => isAhead(claim, own));
    if (first !== undefined) throw givesWayTo(execution, first);
    const [rival] = rivals;
    const isVisible = claims.some(({ key }) => key === own.key) || poll >= POLLS_FOR_OWN_TAG;
    if (rival === undefined && isVisible) return;
    if (rival !== undefined && poll >= MOST_POLLS) throw givesWayTo(execution, rival);
    await waitUnlessCancelled(POLL_MS, signal, `“${plan.title}”`);
  }
}

/** The process of a claim that has ended was killed, or lost its network: its tag goes. */
async function takeOver(claimed: Claimed, ended: Claim): Promise<void> {
  await sendStep(
    claimed.execution,
    'UntagResource',
    () => untag(claimed, ended),
    () => `took over from a change that didn't end: ${claimLabel(ended)}, whose claim ended ${ended.until}`,
  ).catch((error: unknown) => {
    claimed.execution.dependencies.logger.warn(
      { err: error },
      'A claim that has ended could not be removed.',
    );
  });
}

function givesWayTo({ plan }: Execution, claim: Claim): SlipwayError {
  return new SlipwayError(
    'STALE_PLAN',
    `Somebody else is changing ${serviceLabel(plan.service)}: ${claimLabel(claim)}. Nothing was sent. Wait until that change has been sent, then refresh. If its process was killed, its claim ends at ${claim.until} (tag ${claim.key}).`,
  );
}

function claimLabel({ what, since }: Claim): string {
  return `${what === '' ? 'a change' : what}, since ${since}`;
}
