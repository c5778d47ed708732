import type { TaskSet } from '../../../../shared/model/deployment.ts';

/** The sentences of the task sets of a service, to be read together. */
export const TASK_SETS_TEXT = {
  title: 'Task sets',
  loading: 'the task sets',
  none: 'No task sets',
  status: 'Status',
  revision: 'Revision',
  scale: 'Scale',
  tasks: 'Tasks',
  stability: 'Stability',
  percent: (percent: number) => `${percent} %`,
  counts: ({ running, desired, pending }: Pick<TaskSet, 'running' | 'desired' | 'pending'>) =>
    `${running} of ${desired} running${pending > 0 ? `, ${pending} pending` : ''}`,
} as const;

/** How a service with this deployment controller is deployed. */
export function controllerLabel(controller: string): string {
  if (controller === 'CODE_DEPLOY')
    return 'CodeDeploy deploys this service. Start a deployment in CodeDeploy with an AppSpec.';
  if (controller === 'EXTERNAL')
    return 'This service is deployed with task sets. Slipway or another tool changes the primary task set.';
  return `Deployment controller: ${controller}`;
}
