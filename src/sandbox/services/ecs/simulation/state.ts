import type {
  CapacityProvider,
  Cluster,
  ContainerImage,
  ContainerInstance,
  CreateServiceRequest,
  DeploymentRolloutState,
  Rollback,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
  ServiceEvent,
  ServiceRevision,
  SettingName,
  Tag,
  Task,
  TaskDefinition,
  TaskSet,
} from '@aws-sdk/client-ecs';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../../storage/table.ts';
import type {
  DaemonDeploymentRecord,
  DaemonRecord,
  DaemonRevisionRecord,
  DaemonTaskDefinitionRecord,
} from './daemon-records.ts';
import type { ExpressConfigurationRecord, ExpressRecord } from './express-records.ts';
import type { HookRun } from './hook-run.ts';
import type { LifeStep } from './life-step.ts';
import type { WithRequired } from './required-members.ts';
import type { Resources } from './resources.ts';
import type { TrafficWeights } from './traffic-weights.ts';

export interface ClusterRecord {
  readonly cluster: WithRequired<Cluster, 'clusterArn' | 'clusterName' | 'status'>;
  readonly tags: readonly Tag[];
}

export interface TaskDefinitionRecord {
  readonly definition: WithRequired<
    TaskDefinition,
    'taskDefinitionArn' | 'family' | 'revision' | 'status' | 'containerDefinitions'
  >;
  readonly tags: readonly Tag[];
}

/** A family remembers the last number it gave out: numbers are never used twice, not even after a delete. */
export interface FamilyRecord {
  readonly family: string;
  readonly lastRevision: number;
}

/** What a client sets on a service and what does not belong to its service revision. */
export type ServiceSettings = Pick<
  CreateServiceRequest,
  | 'availabilityZoneRebalancing'
  | 'deploymentConfiguration'
  | 'deploymentController'
  | 'enableECSManagedTags'
  | 'enableExecuteCommand'
  | 'healthCheckGracePeriodSeconds'
  | 'placementConstraints'
  | 'placementStrategy'
  | 'propagateTags'
  | 'role'
  | 'schedulingStrategy'
>;

/** An entry of `service.deployments`: one service revision that has tasks, or is to have them. */
export interface Rollout {
  /** For example `ecs-svc/1234567890123456789`. */
  readonly id: string;
  readonly serviceDeploymentArn: string;
  readonly revisionArn: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly failedTasks: number;
  readonly state: DeploymentRolloutState;
  readonly stateReason: string;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly desiredCount: number;
  readonly settings: ServiceSettings;
  readonly tags: readonly Tag[];
  /** The PRIMARY first. Never empty while the service is active. */
  readonly rollouts: readonly Rollout[];
  /** Where a rollback goes to. Undefined until a first deployment has succeeded. */
  readonly lastCompletedRevisionArn: string | undefined;
  /** Newest first, 100 at most. */
  readonly events: readonly ServiceEvent[];
  /** Whether the last thing said about the service was that it is steady. */
  readonly isSteady: boolean;
  /** Only of an Express service. */
  readonly express?: ExpressRecord;
}

export type ServiceRevisionRecord = WithRequired<
  ServiceRevision,
  'serviceRevisionArn' | 'serviceArn' | 'clusterArn' | 'taskDefinition' | 'containerImages' | 'createdAt'
>;

