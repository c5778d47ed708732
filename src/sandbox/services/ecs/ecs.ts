import { randomInt } from 'node:crypto';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Interceptor } from '../../aws-api/interceptor.ts';
import { type AwsJsonService, type Operation, operationsByName } from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import type { Clock } from '../../core/clock.ts';
import type { ImageSource } from '../../registry/image-source.ts';
import type { Store } from '../../storage/store.ts';
import { openTables } from '../../storage/stored-tables.ts';
import type { MetricSource } from '../cloudwatch/metric-data.ts';
import type { Targets } from '../elbv2/targets.ts';
import { accountSettingOperations } from './operations/account-settings.ts';
import { attributeOperations } from './operations/attributes.ts';
import { capacityProviderOperations } from './operations/capacity-providers.ts';
import { clusterOperations } from './operations/clusters.ts';
import { containerAgentOperations } from './operations/container-agent.ts';
import { containerInstanceOperations } from './operations/container-instances.ts';
import { daemonTaskDefinitionOperations } from './operations/daemon-task-definitions.ts';
import { daemonOperations } from './operations/daemons.ts';
import { executeCommandOperation } from './operations/execute-command.ts';
import { expressServiceOperations } from './operations/express-services.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskProtectionOperations } from './operations/task-protection.ts';
import { taskSetOperations } from './operations/task-sets.ts';
import { taskOperations } from './operations/tasks.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { type ContainerWriter, createContainerWriters } from './simulation/container-lines.ts';
import type { EcsContext } from './simulation/context.ts';
import type { ControlledServices } from './simulation/controlled-service.ts';
import { createControlledServices } from './simulation/controlled-services.ts';
import type { Dependencies } from './simulation/dependencies.ts';
import { createDeploymentEngine } from './simulation/deployment-engine.ts';
import { createExecTargets, type ExecTargets } from './simulation/exec-targets.ts';
import { createIdSource } from './simulation/ids.ts';
import { createImageResolver, isEcrImage } from './simulation/image-resolution.ts';
import { refuseConcurrentRegistrations } from './simulation/registration-conflicts.ts';
import { createScalableServices, type ScalableServices } from './simulation/scalable-services.ts';
import { createSeeder, type EcsSeeder } from './simulation/seeding.ts';
import { createState } from './simulation/state.ts';
import { createTargets } from './simulation/targets.ts';
import { resumeDeletions } from './simulation/task-definition-deletion.ts';

export interface EcsOptions {
  readonly clock: Clock;
  readonly images: ImageSource;
  readonly accountId: string;
  readonly region: string;
  /** The host, with its port, of the sandbox's own registry: what doesn't exist cannot be pulled from it. */
  readonly endpointHost: string;
  readonly dependenciesIn?: (region: string) => Dependencies;
  /** Keeps the state over restarts; without one it is in memory only. */
  readonly store?: Store;
  /** Makes the ids; the same seed gives the same ones. */
  readonly seed?: number;
}

/** The simulated ECS: what answers its API, and what scenarios fill it with. */
export interface Ecs {
  /** Answers for every region; all but the one of the options start empty. */
  readonly service: AwsJsonService;
  /** What stands before its operations, beside latency and faults. */
  readonly interceptors: readonly Interceptor[];
  /** Fills the region of the options. */
  readonly seed: EcsSeeder;
  /** When it was first started: the present of its scenario, which stays the same over restarts. */
  readonly begunAt: Date;
  /** Whether it continues with what it had stored, so that there is nothing to fill. */
  readonly isRestored: boolean;
  /** All that is registered in the region of the options. */
  readonly taskDefinitions: () => readonly TaskDefinition[];
  /** What is registered in the target groups of a region's services. */
  readonly targetsIn: (region: string) => Targets;
  /** The services of a region that CodeDeploy deploys. */
  readonly controlledServicesIn: (region: string) => ControlledServices;
  /** The services of a region as Application Auto Scaling sees them. */
  readonly scalableServicesIn: (region: string) => ScalableServices;
  /** What CloudWatch has of the services of a region and of their target groups. */
  readonly metricsIn: (region: string) => MetricSource;
  /** Who writes into a log group of a region. */
  readonly writersIn: (region: string, logGroup: string) => readonly ContainerWriter[];
  /** The containers of a region that sessions can be opened in. */
  readonly execTargetsIn: (region: string) => ExecTargets;
}

