/** Where a deployment that shifts traffic stands. */
export interface ShiftingPhase {
  /** From SCALE_UP on. */
  readonly startsTarget: boolean;
  /** Until CLEAN_UP. */
  readonly keepsSource: boolean;
}

export interface ShiftingStep {
  readonly startTarget: number;
  readonly stopTarget: number;
  readonly startSource: number;
  readonly stopSource: number;
}

/**
 * What one round of the service scheduler starts and stops while traffic is shifted: both sides have all of their
 * tasks, so that traffic can go back at any time. Counts are of tasks that are meant to run.
 */
export function planShiftingStep(
  desired: number,
  { startsTarget, keepsSource }: ShiftingPhase,
  target: number,
  source: number,
): ShiftingStep {
  const wantedOfTarget = startsTarget ? desired : 0;
  const wantedOfSource = keepsSource ? desired : 0;
  return {
    startTarget: Math.max(0, wantedOfTarget - target),
    stopTarget: Math.max(0, target - wantedOfTarget),
    startSource: Math.max(0, wantedOfSource - source),
    stopSource: Math.max(0, source - wantedOfSource),
  };
}
