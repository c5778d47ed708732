import { DescribeTaskDefinitionCommand, type ECSClient, type TaskDefinition } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { withRetry } from '../../aws/retry.ts';
import type { Journal } from '../../journal/journal.ts';
import type { StoredPlan } from '../model/stored-plan.ts';

/** A revision that is not deployed within this time was left behind. */
const ON_ITS_WAY_MS = 60_000;
/** How many revisions back are checked. */
const MOST_CHECKED = 10;

interface Line {
  readonly ecs: ECSClient;
  readonly journal: Journal;
  readonly plan: StoredPlan;
  readonly signal: AbortSignal;
}

/**
 * Throws STALE_PLAN when somebody else has registered a revision of the same family right before this release and
 * has not deployed it yet: they are about to. ECS numbers registrations one by one, so that of several Slipways that
 * deploy one service at the same time exactly the one with the lowest number goes ahead, although none can see what
 * the others are sending. Costs no call when the revision follows the one that the service runs.
 */
export async function requireFirstInLine(line: Line, registered: string): Promise<void> {
  const { plan, journal } = line;
  const base = revisionNameOf(plan.base.taskDefinitionArn);
  const [family = '', number = ''] = revisionNameOf(registered).split(':');
  let ours: TaskDefinition | undefined;
  for (let back = 1; back <= MOST_CHECKED; back += 1) {
    const before = Number(number) - back;
    const name = `${family}:${before}`;
    if (before < 1 || name === base) return;
    ours ??= await describeIfThere(line, registered);
    const theirs = await describeIfThere(line, name);
    if (ours === undefined) return;
    if (theirs?.status !== 'ACTIVE') continue;
    if (msBetween(theirs, ours) > ON_ITS_WAY_MS) return;
    // One release at a time changes a service on this machine, so that one of its own is no rival.
    if (journal.entries.ofRevision(theirs.taskDefinitionArn ?? '').length > 0) continue;
    throw notFirst(plan, name, theirs);
  }
}

/** Undefined for a revision that was deleted permanently. */
async function describeIfThere(
  { ecs, signal }: Line,
  taskDefinition: string,
): Promise<TaskDefinition | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  try {
    const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
    return described.taskDefinition;
  } catch (error) {
    if (awsErrorName(error) === 'ClientException') return undefined;
    throw error;
  }
}

function msBetween(earlier: TaskDefinition, later: TaskDefinition): number {
  return (later.registeredAt?.getTime() ?? 0) - (earlier.registeredAt?.getTime() ?? 0);
}

function notFirst(plan: StoredPlan, name: string, { registeredBy }: TaskDefinition): SlipwayError {
  const by = registeredBy === undefined ? '' : ` by ${registeredBy}`;
  return new SlipwayError(
    'STALE_PLAN',
    `Somebody else is deploying ${serviceLabel(plan.service)}: ${name} was registered${by} just before. Wait until that deployment ends, then refresh.`,
    { detail: { firstInLine: 'false' } },
  );
}

/** Whether a release gave way to another one, so that its revision is not needed. */
export function gaveWay(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && error.detail.firstInLine === 'false';
}
