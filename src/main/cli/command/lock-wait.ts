import { SlipwayError } from '../../../shared/errors.ts';
import type { Hold, LockHolder, LockStatus } from '../../../shared/model/lock.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { executeAndFollow } from './execute.ts';
import { durationMs } from './since.ts';
import { agoText } from './time-text.ts';
import { momentText } from './timeline.ts';
import type { Invocation } from './verb.ts';

/** How long `--wait-lock` waits without a value. */
const DEFAULT_WAIT = '30m';

interface Planned {
  readonly plan: Plan;
  /** Makes the plan again from the current state of the service. */
  readonly planAgain: () => Promise<Plan>;
  /** The beginning of the sentence about failed checks. */
  readonly refused?: string | undefined;
}

/**
 * Executes a plan. With `--wait-lock`, if the service is locked, it waits in the queue for its turn, then makes and checks
 * the plan again, because the release before it has changed the service.
 */
export async function executeInTurn(
  invocation: Invocation,
  { plan, planAgain, refused }: Planned,
): Promise<number> {
  const { flags, io } = invocation;
  const waitMs = lockWaitMs(flags);
  if (waitMs === undefined) {
    return executeAndFollow(invocation, plan, refused).catch((error: unknown) => {
      throw isLocked(error) ? withFlag(error) : error;
    });
  }
  const duration = flags.text('wait-lock') ?? DEFAULT_WAIT;
  const timeout = io.timeout(waitMs);
  for (let next = plan; ; next = await planAgain()) {
    try {
      return await executeAndFollow(invocation, next, refused);
    } catch (error) {
      if (!isLocked(error)) throw error;
      invocation.output.note(error.message);
    }
    await waitForTurn(invocation, next, timeout, duration);
  }
}

/** How long `--wait-lock` waits; undefined without it. */
export function lockWaitMs(flags: Invocation['flags']): number | undefined {
  return flags.isSet('wait-lock') ? durationMs(flags.text('wait-lock') ?? DEFAULT_WAIT) : undefined;
}

function isLocked(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && error.detail.lock === 'held';
}

/** The next step as this command can take it. */
function withFlag(error: SlipwayError): SlipwayError {
  const { code, message, detail } = error;
  return new SlipwayError(code, `${message} --wait-lock waits for it.`, { detail, cause: error });
}

async function waitForTurn(
  { client: clientOf, io, output }: Invocation,
  { service }: Plan,
  timeout: AbortSignal,
  duration: string,
): Promise<void> {
  const client = await clientOf([]);
  let last = '';
  try {
    await client.call('locks.wait', service, {
      signal: AbortSignal.any([timeout, io.interrupt]),
      onEvent(place) {
        const line = placeLine(place);
        if (line !== last) output.note(line);
        last = line;
      },
    });
  } catch (error) {
    if (!timeout.aborted || io.interrupt.aborted) throw error;
    throw new SlipwayError(
      'STALE_PLAN',
      `${service.cluster}/${service.service} was still locked after ${duration}. Nothing was sent.`,
      { detail: { lock: 'held' } },
    );
  }
  output.note('The lock is reserved for this command. The plan is made again.');
}

interface QueuePlace {
  readonly position: number;
  readonly waiting: number;
  readonly holder?: LockHolder | undefined;
}

function placeLine({ position, waiting, holder }: QueuePlace): string {
  const who =
    holder === undefined ? '' : ` (${holder.what}${holder.by === undefined ? '' : ` by ${holder.by}`})`;
  return `Waiting for the lock: ${position} of ${waiting}${who}.`;
}

/** Who has the lock of a service, who waits for it, and what holds its changes; no line without a ledger, and none for a free lock. */
export function lockLines(status: LockStatus, now: Date): readonly string[] {
  const { ledger, problem, holder, hold, clusterHold, waiting } = status;
  if (ledger === 'unavailable') {
    return [`Couldn't read the lock and the holds from the ledger. ${problem ?? ''}`.trim()];
  }
  return [
    ...(clusterHold === undefined ? [] : [holdLine('The cluster', clusterHold, now)]),
    ...(hold === undefined ? [] : [holdLine('The service', hold, now)]),
    ...(holder === undefined
      ? []
      : [`Locked: ${holder.what}${whoText(holder)}, ${agoText(holder.since, now)}`]),
    ...(waiting.length === 0
      ? []
      : [
          `Waiting for the lock: ${waiting.map((each) => `${whoText(each).trim()}, ${agoText(each.since, now)}`).join('; ')}`,
        ]),
  ];
}

function holdLine(what: string, { why, until, ...held }: Hold, now: Date): string {
  const end = until === undefined ? '' : ` until ${momentText(until)}`;
  return `${what} is on hold${end}: ${why} (${[whoText(held).trim(), agoText(held.since, now)].join(', ')})`;
}

/** ` by ana on ci-7`. */
function whoText({ by, host }: { readonly by?: string | undefined; readonly host: string }): string {
  return `${by === undefined ? '' : ` by ${by}`}${host === '' ? '' : ` on ${host}`}`;
}
