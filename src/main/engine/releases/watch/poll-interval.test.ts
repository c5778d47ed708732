import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import {
  detailsMs,
  msUntilPoll,
  nextPollMs,
  nextTryMs,
  POLL_INTERVAL_MS,
  quietDetailsMs,
} from './poll-interval.ts';

type PollState = Parameters<typeof nextPollMs>[0];

const NOW = new Date('2026-01-02T03:00:00.000Z');
const deployment: Rollout['deployment'] = {
  arn: 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/production/web/abc',
  id: 'abc',
  status: 'IN_PROGRESS',
  outcome: 'in-progress',
  images: [],
  isRollbackTarget: false,
};
const hook = { id: 'h', target: 'PAUSE', status: 'AWAITING_ACTION', waits: true };

function next(rollout: Partial<PollState['rollout']>, different: Partial<PollState> = {}): number {
  const pollState = { rollout: { deployment, ...rollout }, isUp: false, quietMs: 0, now: NOW, ...different };
  return nextPollMs(pollState, POLL_INTERVAL_MS);
}

describe('the next poll', () => {
  it('comes after 2 s while tasks or traffic change, and when the end may come at any time', () => {
    expect(next({})).toBe(2000);
    expect(next({ stage: { name: 'CLEAN_UP' } }, { isUp: true, quietMs: 300_000 })).toBe(2000);
    expect(next({ stage: { name: 'BAKE_TIME', until: '2026-01-02T03:00:10.000Z' } })).toBe(2000);
  });

  it('comes later during a bake time, a hook or slow tasks', () => {
    expect(next({ stage: { name: 'BAKE_TIME', until: '2026-01-02T03:05:00.000Z' } })).toBe(6000);
    expect(next({ hooks: [hook] })).toBe(6000);
    expect(next({}, { quietMs: 60_000 })).toBe(6000);
    expect(next({ deployment: { ...deployment, status: 'PAUSED', outcome: 'unknown' } })).toBe(6000);
  });

  it('is aligned, so that watches that started at different times poll together', () => {
    expect(msUntilPoll(10_000, 2000, 10_040, POLL_INTERVAL_MS)).toBe(1960);
    expect(msUntilPoll(10_700, 2000, 10_800, POLL_INTERVAL_MS)).toBe(3200);
    expect(msUntilPoll(10_000, 2000, 15_500, POLL_INTERVAL_MS)).toBe(500);
  });

  it('backs off while AWS does not answer, up to half a minute', () => {
    expect([1, 2, 3, 9].map((misses) => nextTryMs(misses, POLL_INTERVAL_MS))).toEqual([
      4000, 8000, 16_000, 32_000,
    ]);
  });
});

it('many watches read their details less often', () => {
  expect(detailsMs(1, POLL_INTERVAL_MS)).toBe(2000);
  expect(detailsMs(100, POLL_INTERVAL_MS)).toBe(30_000);
});

it('a watch whose deployment does not change reads its details every 10 s, and more often where ECS runs faster', () => {
  expect(quietDetailsMs(1, POLL_INTERVAL_MS, 1)).toBe(10_000);
  expect(quietDetailsMs(1, POLL_INTERVAL_MS, 20)).toBe(2000);
  expect(quietDetailsMs(100, POLL_INTERVAL_MS, 1)).toBe(30_000);
});
