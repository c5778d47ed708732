/** A rule, schedule or state machine that runs tasks of a task definition. */
export interface Starter {
  /** `the schedule nightly-report`, `version 2 of the state machine month-end`. */
  readonly source: string;
  /** It is there and does not start anything at present; it may be enabled at any time. */
  readonly isDisabled: boolean;
  /** As it names the task definition: an ARN or a name, with a revision or without. */
  readonly taskDefinition: string;
}

/** What starts tasks and does not say of which task definition before it runs. */
export interface UnknownStarter {
  readonly source: string;
  /** Why it cannot be told, in words that follow the source: `computes it when it runs`. */
  readonly reason: string;
}

/** What one source of use has, or all of them. */
export interface StarterReading {
  readonly starters: readonly Starter[];
  readonly unknown: readonly UnknownStarter[];
}

export const NO_STARTERS: StarterReading = { starters: [], unknown: [] };

/** All of them; a source that is unknown for several reasons is told once. */
export function joined(readings: readonly StarterReading[]): StarterReading {
  return {
    starters: readings.flatMap(({ starters }) => starters),
    unknown: [
      ...new Map(readings.flatMap(({ unknown }) => unknown.map((each) => [each.source, each]))).values(),
    ],
  };
}
