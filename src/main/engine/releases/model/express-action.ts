import type { ExpressGatewayServiceConfiguration, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { ScalingChange } from '../../../../shared/model/express.ts';
import type { Difference } from '../../../../shared/model/revision.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { hasScaling, isManagedContent } from './express-request.ts';
import type { DeployableService } from './service-reading.ts';
import type { PlannedAction, UpdateAction } from './stored-plan.ts';

interface Draft {
  readonly ref: ServiceRef;
  readonly service: DeployableService;
  readonly action: PlannedAction;
  /** What the new tasks will be made from. */
  readonly content: RegisterTaskDefinitionRequest;
}

/**
 * The action as it is carried out: an Express service is changed with UpdateExpressGatewayService only. Where ECS manages
 * its task definition, ECS registers the new revision; otherwise it is registered as for any other service. `current`
 * is the configuration that the service is on.
 */
export function throughExpress(
  { ref, service, action, content }: Draft,
  current: ExpressGatewayServiceConfiguration | undefined,
): PlannedAction {
  if (action.kind === 'stop' || action.express !== undefined || !isExpress(service)) return action;
  const { serviceArn = '' } = service;
  const {
    register,
    taskDefinition,
    scaling,
    healthCheckPath,
    restore,
    forceNewDeployment: _force,
    ...rest
  } = action;
  const scaled = scaling && { ...definedScaling(current), ...scaling };
  const isScaled = scaled !== undefined && !hasScaling(current?.scalingTarget, scaled);
  const isPathChanged = healthCheckPath !== undefined && healthCheckPath !== current?.healthCheckPath;
  const base = {
    serviceArn,
    ...(isScaled ? { scaling: scaled } : {}),
    ...(isPathChanged ? { healthCheckPath } : {}),
  };
  const network = restore?.members.includes('networkConfiguration') === true;
  const kept = {
    ...rest,
    ...(restore !== undefined && network
      ? { restore: { from: restore.from, members: ['networkConfiguration'] } }
      : {}),
  };
  const changed = register ?? (taskDefinition === undefined ? undefined : { from: taskDefinition });
  if (changed === undefined && !isScaled && !isPathChanged && !network) return kept;
  if (changed === undefined || !isManagedContent(ref, content)) {
    return {
      ...kept,
      ...(register === undefined ? {} : { register }),
      ...(taskDefinition === undefined ? {} : { taskDefinition }),
      express: base,
    };
  }
  return { ...kept, express: { ...base, configuration: changed } };
}

function definedScaling(current: ExpressGatewayServiceConfiguration | undefined): ScalingChange {
  const { minTaskCount, maxTaskCount, autoScalingMetric, autoScalingTargetValue } =
    current?.scalingTarget ?? {};
  return { minTaskCount, maxTaskCount, autoScalingMetric, autoScalingTargetValue };
}

/** Throws INVALID_INPUT for what only one of the two kinds of services has. */
export function refuseForeignChange(ref: ServiceRef, service: DeployableService, change: Change): void {
  if (!isExpress(service)) {
    if (change.scaling === undefined) return;
    throw new SlipwayError(
      'INVALID_INPUT',
      `${serviceLabel(ref)} isn't an Express service, so ECS has no scaling of it to change. Set its number of tasks, or change its scaling policy in Application Auto Scaling.`,
    );
  }
  if (change.desiredCount !== undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${serviceLabel(ref)} is an Express service: its scaling sets the number of tasks. Change the minimum and maximum number of tasks instead.`,
    );
  }
  const foreign = [
    ...(change.deploymentConfiguration === undefined ? [] : ['deployment settings']),
    ...(change.healthCheckGracePeriodSeconds === undefined ? [] : ['grace period']),
    ...(change.enableExecuteCommand === undefined ? [] : ['ECS Exec']),
    ...(change.platformVersion === undefined ? [] : ['platform version']),
    ...(change.forceNewDeployment === true ? ['forced deployment'] : []),
    ...(change.containers === undefined ? [] : ['container sizes']),
  ];
  if (foreign.length === 0) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${serviceLabel(ref)} is an Express service: ECS manages it, and UpdateExpressGatewayService takes no ${foreign.join(' and ')}. Remove this from the change.`,
  );
}

const LABELS: Readonly<Record<keyof ScalingChange, string>> = {
  minTaskCount: 'minimum tasks',
  maxTaskCount: 'maximum tasks',
  autoScalingMetric: 'metric',
  autoScalingTargetValue: 'target value',
};

/** What an action changes about the scaling and the health check path of an Express service. */
export function expressDifferences(
  { express }: UpdateAction,
  current: ExpressGatewayServiceConfiguration | undefined,
): readonly Difference[] {
  const { scaling, healthCheckPath } = express ?? {};
  const path =
    healthCheckPath === undefined
      ? []
      : [difference('health check', 'path', current?.healthCheckPath, healthCheckPath)];
  return [...scalingDifferences(scaling ?? {}, current), ...path];
}

function scalingDifferences(
  after: ScalingChange,
  current: ExpressGatewayServiceConfiguration | undefined,
): readonly Difference[] {
  const before = definedScaling(current);
  const members = ['minTaskCount', 'maxTaskCount', 'autoScalingMetric', 'autoScalingTargetValue'] as const;
  return members.flatMap((member): Difference[] => {
    const [was, willBe] = [before[member], after[member]];
    if (was === willBe || willBe === undefined) return [];
    return [difference('scaling', LABELS[member], was, willBe)];
  });
}

function difference(
  subject: string,
  name: string,
  was: string | number | undefined,
  willBe: string | number,
): Difference {
  return {
    subject,
    name,
    kind: was === undefined ? 'added' : 'changed',
    ...(was === undefined ? {} : { before: String(was) }),
    after: String(willBe),
  };
}
