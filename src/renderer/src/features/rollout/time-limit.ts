import { useState } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { recall, remember } from '../../lib/memory.ts';

const MINUTE_MS = 60_000;
const KEY = 'warn-after-minutes';
export const MOST_MINUTES = 1440;

export interface TimeLimit {
  /** How many minutes a deployment may take without a word; undefined when nobody wants to be warned. */
  readonly minutes: number | undefined;
  /** Remembered for all deployments. */
  readonly set: (minutes: number | undefined) => void;
  /** Whether this one takes longer than that, in a sentence. It says nothing about how it will end. */
  readonly warningAt: (now: number) => string;
  /** Asks for another warning when as much time has passed again. */
  readonly keepWaiting: (now: number) => void;
}

/**
 * The time limit that the person has set, held against one deployment. It warns, and never decides. The engine's watch
 * takes one too, for those without a window; here it can change while the watch goes on.
 */
export function useTimeLimit(rollout: Rollout | undefined): TimeLimit {
  const [minutes, setMinutes] = useState(rememberedMinutes);
  const [quietUntil, setQuietUntil] = useState(0);
  const { startedAt, createdAt, outcome } = rollout?.deployment ?? {};
  const begun = startedAt ?? createdAt;
  return {
    minutes,
    set(next) {
      remember(KEY, next === undefined ? '' : String(next));
      setMinutes(next);
      setQuietUntil(0);
    },
    warningAt(now) {
      if (minutes === undefined || begun === undefined || outcome !== 'in-progress') return '';
      const isLonger = now - Date.parse(begun) >= minutes * MINUTE_MS && now >= quietUntil;
      return isLonger
        ? `Running for more than ${minutes} min. ECS continues the deployment, and it can still succeed.`
        : '';
    },
    keepWaiting: (now) => setQuietUntil(now + (minutes ?? 0) * MINUTE_MS),
  };
}

function rememberedMinutes(): number | undefined {
  const minutes = Number(recall(KEY));
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES ? minutes : undefined;
}
