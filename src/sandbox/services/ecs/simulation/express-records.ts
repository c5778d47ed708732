import type { ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import type { WithRequired } from './required-members.ts';

/** What ECS keeps of an Express service besides the service itself. */
export interface ExpressRecord {
  readonly infrastructureRoleArn: string;
  /** The address that ECS gave its load balancer. */
  readonly endpoint: string;
  readonly updatedAt: Date;
}

/** What a service revision of an Express service was made from. */
export interface ExpressConfigurationRecord {
  readonly serviceArn: string;
  readonly configuration: WithRequired<
    ExpressGatewayServiceConfiguration,
    'serviceRevisionArn' | 'taskDefinitionArn' | 'primaryContainer' | 'scalingTarget'
  >;
  /** Whether ECS registered its task definition, or the customer did. */
  readonly isManaged: boolean;
}
