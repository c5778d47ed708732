import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { isReleasedByTaskSets, primarySetOf } from '../../ecs/service-task-sets.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { type PlannedAction, startsDeployment, type UpdateAction } from '../model/stored-plan.ts';

interface Draft {
  readonly ref: ServiceRef;
  readonly service: DeployableService;
  readonly action: PlannedAction;
}

const WHOLE = 100;

/**
 * The action as it is carried out: what would start a deployment creates a task set where those are what is deployed.
 * UpdateService takes only the number of tasks and the grace period there. Throws INVALID_INPUT for what a task set
 * does not have, and for both at once.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html
 */
export function throughTaskSets({ ref, service, action }: Draft): PlannedAction {
  if (action.kind === 'stop' || action.taskSet !== undefined || !isReleasedByTaskSets(service)) return action;
  const primary = primarySetOf(service);
  refuseForeignSettings(ref, action);
  if (primary === undefined || !startsDeployment(action)) return action;
  if (action.desiredCount !== undefined || action.settings?.healthCheckGracePeriodSeconds !== undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${serviceLabel(ref)} is released by task sets, which can't change its number of tasks or its grace period. Change them before or after this release.`,
    );
  }
  return {
    ...action,
    taskSet: {
      like: primary.taskSetArn,
      scalePercent: primary.scale?.value ?? WHOLE,
      replaces: [primary.taskSetArn],
    },
  };
}

function refuseForeignSettings(ref: ServiceRef, { settings }: UpdateAction): void {
  const foreign = [
    ...(settings?.deploymentConfiguration === undefined ? [] : ['deployment settings']),
    ...(settings?.enableExecuteCommand === undefined ? [] : ['ECS Exec']),
  ];
  if (foreign.length === 0) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `The ${foreign.join(' and ')} of ${serviceLabel(ref)} cannot be changed: its deployment controller is EXTERNAL, and these settings apply only to ECS deployments. Remove them from this change.`,
  );
}
