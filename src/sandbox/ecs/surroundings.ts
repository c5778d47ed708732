/** Where the containers of tasks write their logs, as the awslogs driver does. */
export interface TaskLogs {
  append(logGroup: string, stream: string, line: string): void;
}

/** What CloudWatch says of alarms. */
export interface AlarmStates {
  /** Undefined when there is no alarm of that name. */
  stateOf(alarmName: string): 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined;
}

/** What the simulated ECS sees of the rest of the account. A part that is missing is as if nothing happened there. */
export interface Surroundings {
  readonly logs?: TaskLogs;
  readonly alarms?: AlarmStates;
}
