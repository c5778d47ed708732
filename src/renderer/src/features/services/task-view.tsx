import { TaskShell } from '../sessions/task-shell.tsx';
import { TaskPage, type TaskPageProps } from '../tasks/task-page.tsx';

/** The page of a task, with its shell and its ports. */
export function TaskView(props: Omit<TaskPageProps, 'actions'>) {
  return (
    <TaskPage {...props} actions={(service, task) => <TaskShell service={service} task={task} size="xs" />} />
  );
}
