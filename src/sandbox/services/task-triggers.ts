import type { StoredTable } from '../storage/table.ts';
import { createEventRules, type EventRules } from './eventbridge/event-rules.ts';
import { createSchedules, type Schedules } from './scheduler/schedules.ts';
import { createStateMachines, type StateMachines } from './step-functions/state-machines.ts';

/** What starts tasks by itself in a region. */
export interface TaskTriggers {
  readonly eventRules: EventRules;
  readonly schedules: Schedules;
  readonly stateMachines: StateMachines;
}

/** With `stored`, they are kept over restarts. */
export function createTaskTriggers(stored?: (table: string) => StoredTable): TaskTriggers {
  return {
    eventRules: createEventRules(stored),
    schedules: createSchedules(stored),
    stateMachines: createStateMachines(stored?.('state-machines')),
  };
}
