import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import type { Aws } from '../../aws/aws.ts';
import type { EndedDeployment } from '../../catalog/last-outcomes.ts';
import type { RevisionCaches } from '../cache/revision-cache.ts';
import { keepReleaseCause, readReleaseCauses } from './release-causes.ts';

/** Why deployments failed, as long as anybody here has seen it: ECS forgets stopped tasks within the hour. */
export interface KnownCauses {
  /** Sentences by the ARN of the deployment. Those that are not kept are looked for in the tasks. */
  of(
    service: ServiceRef,
    deployments: readonly EndedDeployment[],
    readTasks: () => Promise<readonly Task[]>,
  ): Promise<ReadonlyMap<string, string>>;
  keep(scope: Scope, deploymentArn: string, sentence: string): Promise<void>;
}

/** The causes that are kept beside the revisions, for the history of a service and for its watches alike. */
export function createKnownCauses(aws: Aws, caches: RevisionCaches): KnownCauses {
  const answersOf = async ({ account, region }: Scope) => {
    const scope = { account, region };
    return (await caches.of(aws.ecs(scope, 'visible'), scope)).answers;
  };
  return {
    of: async (service, deployments, readTasks) =>
      readReleaseCauses(readTasks, await answersOf(service), deployments),
    keep: async (scope, deploymentArn, sentence) =>
      keepReleaseCause(await answersOf(scope), deploymentArn, sentence),
  };
}
