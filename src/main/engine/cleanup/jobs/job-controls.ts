/** The interface between a running job and the process that runs it. */
export interface JobControls {
  /** False when the job was paused or cancelled, here or by another process. Asked before every request. */
  readonly mayContinue: () => boolean;
  /** Reports the current activity, and the remaining milliseconds if only the work knows them. */
  readonly report: (doing: string, leftMs?: number) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What a job does, by its kind. */
export interface CleanupWork {
  /**
   * Continues with what is left, past failures of single ones. Throws what concerns all of them, with the job as it
   * stands; calling it again continues. Resolves when nothing is left, or when it may not continue.
   */
  carryOut(controls: JobControls): Promise<void>;
  /** Whether requests that got no answer were carried out. */
  findOut(signal: AbortSignal): Promise<void>;
}
