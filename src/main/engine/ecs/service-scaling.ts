import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import type { ServiceRef, ServiceScaling } from '../../../shared/model/service.ts';

interface ScalingRead {
  readonly scaling: ApplicationAutoScalingClient;
  readonly signal: AbortSignal;
}

/** The range in which Application Auto Scaling keeps the desired count of a service. */
export type ScalingRange = Omit<ServiceScaling, 'policies'>;

/** The range of a service; undefined where Application Auto Scaling doesn't scale it. */
export async function readScalingRange(
  { scaling, signal }: ScalingRead,
  service: ServiceRef,
): Promise<ScalingRange | undefined> {
  const { ResourceId, ...of } = scaledBy(service);
  const command = new DescribeScalableTargetsCommand({ ...of, ResourceIds: [ResourceId] });
  const { ScalableTargets = [] } = await scaling.send(command, { abortSignal: signal });
  const [target] = ScalableTargets;
  if (target?.MinCapacity === undefined || target.MaxCapacity === undefined) return undefined;
  return { least: target.MinCapacity, most: target.MaxCapacity, isSuspended: isSuspended(target) };
}

/** The range and the names of the policies; the policies are read only of a service that has a range. */
export async function readServiceScaling(
  read: ScalingRead,
  service: ServiceRef,
): Promise<ServiceScaling | undefined> {
  const range = await readScalingRange(read, service);
  if (range === undefined) return undefined;
  const command = new DescribeScalingPoliciesCommand(scaledBy(service));
  const { ScalingPolicies = [] } = await read.scaling.send(command, { abortSignal: read.signal });
  return { ...range, policies: ScalingPolicies.flatMap(({ PolicyName }) => PolicyName ?? []) };
}

/** How many of the newest activities show who scales. */
const ACTIVITIES = 10;

/** `monitor alarm NAME in state ALARM triggered policy NAME`. */
const OF_POLICY = / triggered policy (?<policy>\S.{0,255})$/;

/** The policies that changed the desired count last, each once, the last one first. */
export async function readScalingPoliciesAtWork(
  { scaling, signal }: ScalingRead,
  service: ServiceRef,
): Promise<readonly string[]> {
  const command = new DescribeScalingActivitiesCommand({ ...scaledBy(service), MaxResults: ACTIVITIES });
  const { ScalingActivities = [] } = await scaling.send(command, { abortSignal: signal });
  return [
    ...new Set(ScalingActivities.flatMap(({ Cause = '' }) => OF_POLICY.exec(Cause)?.groups?.policy ?? [])),
  ];
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html */
function scaledBy({ cluster, service }: ServiceRef) {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${cluster}/${service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
}

/** Whether neither an alarm nor a schedule changes the desired count at the moment. */
function isSuspended({ SuspendedState }: ScalableTarget): boolean {
  const {
    DynamicScalingInSuspended: scalingIn,
    DynamicScalingOutSuspended: scalingOut,
    ScheduledScalingSuspended: schedules,
  } = SuspendedState ?? {};
  return [scalingIn, scalingOut, schedules].every((each) => each === true);
}
