import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import type { ClusterRecord } from '../simulation/state.ts';

/** Has the services of a cluster look at their tasks: what could not be placed before may find room now. */
export function readServices(
  { state }: EcsContext,
  engine: DeploymentEngine,
  { cluster }: ClusterRecord,
): void {
  for (const { arn, status } of state.services.inGroup(cluster.clusterArn)) {
    if (status === 'ACTIVE') engine.look(arn);
  }
}
