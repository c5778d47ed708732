import type { TaskContainer } from '../../../../shared/model/task.ts';

/** The sentences of the tasks of a service, to be read together. */
export const TASKS_TEXT = {
  title: 'Tasks',
  loading: 'tasks',
  none: 'No tasks are running, and none stopped in the last hour.',
  noneHelp: 'Scale or deploy the service to start tasks.',
  task: 'Task',
  state: 'State',
  revision: 'Revision',
  zone: 'Zone',
  started: 'Started',
  stopped: 'Stopped',
  actions: 'Actions',
  copyArn: (id: string) => `ARN of task ${id}`,
  consoleLink: (id: string) => `task ${id}`,
  ended: ({ name, exitCode, reason }: TaskContainer) =>
    `${name}${exitCode === undefined ? '' : ` exited with code ${exitCode}`}${reason === undefined ? '' : `: ${reason}`}`,
} as const;
