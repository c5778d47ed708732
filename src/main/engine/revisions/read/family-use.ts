import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import { type FamilyRef, FamilyUse } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import {
  noTaskTriggersKnown,
  readTaskTriggers,
  TASK_TRIGGER_SERVICES,
} from '../../task-triggers/read-task-triggers.ts';
import { joined, NO_TASK_TRIGGERS, type TaskTriggerReading } from '../../task-triggers/task-trigger.ts';
import { usedRevisions } from '../../task-triggers/used-revisions.ts';
import { readDaemonUse } from '../../use/read-daemons.ts';
import { readUse } from '../../use/read-use.ts';
import { type DaemonUse, graphOfUse, type UseGraph } from '../../use/use-graph.ts';
import type { RevisionCaches } from '../cache/revision-cache.ts';

const KEPT_MS = 10 * 60 * 1000;

/** What may start tasks of a revision without ECS counting it as use, and Slipway has no client for. */
const NOT_CHECKED = ['EventBridge Pipes', 'Lambda functions', 'pipelines'];

export interface FamilyUseDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'eventRules' | 'schedules' | 'stateMachines'>;
  readonly caches: RevisionCaches;
}

type NotRead = FamilyUse['notRead'][number];

/**
 * What uses the revisions of a family: services with their deployments and task sets, tasks, and the rules, schedules
 * and state machines that start them. A complete answer is cached for ten minutes; `refresh` ignores the cache. A part
 * that can't be read is named in the answer instead of failing the call.
 */
export async function readFamilyUse(
  { aws, caches }: FamilyUseDependencies,
  ref: FamilyRef,
  refresh: boolean,
  signal: AbortSignal,
): Promise<FamilyUse> {
  const { account, region, family } = ref;
  const ecs = aws.ecs({ account, region }, 'visible');
  const { answers } = await caches.of(ecs, { account, region });
  const key = `use ${family}`;
  const kept = refresh ? undefined : answers.read(key, FamilyUse, KEPT_MS);
  if (kept !== undefined) return kept;

  const use = {
    uses: [],
    unknown: [],
    notRead: [],
    readAt: new Date().toISOString(),
    notChecked: NOT_CHECKED,
  };
  try {
    const [reading, { taskTriggers, unknown, notRead: notAllowed }, daemons] = await Promise.all([
      readUse({ ecs, signal }, { families: [family], keepWorked: 1 }),
      readWhatIsAllowed(aws, ref, signal),
      readDaemonsIfAllowed(ecs, signal),
    ]);
    const notRead = [...notAllowed, ...daemons.notRead];
    const started = await usedRevisions({ ecs, signal }, taskTriggers, [family]);
    const found = {
      ...use,
      uses: usesOf(family, graphOfUse(reading, started, daemons.uses)),
      unknown,
      notRead,
    };
    if (notRead.length === 0) answers.write(key, found);
    return found;
  } catch (error) {
    const failure = failureOf(error);
    // Its own words are about a clean-up; what went wrong is in the cause.
    const reason = failure.cause instanceof SlipwayError ? failure.cause : failure;
    return { ...use, problem: `Couldn't read what uses them. ${reason.message}` };
  }
}

/** What starts tasks by itself, where the permissions allow to read it. */
async function readWhatIsAllowed(
  aws: FamilyUseDependencies['aws'],
  { account, region }: FamilyRef,
  signal: AbortSignal,
): Promise<TaskTriggerReading & { readonly notRead: readonly NotRead[] }> {
  const clients = { aws, scope: { account, region }, priority: 'visible' } as const;
  const known = noTaskTriggersKnown();
  const notRead: NotRead[] = [];
  const readings = await Promise.all(
    TASK_TRIGGER_SERVICES.map(async (part) => {
      try {
        return await readTaskTriggers(clients, part, known, signal);
      } catch (error) {
        notRead.push({ part, reason: failureOf(error).message });
        return NO_TASK_TRIGGERS;
      }
    }),
  );
  return { ...joined(readings), notRead };
}

async function readDaemonsIfAllowed(
  ecs: ECSClient,
  signal: AbortSignal,
): Promise<{ readonly uses: readonly DaemonUse[]; readonly notRead: readonly NotRead[] }> {
  try {
    return { uses: await readDaemonUse({ ecs, signal }, 1), notRead: [] };
  } catch (error) {
    const failure = failureOf(error);
    // Its own words are about a clean-up; what went wrong is in the cause.
    const reason = failure.cause instanceof SlipwayError ? failure.cause : failure;
    return { uses: [], notRead: [{ part: 'managed daemons', reason: reason.message }] };
  }
}

/** A failure that is told; rethrows any other, and that the reader has broken it off. */
function failureOf(error: unknown): SlipwayError {
  if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
  return error;
}

/** The graph has what its services use of other families, too. */
function usesOf(family: string, graph: UseGraph): FamilyUse['uses'] {
  return [...graph]
    .filter(([arn]) => arn.includes(`/${family}:`))
    .map(([arn, reasons]) => ({ arn, reasons }));
}
