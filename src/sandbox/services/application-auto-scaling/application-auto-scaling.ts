import { randomBytes, randomUUID } from 'node:crypto';
import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  LimitExceededException$,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsJsonService,
  awsError,
  type CallContext,
  type Operation,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Store } from '../../storage/store.ts';
import { openTables } from '../../storage/stored-tables.ts';
import type { Alarms } from '../cloudwatch/alarms.ts';
import type { ScalableServices } from '../ecs/simulation/scalable-services.ts';
import { checkPolicy } from './policy-rules.ts';
import {
  badToken,
  dimensionWithoutResource,
  invalid,
  isAbout,
  labelOf,
  notFound,
  pageOf,
  requireTarget,
  scaledOf,
} from './requests.ts';
import {
  type Activity,
  createScaling,
  partKey,
  type Scaled,
  type Scaling,
  type Target,
  targetKey,
} from './scaling.ts';

interface AutoScalingOptions {
  readonly servicesIn: (region: string) => ScalableServices;
  /** Keeps what is registered over restarts; without one it is in memory only. */
  readonly store?: Store | undefined;
  /** Where the alarms of target tracking policies are kept. */
  readonly alarmsIn: (region: string) => Alarms;
  readonly now: () => Date;
}

export interface AutoScaling {
  readonly service: AwsJsonService;
  readonly scalingIn: (region: string) => Scaling;
}

/**
 * Application Auto Scaling for services of ECS; resources of other services are kept by their names. Nothing is measured,
 * so no policy and no schedule acts by itself.
 */
export function createApplicationAutoScaling({
  servicesIn,
  store,
  alarmsIn,
  now,
}: AutoScalingOptions): AutoScaling {
  const scalingIn = byRegion((region) =>
    createScaling({
      services: servicesIn(region),
      now,
      ...(store !== undefined && { stored: openTables(store, region) }),
    }),
  );
  const state = { scalingIn, alarmsIn, now };
  return {
    service: {
      name: 'Application-AutoScaling',
      targetPrefix: 'AnyScaleFrontendService',
      operations: operationsByName([
        ...targetOperations(state),
        ...policyOperations(state),
        ...scheduleOperations(state),
      ]),
    },
    scalingIn,
  };
}

/** What the operations work on. */
interface State extends Pick<AutoScalingOptions, 'alarmsIn' | 'now'> {
  readonly scalingIn: (region: string) => Scaling;
}

function targetOperations({ scalingIn, alarmsIn, now }: State): readonly Operation[] {
  return [
    operation(RegisterScalableTargetCommand, (input, context) => {
      const scaling = scalingIn(context.region);
      const scaled = scaledOf(input);
      const known = scaling.targets.get(targetKey(scaled));
      const capacity = scaling.capacity(scaled);
      if (scaled.ServiceNamespace === 'ecs' && capacity === undefined) {
        throw invalid(`ECS service doesn't exist: ${scaled.ResourceId}`);
      }
      const { MinCapacity: least = known?.MinCapacity, MaxCapacity: most = known?.MaxCapacity } = input;
      if (least === undefined || most === undefined) {
        throw invalid('MinCapacity and MaxCapacity are required when a scalable target is registered.');
      }
      if (least < 0) throw invalid('Minimum capacity cannot be less than 0');
      if (most < least) throw invalid('Maximum capacity cannot be less than minimum capacity');
      const target: Target = {
        ...scaled,
        MinCapacity: least,
        MaxCapacity: most,
        RoleARN: input.RoleARN ?? known?.RoleARN ?? serviceLinkedRole(scaled, context),
        CreationTime: known?.CreationTime ?? now(),
        SuspendedState: { ...NOT_SUSPENDED, ...known?.SuspendedState, ...input.SuspendedState },
        ScalableTargetARN: known?.ScalableTargetARN ?? targetArn(context),
      };
      scaling.targets.put(target);
      if (capacity !== undefined) bringIntoBounds(scaling, target, capacity);
      return { ScalableTargetARN: target.ScalableTargetARN };
    }),

    operation(DescribeScalableTargetsCommand, (input, { region }) => {
      const { ServiceNamespace, ResourceIds, ScalableDimension, MaxResults, NextToken } = input;
      if (ScalableDimension !== undefined && ResourceIds === undefined) throw dimensionWithoutResource();
      const wanted = [...scalingIn(region).targets.all()].filter(
        (each) =>
          each.ServiceNamespace === ServiceNamespace &&
          (ResourceIds?.includes(each.ResourceId) ?? true) &&
          (ScalableDimension ?? each.ScalableDimension) === each.ScalableDimension,
      );
      const page = pageByKey(wanted, targetKey, pageOf(MaxResults, NextToken, 50), badToken);
      return { ScalableTargets: page.items, NextToken: page.nextToken };
    }),

    // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
    operation(DeregisterScalableTargetCommand, (input, { region }) => {
      const scaling = scalingIn(region);
      const target = requireTarget(scaling, scaledOf(input));
      const key = targetKey(target);
      for (const policy of scaling.policies.inGroup(key)) {
        deleteAlarms(policy.Alarms, alarmsIn(region));
        scaling.policies.delete(partKey(policy, policy.PolicyName));
      }
      for (const action of scaling.actions.inGroup(key)) {
        scaling.actions.delete(partKey(action, action.ScheduledActionName));
      }
      scaling.targets.delete(key);
      return {};
    }),

    operation(DescribeScalingActivitiesCommand, (input, { region }) => {
      const { MaxResults, NextToken } = input;
      const wanted = [...scalingIn(region).activities.all()].filter((each) => isAbout(each, input));
      const page = pageByKey(wanted, newestFirst, pageOf(MaxResults, NextToken, 50), badToken);
      return { ScalingActivities: page.items, NextToken: page.nextToken };
    }),
  ];
}

