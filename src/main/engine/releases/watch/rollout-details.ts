import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import {
  type CollectedEvidence,
  createEvidenceReader,
  NO_EVIDENCE,
} from '../../diagnosis/evidence-reader.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type AlarmStates, alarmNamesOf, readAlarmStates } from './alarms.ts';
import { failuresOf } from './compose-rollout.ts';
import { sharedWatching } from './shared-watching.ts';

/** What surrounds a deployment at one moment. */
export interface RolloutDetails {
  /** Missing once it was deleted. */
  readonly service?: Service;
  /** Tasks that exist, and all that were seen to stop: ECS forgets them. */
  readonly tasks: readonly Task[];
  readonly alarmStates: AlarmStates;
  readonly evidence: CollectedEvidence;
}

export const NO_DETAILS: RolloutDetails = { tasks: [], alarmStates: new Map(), evidence: NO_EVIDENCE };

/** The deployment that the details belong to. */
export interface DetailsOf {
  readonly current: ServiceDeployment;
  readonly deployment: Deployment;
  /** Whether ECS describes the deployment as at the reading before. */
  readonly isSame: boolean;
}

/**
 * Reads tasks, events and alarms, and collects the evidence of what fails. Where neither the deployment nor the service has
 * changed, the tasks are read each second time only: for their health, which the service does not tell.
 */
export function createDetailsReader(
  { aws, catalog, pollIntervalMs }: ReleaseDependencies,
  ref: ServiceRef,
  signal: AbortSignal,
): (of: DetailsOf) => Promise<RolloutDetails> {
  const shared = sharedWatching(aws, ref, pollIntervalMs);
  const evidence = createEvidenceReader(aws, ref, signal);
  const stopped = new Map<string, Task>();
  let last:
    | { readonly tasks: readonly Task[]; readonly service: string; readonly isKept: boolean }
    | undefined;

  async function readTasks(isSame: boolean, service: Promise<Service | undefined>): Promise<readonly Task[]> {
    if (isSame && last?.isKept === false && last.service === textOf(await service)) {
      last = { ...last, isKept: true };
      return last.tasks;
    }
    const tasks = await nothingIfRefused(catalog['services.tasks'](ref, { signal, emit: () => {} }));
    last = { tasks, service: textOf(await service), isKept: false };
    return tasks;
  }

  return async ({ current, deployment, isSame }) => {
    const describing = shared.service(ref.cluster, ref.service, signal);
    const [described, there, alarmStates] = await Promise.all([
      describing,
      readTasks(isSame, describing),
      readAlarmStates(aws, ref, alarmNamesOf(current), signal),
    ]);
    for (const task of there) if (task.lastStatus === 'STOPPED') stopped.set(task.arn, task);
    const tasks = [...there.filter(({ lastStatus }) => lastStatus !== 'STOPPED'), ...stopped.values()];
    const service = described?.status === 'INACTIVE' ? undefined : described;
    const events = service?.events ?? [];
    const failures = failuresOf({ current, deployment, tasks, events });
    const { taskDefinitionArn } = deployment;
    return {
      tasks,
      alarmStates,
      evidence:
        failures.length === 0
          ? NO_EVIDENCE
          : await evidence.collect({ failures, taskDefinitionArn, service }),
      ...(service === undefined ? {} : { service }),
    };
  };
}

/** What changes of a service when its tasks do: its counts, those of its deployments, and its newest event. */
function textOf(service: Service | undefined): string {
  return JSON.stringify({ ...service, events: service?.events?.[0]?.id });
}

/** Without the permission for a part, or once the service is gone, the deployment itself can still be followed. */
async function nothingIfRefused<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    const isRefused = error instanceof SlipwayError && ['FORBIDDEN', 'NOT_FOUND'].includes(error.code);
    if (isRefused) return [];
    throw error;
  }
}
