import {
  type CreateTaskSetRequest,
  DescribeTaskSetsCommand,
  type ECSClient,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { withRetry } from '../../aws/retry.ts';
import { taskSetId } from '../../ecs/service-task-sets.ts';

/** What a task set has besides its revision, its scale and its names: what the next one takes over. */
export type TaskSetContent = Pick<
  CreateTaskSetRequest,
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'networkConfiguration'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'tags'
>;

/**
 * Launch type or capacity providers, network, load balancers, registries and tags of a task set. Where it has
 * capacity providers, CreateTaskSet takes no launch type; empty lists and the tags of AWS itself are left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html
 */
export function contentOf(set: TaskSet): TaskSetContent {
  const { launchType, platformVersion, networkConfiguration } = set;
  const capacityProviderStrategy = filled(set.capacityProviderStrategy);
  const loadBalancers = filled(set.loadBalancers);
  const serviceRegistries = filled(set.serviceRegistries);
  const tags = filled(set.tags?.filter(({ key }) => !key?.startsWith('aws:')));
  return {
    ...(capacityProviderStrategy === undefined
      ? launchType !== undefined && { launchType }
      : { capacityProviderStrategy }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...(loadBalancers === undefined ? {} : { loadBalancers }),
    ...(serviceRegistries === undefined ? {} : { serviceRegistries }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** The same of a set by its ARN, with its tags (DescribeTaskSets). Throws STALE_PLAN when it is gone. */
export async function readContent(
  ecs: ECSClient,
  ref: ServiceRef,
  taskSetArn: string,
  signal: AbortSignal,
): Promise<TaskSetContent> {
  const { cluster, service } = ref;
  const command = new DescribeTaskSetsCommand({
    cluster,
    service,
    taskSets: [taskSetArn],
    include: ['TAGS'],
  });
  const { taskSets = [] } = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  const [set] = taskSets;
  if (set !== undefined) return contentOf(set);
  throw new SlipwayError(
    'STALE_PLAN',
    `The task set ${taskSetId(taskSetArn)} of ${serviceLabel(ref)} was deleted after this plan was created. Refresh to create a new plan.`,
  );
}

function filled<T>(list: readonly T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : [...list];
}
