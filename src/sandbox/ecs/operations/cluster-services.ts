import type { EcsContext } from '../context.ts';
import type { DeploymentEngine } from '../deployment-engine.ts';
import type { ClusterRecord } from '../state.ts';

/** Has the services of a cluster look at their tasks: what could not be placed before may find room now. */
export function lookAtServices(
  { state }: EcsContext,
  engine: DeploymentEngine,
  { cluster }: ClusterRecord,
): void {
  for (const { arn, status } of state.services.inGroup(cluster.clusterArn)) {
    if (status === 'ACTIVE') engine.look(arn);
  }
}
