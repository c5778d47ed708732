import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch';

/** An alarm, whose state only clients change: the sandbox measures nothing. */
export type Alarm = MetricAlarm & { readonly AlarmName: string; readonly StateValue: StateValue };

/** The alarms of the account. */
export interface Alarms {
  find(name: string): Alarm | undefined;
  /** Sorted by name. */
  list(): readonly Alarm[];
  put(alarm: Alarm): void;
  delete(name: string): void;
  /** Undefined when there is no alarm of that name. */
  stateOf(name: string): StateValue | undefined;
}

export function createAlarms(): Alarms {
  const byName = new Map<string, Alarm>();
  return {
    find: (name) => byName.get(name),
    list: () => [...byName.values()].toSorted((one, other) => (one.AlarmName < other.AlarmName ? -1 : 1)),
    put: (alarm) => void byName.set(alarm.AlarmName, alarm),
    delete: (name) => void byName.delete(name),
    stateOf: (name) => byName.get(name)?.StateValue,
  };
}
