import type { RolloutTaskGroup, TaskCell } from '../../../../shared/model/deployment.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { failureOf } from '../../task-failures/task-failure.ts';

/** What a deployment moves from and to, and since when. */
export interface Movement {
  readonly targetArn: string;
  /** Family and number of the target. */
  readonly target: string;
  /** How many tasks of the target ECS is to run. */
  readonly requested: number;
  /** Family and number of what ran before; missing for the first deployment of a service. */
  readonly source?: string;
  readonly createdAt?: string;
  /** The id of the task set that comes, where the tasks name one; it tells more than revision and time. */
  readonly startedBy?: string;
}

/** A place for each of the usual three tries of the circuit breaker. */
const MOST_FAILURES_SHOWN = 3;

/**
 * A row of cells for what goes and one for what comes. A place of the new row that waits for the next try shows
 * the task that failed there last.
 */
export function taskGroupsOf(movement: Movement, tasks: readonly Task[]): readonly RolloutTaskGroup[] {
  const comes = tasks.filter((task) => isOfTarget(movement, task));
  const goes = tasks.filter((task) => !isOfTarget(movement, task));
  const failed = comes.filter((task) => failureOf(task) !== undefined).toSorted(newestStopFirst);
  const alive = comes.filter(isAlive);
  // Once ECS has given up it requests none, and the failures are what there is to see.
  const places = movement.requested === 0 ? MOST_FAILURES_SHOWN : movement.requested;
  const retried = failed.slice(0, Math.max(0, places - alive.length));

  const newTaskGroup: RolloutTaskGroup = {
    revision: movement.target,
    role: 'new',
    cells: [...alive.map(cellOf), ...retried.map(failedCell)],
    summary: newSummary(alive, failed.length, movement.requested),
  };
  const [someOld] = goes;
  const source = movement.source ?? someOld?.revision;
  if (source === undefined) return [newTaskGroup];
  const staying = goes.filter(isAlive);
  const oldTaskGroup: RolloutTaskGroup = {
    revision: source,
    role: 'old',
    cells: staying.map(cellOf),
    summary: oldSummary(staying),
  };
  return [oldTaskGroup, newTaskGroup];
}

/**
 * Whether a task came with the deployment. A forced deployment has one task definition on both sides, so the time
 * counts too; a rollback starts tasks of the old side again.
 */
export function isOfTarget(movement: Movement, task: Task): boolean {
  if (movement.startedBy !== undefined) return task.startedBy === movement.startedBy;
  if (task.taskDefinitionArn !== movement.targetArn) return false;
  if (task.createdAt === undefined || movement.createdAt === undefined) return true;
  return task.createdAt >= movement.createdAt;
}

function isAlive(task: Task): boolean {
  return task.lastStatus !== 'STOPPED';
}

function cellOf(task: Task): TaskCell {
  return { taskId: task.id, state: task.state, label: `${task.id}, ${task.lastStatus.toLowerCase()}` };
}

function failedCell(task: Task): TaskCell {
  const failure = failureOf(task);
  const who = failure?.container === undefined ? '' : `${failure.container} `;
  return { taskId: task.id, state: 'failing', label: `${task.id}, ${who}${failure?.cause ?? 'failed'}` };
}

/**
 * How many tasks of the target run. ECS counts those too that are about to stop, so the tasks themselves say it, unless ECS
 * counts more than were listed.
 */
export function readyTasks(movement: Movement, tasks: readonly Task[], counted: number): number {
  const alive = tasks.filter((task) => isOfTarget(movement, task) && isAlive(task));
  return alive.length < counted ? counted : Math.min(counted, alive.filter(isReady).length);
}

function isReady({ state }: Task): boolean {
  return state === 'running' || state === 'healthy';
}

function newSummary(alive: readonly Task[], failed: number, requested: number): string {
  const ready = alive.filter(isReady).length;
  const starting = alive.filter(({ state }) => state === 'pending').length;
  const stopping = alive.filter(({ state }) => state === 'stopping').length;
  const word = alive.some(isHealthy) ? 'healthy' : 'running';
  const parts = requested === 0 && ready === 0 ? [] : [`${ready} of ${requested} ${word}`];
  if (starting > 0) parts.push(`${starting} starting`);
  if (stopping > 0) parts.push(`${stopping} stopping`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function isHealthy(task: Task): boolean {
  return task.state === 'healthy';
}

function oldSummary(staying: readonly Task[]): string {
  const stopping = staying.filter(({ state }) => state === 'stopping').length;
  if (staying.length === 0) return '0 running, stopped';
  const running = `${staying.length - stopping} running`;
  return stopping === 0 ? running : `${running}, ${stopping} stopping`;
}

function newestStopFirst(one: Task, other: Task): number {
  return (other.stoppedAt ?? '').localeCompare(one.stoppedAt ?? '');
}
