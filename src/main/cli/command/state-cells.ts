import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import { isDrifted, type ServiceRow, type ServiceState } from '../../../shared/model/service.ts';
import type { TaskState } from '../../../shared/model/task.ts';
import type { Style } from './output.ts';
import type { Cell } from './table.ts';

const OUTCOMES: Readonly<Record<DeploymentOutcome, readonly [string, Style]>> = {
  'in-progress': ['In progress', 'cyan'],
  succeeded: ['Succeeded', 'green'],
  'rolled-back': ['Rolled back', 'red'],
  failed: ['Failed', 'red'],
  stopped: ['Stopped', 'yellow'],
  unknown: ['Unknown', 'yellow'],
};

const SERVICE_STATES: Readonly<Record<ServiceState, readonly [string, Style]>> = {
  steady: ['Healthy', 'green'],
  deploying: ['Deploying', 'cyan'],
  degraded: ['Degraded', 'yellow'],
  failing: ['Failing', 'red'],
  'rolled-back': ['Rolled back', 'red'],
  idle: ['Stopped', 'dim'],
  draining: ['Draining', 'yellow'],
  inactive: ['Inactive', 'dim'],
};

const DRIFTED = ['Drifted', 'yellow'] as const;

const TASK_STATES: Readonly<Record<TaskState, Style>> = {
  pending: 'cyan',
  running: 'green',
  healthy: 'green',
  failing: 'red',
  stopping: 'yellow',
  stopped: 'dim',
};

/** The outcome of a deployment with the label of the window. */
export function outcomeCell(outcome: DeploymentOutcome): Cell {
  const [text, style] = OUTCOMES[outcome];
  return { text, style };
}

/** The state of a service with the label of the window. */
export function stateCell(row: Pick<ServiceRow, 'state' | 'problem'>): Cell {
  const [text, style] = isDrifted(row) ? DRIFTED : SERVICE_STATES[row.state];
  return { text, style };
}

/** The state of a task. */
export function taskStateCell(state: TaskState): Cell {
  return { text: state, style: TASK_STATES[state] };
}
