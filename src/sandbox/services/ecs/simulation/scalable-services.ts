import { serviceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import type { DeploymentEngine } from './deployment-engine.ts';

/** What Application Auto Scaling does to the services of a region. */
export interface ScalableServices {
  /** Undefined when there is no active service of that name. */
  desiredCount(cluster: string, service: string): number | undefined;
  /** Like UpdateService with nothing but a desired count. Of a service that is gone nothing happens. */
  setDesiredCount(cluster: string, service: string, count: number): void;
}

export function createScalableServices(
  { state, home }: EcsContext,
  engine: DeploymentEngine,
): ScalableServices {
  const find = (cluster: string, name: string) => {
    const service = state.services.get(serviceArn(home, cluster, name));
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  return {
    desiredCount: (cluster, name) => find(cluster, name)?.desiredCount,
    setDesiredCount(cluster, name, count) {
      const service = find(cluster, name);
      if (service !== undefined) engine.scale(service, count);
    },
  };
}
