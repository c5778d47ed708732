/** A rule, schedule or state machine that runs tasks of a task definition. */
export interface TaskTrigger {
  /** `the schedule nightly-report`, `version 2 of the state machine month-end`. */
  readonly source: string;
  /** It is there and does not start anything at present; it may be enabled at any time. */
  readonly isDisabled: boolean;
  /** As it names the task definition: an ARN or a name, with a revision or without. */
  readonly taskDefinition: string;
}

/** What starts tasks and does not say of which task definition before it runs. */
export interface UnknownTaskTrigger {
  readonly source: string;
  /** Why it cannot be told, in words that follow the source: `computes it when it runs`. */
  readonly reason: string;
}

/** What one source of use has, or all of them. */
export interface TaskTriggerReading {
  readonly taskTriggers: readonly TaskTrigger[];
  readonly unknown: readonly UnknownTaskTrigger[];
}

export const NO_TASK_TRIGGERS: TaskTriggerReading = { taskTriggers: [], unknown: [] };

/** All of them; a source that is unknown for several reasons is told once. */
export function joined(readings: readonly TaskTriggerReading[]): TaskTriggerReading {
  return {
    taskTriggers: readings.flatMap(({ taskTriggers }) => taskTriggers),
    unknown: [
      ...new Map(readings.flatMap(({ unknown }) => unknown.map((each) => [each.source, each]))).values(),
    ],
  };
}

/** A task definition as others name it (`taskDefinition` of RunTask). */
export interface NamedTaskDefinition {
  readonly family: string;
  /** Without one, the newest ACTIVE revision of the family is meant. */
  readonly revision: number | undefined;
  readonly isArn: boolean;
}

const NAMED =
  /^(?<arn>arn:[\w-]+:ecs:[\w-]+:\d{12}:task-definition\/)?(?<family>[\w-]{1,255})(?::(?<revision>\d+))?$/;

/** Reads `web`, `web:5` and the ARNs of both; undefined for what no task can be run of. */
export function namedTaskDefinition(text: string): NamedTaskDefinition | undefined {
  const { arn, family, revision } = NAMED.exec(text)?.groups ?? {};
  if (family === undefined) return undefined;
  return {
    family,
    revision: revision === undefined ? undefined : Number(revision),
    isArn: arn !== undefined,
  };
}
