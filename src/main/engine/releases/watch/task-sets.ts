import { DescribeTaskSetsCommand } from '@aws-sdk/client-ecs';
import type { TaskSet } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { awsErrorName } from '../../aws/errors.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';

/** What AWS says of a service whose deployment controller is ECS. */
const NOT_OF_TASK_SETS: ReadonlySet<string> = new Set([
  'UnsupportedFeatureException',
  'InvalidParameterException',
]);

/**
 * The task sets of a service, the primary one first (DescribeTaskSets). None for a service whose deployments ECS
 * makes itself: AWS refuses the question there.
 */
export async function readTaskSets(
  { aws }: Pick<ReleaseDependencies, 'aws'>,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<readonly TaskSet[]> {
  const command = new DescribeTaskSetsCommand({ cluster: ref.cluster, service: ref.service });
  try {
    const { taskSets = [] } = await aws.ecs(ref, 'visible').send(command, { abortSignal: signal });
    return taskSets
      .map((set) => ({
        id: set.id ?? '',
        status: set.status ?? '',
        revision: set.taskDefinition === undefined ? '' : revisionNameOf(set.taskDefinition),
        scalePercent: set.scale?.value ?? 0,
        desired: set.computedDesiredCount ?? 0,
        running: set.runningCount ?? 0,
        pending: set.pendingCount ?? 0,
        stability: set.stabilityStatus ?? '',
      }))
      .toSorted((one, other) => rank(one) - rank(other));
  } catch (error) {
    if (NOT_OF_TASK_SETS.has(awsErrorName(error) ?? '')) return [];
    throw error;
  }
}

function rank({ status }: TaskSet): number {
  return status === 'PRIMARY' ? 0 : 1;
}
