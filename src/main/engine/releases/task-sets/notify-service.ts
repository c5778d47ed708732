import type { Release } from '../../../../shared/model/plan.ts';
import { isTaskSetArn } from '../../ecs/service-task-sets.ts';
import { type Execution, stopDeployment, updateService } from '../execution/execution.ts';
import type { UpdateAction } from '../model/stored-plan.ts';
import { beginTaskSet, discardTaskSet } from './start-task-set.ts';

/** Starts what a plan wants in the way of the service's controller: UpdateService, or a task set. */
export function startRollout(
  execution: Execution,
  action: UpdateAction,
  registered: string | undefined,
): Promise<Release> {
  const { taskSet } = action;
  if (taskSet === undefined) return updateService(execution, action, registered);
  return beginTaskSet(execution, action, taskSet, registered);
}

/** Ends what is in progress in the same way: a service deployment, or a task set. */
export function stopRollout(execution: Execution, deploymentArn: string): Promise<Release> {
  if (isTaskSetArn(deploymentArn)) return discardTaskSet(execution, deploymentArn);
  return stopDeployment(execution, deploymentArn);
}
