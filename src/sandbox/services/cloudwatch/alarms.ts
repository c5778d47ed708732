import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch';
import { createTable, KEEPS_NOTHING, type StoredTable } from '../../storage/table.ts';

/** An alarm, whose state only clients change: the sandbox measures nothing. */
export type Alarm = MetricAlarm & { readonly AlarmName: string; readonly StateValue: StateValue };

/** The alarms of a region. */
export interface Alarms {
  find(name: string): Alarm | undefined;
  /** Sorted by name. */
  list(): readonly Alarm[];
  put(alarm: Alarm): void;
  delete(name: string): void;
  /** Undefined when there is no alarm of that name. */
  stateOf(name: string): StateValue | undefined;
}

export function createAlarms(stored: StoredTable = KEEPS_NOTHING): Alarms {
  const alarms = createTable<Alarm>(
    ({ AlarmName }) => AlarmName,
    () => '',
    stored,
  );
  return {
    find: (name) => alarms.get(name),
    list: () => [...alarms.all()].toSorted((one, other) => (one.AlarmName < other.AlarmName ? -1 : 1)),
    put: (alarm) => alarms.put(alarm),
    delete: (name) => alarms.delete(name),
    stateOf: (name) => alarms.get(name)?.StateValue,
  };
}
