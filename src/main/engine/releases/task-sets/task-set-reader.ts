import type { Service } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { serviceLabel } from '../../aws/arns.ts';
import {
  type CollectedEvidence,
  createEvidenceReader,
  NO_EVIDENCE,
} from '../../diagnosis/evidence-reader.ts';
import { type ServiceTaskSet, taskSetId, taskSetsOf } from '../../ecs/service-task-sets.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { sharedWatching } from '../watch/shared-watching.ts';
import { progressOf, startOf } from './release-progress.ts';
import { type ReleaseState, releaseStateOf } from './release-state.ts';
import { failuresOf, type TaskSetPoll, taskSetRollout } from './task-set-rollout.ts';

/** Reads one release with task sets again and again, and remembers what ECS forgets. */
export interface TaskSetReader {
  /** Reads the service with its task sets, and returns it. NOT_FOUND when it or the set does not exist. */
  poll(): Promise<Service>;
  /** Reads the tasks, and the evidence of what fails. After the first poll. */
  readDetails(): Promise<void>;
  /** All that is known by now. Undefined before the first poll. */
  rollout(): Rollout | undefined;
}

/**
 * What ECS answers may be a moment old: right after a set was created it can be missing, and after a call the earlier
 * state can show. So a state that would be the end has to be seen so often in a row.
 */
const LOOKS_TO_BELIEVE = 3;

export function createTaskSetReader(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  arn: string,
  signal: AbortSignal,
): TaskSetReader {
  const { aws, journal, catalog, clock, pollIntervalMs } = dependencies;
  const shared = sharedWatching(aws, ref, pollIntervalMs);
  const evidenceReader = createEvidenceReader(aws, ref, signal);
  const stopped = new Map<string, Task>();
  let service: Service | undefined;
  let target: ServiceTaskSet | undefined;
  let state: ReleaseState | undefined;
  let inARow = 0;
  let tasks: readonly Task[] = [];
  let evidence: CollectedEvidence = NO_EVIDENCE;

  function known(): TaskSetPoll | undefined {
    if (state === undefined) return undefined;
    return {
      progress: progressOf(journal, arn),
      entry: startOf(journal, arn),
      state,
      isOver: state.kind === 'done' || (mayBeEnd(state) && inARow >= LOOKS_TO_BELIEVE),
      service,
      target,
      tasks,
      evidence,
      now: clock.now(),
    };
  }

  return {
    async poll() {
      const found = await shared.service(ref.cluster, ref.service, signal);
      if (found === undefined || found.status === 'INACTIVE') throw serviceDeleted(ref);
      const there = taskSetsOf(found).find(({ taskSetArn }) => taskSetArn === arn);
      if (there === undefined && target === undefined && startOf(journal, arn) === undefined)
        throw notKnown(ref, arn);
      const next = releaseStateOf(found, progressOf(journal, arn));
      inARow = next.kind === state?.kind ? inARow + 1 : 1;
      service = found;
      target = there ?? target;
      state = next;
      return found;
    },
    async readDetails() {
      const seen = known();
      if (seen === undefined) return;
      const there = await nothingIfRefused(catalog['services.tasks'](ref, { signal, emit: () => {} }));
      for (const task of there) if (task.lastStatus === 'STOPPED') stopped.set(task.arn, task);
      tasks = [...there.filter(({ lastStatus }) => lastStatus !== 'STOPPED'), ...stopped.values()];
      const failures = failuresOf({ ...seen, tasks });
      const taskDefinitionArn = seen.target?.taskDefinition ?? seen.entry?.taskDefinitionArn;
      if (failures.length === 0) return;
      evidence = await evidenceReader.collect({ failures, taskDefinitionArn, service });
    },
    rollout() {
      const seen = known();
      return seen === undefined ? undefined : taskSetRollout(seen);
    },
  };
}

function mayBeEnd({ kind }: ReleaseState): boolean {
  return kind === 'missing' || kind === 'overtaken' || kind === 'old set scaled up';
}

/** Without the permission for the tasks the sets themselves can still be followed. */
async function nothingIfRefused<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'FORBIDDEN') return [];
    throw error;
  }
}

function notKnown(ref: ServiceRef, arn: string): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `ECS can't find the task set ${taskSetId(arn)} of ${serviceLabel(ref)}. Check what the service is running.`,
  );
}

function serviceDeleted(ref: ServiceRef): SlipwayError {
  return new SlipwayError('NOT_FOUND', `The service ${serviceLabel(ref)} was deleted with its task sets.`);
}
