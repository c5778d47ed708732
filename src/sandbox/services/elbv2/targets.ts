import type {
  TargetHealthReasonEnum,
  TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** A task in a target group. */
export interface Target {
  /** The private address of the task. */
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
  readonly state: TargetHealthStateEnum;
  readonly reason?: TargetHealthReasonEnum;
  readonly description?: string;
}

/** The target groups that services name, with what is registered in them. */
export interface Targets {
  /** The ARNs of all target groups. */
  groups(): readonly string[];
  in(targetGroupArn: string): readonly Target[];
}

/** The ARN of the load balancer that a target group belongs to: the sandbox has one for each group. */
export function loadBalancerOf(targetGroupArn: string): string {
  const [before = '', name = ''] = targetGroupArn.split(':targetgroup/');
  return `${before}:loadbalancer/app/${name}`;
}