const NOT_SUSPENDED = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

/**
 * A registration changes the count of tasks to one inside of the range.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
function bringIntoBounds(scaling: Scaling, target: Target, capacity: number): void {
  const { MinCapacity: least, MaxCapacity: most } = target;
  if (capacity < least) scaling.setCapacity(target, least, `minimum capacity was set to ${least}`);
  if (capacity > most) scaling.setCapacity(target, most, `maximum capacity was set to ${most}`);
}

/** https://docs.aws.amazon.com/general/latest/gr/as-app.html */
const MOST_POLICIES = 50;

function policyOperations({ scalingIn, alarmsIn, now }: State): readonly Operation[] {
  return [
    operation(PutScalingPolicyCommand, ({ PolicyName: name = '', ...input }, context) => {
      const scaling = scalingIn(context.region);
      const scaled = scaledOf(input);
      const target = requireTarget(scaling, scaled);
      const known = scaling.policies.get(partKey(scaled, name));
      const type = checkPolicy(input, known);
      if (known === undefined && [...scaling.policies.inGroup(targetKey(target))].length >= MOST_POLICIES) {
        throw awsError(LimitExceededException$, `A scalable target has at most ${MOST_POLICIES} policies.`);
      }
      const created =
        known?.Alarms ??
        (type === 'TargetTrackingScaling' ? createAlarms(scaled, context, alarmsIn(context.region)) : []);
      const policy = {
        ...known,
        ...scaled,
        PolicyName: name,
        PolicyType: type,
        PolicyARN: known?.PolicyARN ?? policyArn(scaled, name, context),
        StepScalingPolicyConfiguration:
          input.StepScalingPolicyConfiguration ?? known?.StepScalingPolicyConfiguration,
        TargetTrackingScalingPolicyConfiguration:
          input.TargetTrackingScalingPolicyConfiguration ?? known?.TargetTrackingScalingPolicyConfiguration,
        PredictiveScalingPolicyConfiguration:
          input.PredictiveScalingPolicyConfiguration ?? known?.PredictiveScalingPolicyConfiguration,
        Alarms: created,
        CreationTime: known?.CreationTime ?? now(),
      };
      scaling.policies.put(policy);
      return { PolicyARN: policy.PolicyARN, Alarms: policy.Alarms };
    }),

    operation(DescribeScalingPoliciesCommand, (input, { region }) => {
      const { PolicyNames, MaxResults, NextToken } = input;
      const wanted = [...scalingIn(region).policies.all()].filter(
        (each) => isAbout(each, input) && (PolicyNames?.includes(each.PolicyName) ?? true),
      );
      const keyOf = (each: (typeof wanted)[number]) => partKey(each, each.PolicyName);
      const page = pageByKey(wanted, keyOf, pageOf(MaxResults, NextToken, 10), badToken);
      return { ScalingPolicies: page.items, NextToken: page.nextToken };
    }),

    operation(DeleteScalingPolicyCommand, ({ PolicyName: name = '', ...input }, { region }) => {
      const { policies } = scalingIn(region);
      const scaled = scaledOf(input);
      const policy = policies.get(partKey(scaled, name));
      if (policy === undefined) throw notFound(`No scaling policy found for ${labelOf(scaled)}: ${name}`);
      // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html
      deleteAlarms(policy.Alarms, alarmsIn(region));
      policies.delete(partKey(scaled, name));
      return {};
    }),
  ];
}

const SCHEDULE = /^(?:at|rate|cron)\([^()]+\)$/;

