import { useState } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { setWarnAfter, useWarnAfter } from '../../lib/warn-after.ts';
import { ROLLOUT_TEXT } from './rollout-text.ts';

const MINUTE_MS = 60_000;

export interface TimeLimit {
  /** How many minutes a deployment may take without a warning; undefined for no warning. */
  readonly minutes: number | undefined;
  /** Remembered for all deployments. */
  readonly set: (minutes: number | undefined) => void;
  /** The warning, in a sentence; empty while there is none. It says nothing about the outcome. */
  readonly warningAt: (now: number) => string;
  /** Warns again after the same time. */
  readonly keepWaiting: (now: number) => void;
}

/**
 * The time limit that the person has set, for one deployment. It warns and never stops anything. The engine's watch has
 * a limit too, for the command line; this one can change during the watch.
 */
export function useTimeLimit({ deployment }: Rollout): TimeLimit {
  const minutes = useWarnAfter();
  const [quietUntil, setQuietUntil] = useState(0);
  const { startedAt, createdAt, outcome } = deployment;
  const begun = startedAt ?? createdAt;
  return {
    minutes,
    set(next) {
      setWarnAfter(next);
      setQuietUntil(0);
    },
    warningAt(now) {
      if (minutes === undefined || begun === undefined || outcome !== 'in-progress') return '';
      const isLonger = now - Date.parse(begun) >= minutes * MINUTE_MS && now >= quietUntil;
      return isLonger ? ROLLOUT_TEXT.running(minutes) : '';
    },
    keepWaiting: (now) => setQuietUntil(now + (minutes ?? 0) * MINUTE_MS),
  };
}
