import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';

/** The task of a service whose id begins with `text`. Throws NOT_FOUND, and INVALID_INPUT if there are several. */
export async function taskThatBegins(
  client: Client,
  ref: ServiceRef,
  text: string,
): Promise<Immutable<Task>> {
  const tasks = await client.call('services.tasks', ref);
  const found = tasks.filter(({ id }) => id.startsWith(text));
  const [task] = found;
  if (task !== undefined && found.length === 1) return task;
  if (task === undefined) throw new SlipwayError('NOT_FOUND', `${ref.service} has no task ${text}.`);
  const ids = found.map(({ id }) => id).join(', ');
  throw new SlipwayError(
    'INVALID_INPUT',
    `Several tasks of ${ref.service} begin with ${text}: ${ids}. Give more of the id.`,
  );
}

/** The running task of a service that was started last. Throws CONFLICT where none runs. */
export async function newestRunningTask(client: Client, ref: ServiceRef): Promise<Immutable<Task>> {
  // The newest comes first.
  const tasks = await client.call('services.tasks', ref);
  const newest = tasks.find(
    ({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING',
  );
  if (newest !== undefined) return newest;
  throw new SlipwayError('CONFLICT', `No task of ${ref.service} is running.`);
}
