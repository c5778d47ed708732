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

/** No target group is ever deleted here: one whose name has this word is as if it had been. */
const DELETED = 'deleted';
const WITHOUT_LOAD_BALANCER = 'no-load-balancer';

export function targetGroupExists(targetGroupArn: string): boolean {
  return !nameOf(targetGroupArn).includes(DELETED);
}

export function hasLoadBalancer(targetGroupArn: string): boolean {
  return !nameOf(targetGroupArn).includes(WITHOUT_LOAD_BALANCER);
}

/** `web` of `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/6d0ecf831eec9f09`. */
function nameOf(targetGroupArn: string): string {
  return targetGroupArn.split('/')[1] ?? '';
}
