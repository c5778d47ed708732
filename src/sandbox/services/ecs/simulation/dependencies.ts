import type { ExecSessions } from '../../sessions/exec-target.ts';
import type { SecretReference } from './secret-reference.ts';

/** Where the containers of tasks write their logs, as the awslogs driver does. */
export interface TaskLogs {
  append(logGroup: string, stream: string, line: string): void;
}

/** What CloudWatch says of alarms. */
export interface AlarmStates {
  /** Undefined when there is no alarm of that name. */
  stateOf(alarmName: string): 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined;
}

/** A role that a task was given. */
export interface TaskRole {
  /** Undefined when its policies allow the action; otherwise why IAM denies it, as in its `AccessDeniedException`. */
  denialOf(action: string, resource: string): string | undefined;
}

/** What IAM says of the roles of tasks. */
export interface TaskRoles {
  /** Undefined when there is no such role, or ECS may not assume it. */
  assume(roleArn: string): TaskRole | undefined;
}

/** What Secrets Manager and Systems Manager hold. */
export interface TaskSecrets {
  /** Undefined when it can be read, otherwise the words of the service. */
  problemOf(reference: SecretReference): string | undefined;
}

/** What the simulated ECS sees of the rest of the account. A part that is missing is as if nothing happened there. */
export interface Dependencies {
  readonly logs?: TaskLogs;
  readonly alarms?: AlarmStates;
  /** Creates a metric alarm in the state OK, as ECS does for an Express service. */
  readonly createAlarm?: (alarmName: string) => void;
  readonly roles?: TaskRoles;
  readonly secrets?: TaskSecrets;
  /** Where it is missing, no agent of ECS Exec is ever connected. */
  readonly sessions?: ExecSessions;
}