const TARGET_PREFIX = 'AmazonEC2ContainerServiceV20141113';
const DEFAULT_SEED = 20_141_113;

/** Makes an ECS with what its store holds; without one it is empty: no clusters, no task definitions. */
export function createEcs(options: EcsOptions): Ecs {
  const inRegion = byRegion((region) => createRegion({ ...options, region }));
  const { store } = options;
  for (const region of store?.regions() ?? []) inRegion(region);
  const home = inRegion(options.region);
  const operations = Object.entries(home.operations).map(([name, { schema }]): [string, Operation] => [
    name,
    {
      schema,
      run: (input, context) => required(inRegion(context.region).operations[name]).run(input, context),
    },
  ]);
  return {
    service: { name: 'ECS', targetPrefix: TARGET_PREFIX, operations: Object.fromEntries(operations) },
    interceptors: [refuseConcurrentRegistrations()],
    seed: home.seed,
    begunAt: store?.begunAt ?? options.clock.now(),
    isRestored: store?.isRestored === true,
    taskDefinitions: home.taskDefinitions,
    targetsIn: (region) => inRegion(region).targets,
    controlledServicesIn: (region) => inRegion(region).controlledServices,
    scalableServicesIn: (region) => inRegion(region).scalableServices,
    metricsIn: (region) => inRegion(region).metrics,
    writersIn: (region, logGroup) => inRegion(region).writersOf(logGroup),
    execTargetsIn: (region) => inRegion(region).execTargets,
  };
}

interface RegionalEcs {
  readonly operations: AwsJsonService['operations'];
  readonly seed: EcsSeeder;
  readonly taskDefinitions: () => readonly TaskDefinition[];
  readonly targets: Targets;
  readonly controlledServices: ControlledServices;
  readonly scalableServices: ScalableServices;
  readonly metrics: MetricSource;
  readonly writersOf: (logGroup: string) => readonly ContainerWriter[];
  readonly execTargets: ExecTargets;
}

function createRegion({
  clock,
  images,
  accountId,
  region,
  endpointHost,
  dependenciesIn = () => ({}),
  store,
  seed = store?.isRestored === true ? randomInt(2 ** 32) : DEFAULT_SEED,
}: EcsOptions): RegionalEcs {
  const context: EcsContext = {
    state: createState(store && openTables(store, region)),
    clock,
    ids: createIdSource(seed),
    home: { accountId, region },
    resolveImage: createImageResolver(images, endpointHost),
    isEcrImage: (reference) => isEcrImage(reference, endpointHost),
    dependencies: dependenciesIn(region),
  };
  const engine = createDeploymentEngine(context);
  if (store?.isRestored === true) {
    engine.resume(store.endedAt);
    resumeDeletions(context);
  }
  return {
    operations: operationsByName([
      ...clusterOperations(context),
      ...serviceOperations(context, engine),
      ...expressServiceOperations(context, engine),
      ...daemonTaskDefinitionOperations(context),
      ...daemonOperations(context),
      ...taskDefinitionOperations(context),
      ...taskOperations(context, engine),
      ...serviceDeploymentOperations(context, engine),
      ...tagOperations(context),
      ...taskSetOperations(context, engine),
      ...containerInstanceOperations(context, engine),
      ...containerAgentOperations(context),
      executeCommandOperation(context),
      ...attributeOperations(context, engine),
      ...accountSettingOperations(context),
      ...taskProtectionOperations(context, engine),
      ...capacityProviderOperations(context),
    ]),
    seed: createSeeder(context, engine),
    taskDefinitions: () => [...context.state.taskDefinitions.all()].map(({ definition }) => definition),
    targets: createTargets(context.state),
    controlledServices: createControlledServices(context, engine),
    scalableServices: createScalableServices(context, engine),
    metrics: createServiceMetrics(context),
    writersOf: createContainerWriters(context),
    execTargets: createExecTargets(context),
  };
}

/** Every region has the same operations. */
function required(operation: Operation | undefined): Operation {
  if (operation === undefined) throw new Error('A region of the simulated ECS lacks an operation.');
  return operation;
}