export interface TaskSetRecord {
  readonly taskSet: WithRequired<
    TaskSet,
    'taskSetArn' | 'id' | 'serviceArn' | 'clusterArn' | 'taskDefinition' | 'scale' | 'createdAt'
  > & { readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING' };
  /** The digests that its tags had when it was created. */
  readonly containerImages: readonly ContainerImage[];
  readonly tags: readonly Tag[];
}

/** An instance stays known as INACTIVE when it has been deregistered. */
export interface ContainerInstanceRecord {
  readonly instance: WithRequired<
    ContainerInstance,
    'containerInstanceArn' | 'status' | 'attributes' | 'registeredAt'
  >;
  readonly clusterArn: string;
  readonly total: Resources;
  readonly tags: readonly Tag[];
}

export interface CapacityProviderRecord {
  readonly provider: WithRequired<CapacityProvider, 'capacityProviderArn' | 'name' | 'status'>;
  readonly tags: readonly Tag[];
}

export interface AccountSettingRecord {
  readonly name: SettingName;
  readonly value: string;
  /** `default` for the whole account. */
  readonly principalArn: string;
}

/** A request that carried a client token: the same again gets the same answer. */
export interface ClientTokenRecord {
  /** The operation and the token. */
  readonly key: string;
  /** The request as text. */
  readonly request: string;
  /** What it made. */
  readonly arns: readonly string[];
}

export interface RevisionCounts {
  readonly arn: string;
  readonly requested: number;
  readonly running: number;
  readonly pending: number;
  /** Only where traffic is shifted. */
  readonly weights?: TrafficWeights;
}

export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason: string | undefined;
  readonly lifecycleStage: ServiceDeploymentLifecycleStage | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  readonly updatedAt: Date;
  readonly deploymentConfiguration: ServiceSettings['deploymentConfiguration'];
  readonly targetRevisionArn: string;
  readonly sourceRevisionArns: readonly string[];
  /** The counts at the end, once there is one; until then they follow from the tasks. */
  readonly finalCounts: readonly RevisionCounts[] | undefined;
  readonly circuitBreaker: {
    readonly status: ServiceDeploymentRollbackMonitorsStatus;
    readonly failureCount: number;
    readonly threshold: number;
  };
  readonly alarms: {
    readonly status: ServiceDeploymentRollbackMonitorsStatus;
    readonly triggered: readonly string[];
  };
  /** The number of the step that it is in, of those that follow from its configuration. */
  readonly step: number;
  readonly stepEnteredAt: Date | undefined;
  /** When it entered each of its steps so far. Absent where it was over before the sandbox started. */
  readonly stepTimes?: readonly Date[];
  /** Every run of a lifecycle hook so far. */
  readonly hooks: readonly HookRun[];
  readonly rollback: Rollback | undefined;
}

export interface TaskRecord {
  readonly task: WithRequired<
    Task,
    | 'taskArn'
    | 'clusterArn'
    | 'taskDefinitionArn'
    | 'lastStatus'
    | 'desiredStatus'
    | 'containers'
    | 'createdAt'
  >;
  /** Undefined for a task that RunTask started. */
  readonly serviceArn: string | undefined;
  readonly revisionArn: string | undefined;
  /** The target groups of the revision, which the task is registered in while it runs. */
  readonly targetGroupArns: readonly string[];
  /** Not stopped when its service is scaled in or deployed, until then. */
  readonly protectedUntil?: Date;
  /** Running, and every check of its health that there is has passed. */
  readonly isHealthy: boolean;
  /** What is still to happen to the task by itself, the next first. A settled task has nothing ahead. */
  readonly ahead: readonly LifeStep[];
  /** When the first of `ahead` happens. */
  readonly nextAt: Date | undefined;
}

