import type {
  ApplicationInfo,
  AutoRollbackConfiguration,
  DeploymentCreator,
  DeploymentGroupInfo,
  DeploymentStatus,
  ErrorInformation,
  LifecycleEvent,
  RevisionLocation,
  RollbackInfo,
} from '@aws-sdk/client-codedeploy';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

export type ApplicationRecord = ApplicationInfo & { readonly applicationName: string };

export type GroupRecord = DeploymentGroupInfo & {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly deploymentConfigName: string;
};

/**
 * Where a deployment is. `install`: the replacement task set comes up. `ready`: it waits to be continued. `shift`:
 * traffic moves. `terminate`: the original task set is kept for a while. `restore`: a rollback gives it back its
 * traffic. `over`: it has ended.
 */
export type Stage = 'begin' | 'install' | 'ready' | 'shift' | 'terminate' | 'restore' | 'over';

export interface DeploymentRecord {
  readonly id: string;
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly configName: string;
  readonly serviceArn: string;
  readonly revision: RevisionLocation;
  readonly previousRevision: RevisionLocation | undefined;
  readonly description: string | undefined;
  readonly creator: DeploymentCreator;
  readonly autoRollback: AutoRollbackConfiguration | undefined;
  readonly status: DeploymentStatus;
  readonly stage: Stage;
  readonly stageEnteredAt: Date;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly completedAt: Date | undefined;
  readonly updatedAt: Date;
  readonly error: ErrorInformation | undefined;
  readonly rollback: RollbackInfo | undefined;
  /** ARNs of the original and the replacement task set, as far as they are there. */
  readonly blue: string | undefined;
  readonly green: string | undefined;
  /** The share of the traffic that goes to the replacement, in percent. */
  readonly greenPercent: number;
  readonly lifecycle: readonly LifecycleEvent[];
  /** When it is looked at next. Undefined once it has ended. */
  readonly nextAt: Date | undefined;
}

/** All that the simulated CodeDeploy of a region knows. */
export interface CodeDeployState {
  readonly applications: Table<ApplicationRecord>;
  /** By application and name, grouped by application. */
  readonly groups: Table<GroupRecord>;
  /** Grouped by application and deployment group, the oldest first. */
  readonly deployments: Table<DeploymentRecord>;
}

export function groupKey(applicationName: string, deploymentGroupName: string): string {
  return `${applicationName} ${deploymentGroupName}`;
}

/** An empty state, or what `stored` has kept of each table by its name. */
export function createState(stored: (table: string) => StoredTable = () => KEEPS_NOTHING): CodeDeployState {
  return {
    applications: createTable(
      ({ applicationName }) => applicationName,
      () => '',
      stored('codeDeployApplications'),
    ),
    groups: createTable(
      (group) => groupKey(group.applicationName, group.deploymentGroupName),
      ({ applicationName }) => applicationName,
      stored('codeDeployGroups'),
    ),
    deployments: createTable(
      ({ id }) => id,
      (deployment) => groupKey(deployment.applicationName, deployment.deploymentGroupName),
      stored('codeDeployDeployments'),
    ),
  };
}