function scheduleOperations({ scalingIn, now }: State): readonly Operation[] {
  return [
    operation(PutScheduledActionCommand, ({ ScheduledActionName: name = '', ...input }, context) => {
      const scaling = scalingIn(context.region);
      const scaled = scaledOf(input);
      requireTarget(scaling, scaled);
      const known = scaling.actions.get(partKey(scaled, name));
      const { Schedule = known?.Schedule, ScalableTargetAction = known?.ScalableTargetAction } = input;
      if (Schedule === undefined) throw invalid('A schedule is required when a scheduled action is created.');
      if (!SCHEDULE.test(Schedule)) throw invalid(`Invalid schedule: ${Schedule}`);
      const { MinCapacity: least, MaxCapacity: most } = ScalableTargetAction ?? {};
      if (least === undefined && most === undefined) {
        throw invalid('Scalable target action must have a minimum or a maximum capacity.');
      }
      if (least !== undefined && most !== undefined && most < least) {
        throw invalid('Maximum capacity cannot be less than minimum capacity');
      }
      scaling.actions.put({
        ...known,
        ...scaled,
        ScheduledActionName: name,
        ScheduledActionARN: known?.ScheduledActionARN ?? actionArn(scaled, name, context),
        Schedule,
        ScalableTargetAction,
        Timezone: input.Timezone ?? known?.Timezone,
        StartTime: input.StartTime ?? known?.StartTime,
        EndTime: input.EndTime ?? known?.EndTime,
        CreationTime: known?.CreationTime ?? now(),
      });
      return {};
    }),

    operation(DescribeScheduledActionsCommand, (input, { region }) => {
      const { ScheduledActionNames, MaxResults, NextToken } = input;
      const wanted = [...scalingIn(region).actions.all()].filter(
        (each) => isAbout(each, input) && (ScheduledActionNames?.includes(each.ScheduledActionName) ?? true),
      );
      const keyOf = (each: (typeof wanted)[number]) => partKey(each, each.ScheduledActionName);
      const page = pageByKey(wanted, keyOf, pageOf(MaxResults, NextToken, 50), badToken);
      return { ScheduledActions: page.items, NextToken: page.nextToken };
    }),

    operation(DeleteScheduledActionCommand, ({ ScheduledActionName: name = '', ...input }, { region }) => {
      const { actions } = scalingIn(region);
      const scaled = scaledOf(input);
      if (actions.get(partKey(scaled, name)) === undefined) {
        throw notFound(`No scheduled action found for ${labelOf(scaled)}: ${name}`);
      }
      actions.delete(partKey(scaled, name));
      return {};
    }),
  ];
}

/** The two alarms that Application Auto Scaling makes for a target tracking policy. */
function createAlarms({ ResourceId }: Scaled, { region, accountId }: CallContext, alarms: Alarms) {
  return ['AlarmHigh', 'AlarmLow'].map((kind) => {
    const AlarmName = `TargetTracking-${ResourceId}-${kind}-${randomUUID()}`;
    const AlarmARN = `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`;
    alarms.put({ AlarmName, AlarmArn: AlarmARN, StateValue: 'OK' });
    return { AlarmName, AlarmARN };
  });
}

function deleteAlarms(created: readonly { readonly AlarmName?: string | undefined }[] = [], alarms: Alarms) {
  for (const { AlarmName } of created) if (AlarmName !== undefined) alarms.delete(AlarmName);
}

/** Later times come first in the order of the keys. */
function newestFirst({ StartTime, ActivityId }: Activity): string {
  return `${String(Number.MAX_SAFE_INTEGER - StartTime.getTime()).padStart(16, '0')} ${ActivityId}`;
}

function serviceLinkedRole({ ServiceNamespace }: Scaled, { region, accountId }: CallContext): string {
  const name = ServiceNamespace === 'ecs' ? 'ECSService' : ServiceNamespace;
  return `arn:${partitionOf(region)}:iam::${accountId}:role/aws-service-role/${ServiceNamespace}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_${name}`;
}

function targetArn({ region, accountId }: CallContext): string {
  const id = randomBytes(17).toString('hex');
  return `arn:${partitionOf(region)}:application-autoscaling:${region}:${accountId}:scalable-target/${id}`;
}

function policyArn(scaled: Scaled, name: string, context: CallContext): string {
  return `${ownArn('scalingPolicy', scaled, context)}:policyName/${name}`;
}

function actionArn(scaled: Scaled, name: string, context: CallContext): string {
  return `${ownArn('scheduledAction', scaled, context)}:scheduledActionName/${name}`;
}

function ownArn(kind: string, { ServiceNamespace, ResourceId }: Scaled, context: CallContext): string {
  const { region, accountId } = context;
  return `arn:${partitionOf(region)}:autoscaling:${region}:${accountId}:${kind}:${randomUUID()}:resource/${ServiceNamespace}/${ResourceId}`;
}