/** All that the simulated ECS knows, as plain data. */
export interface EcsState {
  readonly clusters: Table<ClusterRecord>;
  /** Grouped by family. */
  readonly taskDefinitions: Table<TaskDefinitionRecord>;
  readonly families: Table<FamilyRecord>;
  /** Grouped by cluster. */
  readonly services: Table<ServiceRecord>;
  /** Grouped by service, the oldest first; so are the service deployments. */
  readonly serviceRevisions: Table<ServiceRevisionRecord>;
  readonly serviceDeployments: Table<ServiceDeploymentRecord>;
  /** By service revision, grouped by service. */
  readonly expressConfigurations: Table<ExpressConfigurationRecord>;
  /** Grouped by service, or by cluster for tasks without one. */
  readonly tasks: Table<TaskRecord>;
  /** Grouped by service. */
  readonly taskSets: Table<TaskSetRecord>;
  /** Grouped by family. */
  readonly daemonTaskDefinitions: Table<DaemonTaskDefinitionRecord>;
  /** By family, which is not one of the others. */
  readonly daemonFamilies: Table<FamilyRecord>;
  /** Grouped by cluster. */
  readonly daemons: Table<DaemonRecord>;
  /** Grouped by daemon, the oldest first; so are the daemon deployments. */
  readonly daemonRevisions: Table<DaemonRevisionRecord>;
  readonly daemonDeployments: Table<DaemonDeploymentRecord>;
  /** Grouped by cluster. */
  readonly containerInstances: Table<ContainerInstanceRecord>;
  readonly capacityProviders: Table<CapacityProviderRecord>;
  readonly accountSettings: Table<AccountSettingRecord>;
  readonly clientTokens: Table<ClientTokenRecord>;
}

/** An empty state, or what `stored` has kept of each table by its name. */
export function createState(stored: (table: keyof EcsState) => StoredTable = () => KEEPS_NOTHING): EcsState {
  return {
    clusters: createTable(
      (record) => record.cluster.clusterArn,
      () => '',
      stored('clusters'),
    ),
    taskDefinitions: createTable(
      ({ definition }) => definition.taskDefinitionArn,
      ({ definition }) => definition.family,
      stored('taskDefinitions'),
    ),
    families: createTable(
      (record) => record.family,
      () => '',
      stored('families'),
    ),
    services: createTable(
      (record) => record.arn,
      (record) => record.clusterArn,
      stored('services'),
    ),
    serviceRevisions: createTable(
      (record) => record.serviceRevisionArn,
      (record) => record.serviceArn,
      stored('serviceRevisions'),
    ),
    serviceDeployments: createTable(
      (record) => record.arn,
      (record) => record.serviceArn,
      stored('serviceDeployments'),
    ),
    expressConfigurations: createTable(
      ({ configuration }) => configuration.serviceRevisionArn,
      (record) => record.serviceArn,
      stored('expressConfigurations'),
    ),
    tasks: createTable(
      ({ task }) => task.taskArn,
      (record) => record.serviceArn ?? record.task.clusterArn,
      stored('tasks'),
    ),
    taskSets: createTable(
      ({ taskSet }) => taskSet.taskSetArn,
      ({ taskSet }) => taskSet.serviceArn,
      stored('taskSets'),
    ),
    daemonTaskDefinitions: createTable(
      ({ definition }) => definition.daemonTaskDefinitionArn,
      ({ definition }) => definition.family,
      stored('daemonTaskDefinitions'),
    ),
    daemonFamilies: createTable(
      (record) => record.family,
      () => '',
      stored('daemonFamilies'),
    ),
    daemons: createTable(
      (record) => record.arn,
      (record) => record.clusterArn,
      stored('daemons'),
    ),
    daemonRevisions: createTable(
      (record) => record.daemonRevisionArn,
      (record) => record.daemonArn,
      stored('daemonRevisions'),
    ),
    daemonDeployments: createTable(
      (record) => record.arn,
      (record) => record.daemonArn,
      stored('daemonDeployments'),
    ),
    containerInstances: createTable(
      ({ instance }) => instance.containerInstanceArn,
      (record) => record.clusterArn,
      stored('containerInstances'),
    ),
    capacityProviders: createTable(
      ({ provider }) => provider.name,
      () => '',
      stored('capacityProviders'),
    ),
    accountSettings: createTable(
      ({ name, principalArn }) => `${name} ${principalArn}`,
      () => '',
      stored('accountSettings'),
    ),
    clientTokens: createTable(
      (record) => record.key,
      () => '',
      stored('clientTokens'),
    ),
  };
}
