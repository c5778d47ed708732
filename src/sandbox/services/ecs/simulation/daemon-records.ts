import type {
  DaemonDeploymentConfiguration,
  DaemonRevision,
  DaemonTaskDefinition,
  Tag,
} from '@aws-sdk/client-ecs';
import type { WithRequired } from './required-members.ts';

export interface DaemonTaskDefinitionRecord {
  readonly definition: WithRequired<
    DaemonTaskDefinition,
    'daemonTaskDefinitionArn' | 'family' | 'revision' | 'status' | 'containerDefinitions' | 'registeredAt'
  >;
  readonly tags: readonly Tag[];
}

/** What a client sets on a daemon beside its task definition. */
export interface DaemonRecord {
  readonly arn: string;
  readonly clusterArn: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Once it is being deleted. */
  readonly deletedAt?: Date;
  readonly capacityProviderArns: readonly string[];
  readonly tags: readonly Tag[];
}

export type DaemonRevisionRecord = WithRequired<
  DaemonRevision,
  'daemonRevisionArn' | 'clusterArn' | 'daemonArn' | 'daemonTaskDefinitionArn' | 'createdAt'
>;

/** How it goes follows from the time and from whether its images can be pulled. */
export interface DaemonDeploymentRecord {
  readonly arn: string;
  readonly daemonArn: string;
  readonly clusterArn: string;
  readonly createdAt: Date;
  /** Undefined for the deployment that drains a deleted daemon. */
  readonly targetRevisionArn: string | undefined;
  readonly sourceRevisionArn: string | undefined;
  readonly deploymentConfiguration: DaemonDeploymentConfiguration | undefined;
  readonly capacityProviderArns: readonly string[];
  /** Whether its containers start. */
  readonly works: boolean;
  /** When a newer deployment has taken its place. */
  readonly stoppedAt?: Date;
}
