import type { Scope } from '../../../shared/model/account.ts';
import type { Aws, Priority } from '../aws/aws.ts';
import { readEventRules } from './read-event-rules.ts';
import { type KnownSchedules, readSchedules } from './read-schedules.ts';
import { type KnownVersions, readStateMachines } from './read-state-machines.ts';
import type { TaskTriggerReading } from './task-trigger.ts';

/** The services of AWS that start tasks by themselves, as people know them. */
export const TASK_TRIGGER_SERVICES = [
  'EventBridge rules',
  'EventBridge Scheduler',
  'Step Functions',
] as const;
type TaskTriggerService = (typeof TASK_TRIGGER_SERVICES)[number];

/** What was read before and tells when it has changed, so that looking again costs few calls. */
export interface KnownTaskTriggers {
  readonly schedules: KnownSchedules;
  readonly versions: KnownVersions;
}

export function noTaskTriggersKnown(): KnownTaskTriggers {
  return { schedules: new Map(), versions: new Map() };
}

export interface TaskTriggerClients {
  readonly aws: Pick<Aws, 'eventRules' | 'schedules' | 'stateMachines'>;
  readonly scope: Scope;
  readonly priority: Priority;
}

/** What one of the services can start, of the whole account and region. Throws when any part cannot be read. */
export function readTaskTriggers(
  { aws, scope, priority }: TaskTriggerClients,
  service: TaskTriggerService,
  known: KnownTaskTriggers,
  signal: AbortSignal,
): Promise<TaskTriggerReading> {
  switch (service) {
    case 'EventBridge rules':
      return readEventRules(aws.eventRules(scope, priority), signal);
    case 'EventBridge Scheduler':
      return readSchedules(aws.schedules(scope, priority), known.schedules, signal);
    case 'Step Functions':
      return readStateMachines(aws.stateMachines(scope, priority), known.versions, signal);
  }
}
