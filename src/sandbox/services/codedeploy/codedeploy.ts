import { type AwsJsonService, operationsByName } from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import type { Clock } from '../../core/clock.ts';
import type { Store } from '../../storage/store.ts';
import { openTables } from '../../storage/stored-tables.ts';
import type { ControlledServices } from '../ecs/simulation/controlled-service.ts';
import { type CodeDeployRegion, deploymentOperations } from './deployment-operations.ts';
import { createDeploymentRun } from './deployment-run.ts';
import { groupOperations } from './group-operations.ts';
import { createState } from './state.ts';

export interface CodeDeployOptions {
  readonly clock: Clock;
  readonly servicesIn: (region: string) => ControlledServices;
  /** Keeps the state over restarts; without one it is in memory only. */
  readonly store?: Store;
}

/** CodeDeploy, as far as it deploys services of ECS: applications, deployment groups and deployments. */
export function createCodeDeploy({ clock, servicesIn, store }: CodeDeployOptions): AwsJsonService {
  const regionOf = byRegion((region): CodeDeployRegion => {
    const context = {
      state: createState(store && openTables(store, region)),
      clock,
      services: servicesIn(region),
    };
    const run = createDeploymentRun(context);
    run.resume();
    return { ...context, run };
  });
  for (const region of store?.regions() ?? []) regionOf(region);
  return {
    name: 'CodeDeploy',
    targetPrefix: 'CodeDeploy_20141006',
    operations: operationsByName([...groupOperations(regionOf), ...deploymentOperations(regionOf)]),
  };
}
