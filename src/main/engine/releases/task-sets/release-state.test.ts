import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { type ReleaseProgress, releaseStateOf } from './release-state.ts';

const PROGRESS: ReleaseProgress = {
  target: 'new',
  replaces: ['old'],
  scalePercent: 100,
  hasMoved: false,
  scaledDown: [],
};

function aSet(arn: string, status: string, more: TaskSet = {}): TaskSet {
  return {
    id: `ecs-svc/${arn}`,
    taskSetArn: arn,
    status,
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: 'STEADY_STATE',
    computedDesiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    ...more,
  };
}

const kindOf = (taskSets: TaskSet[], progress: Partial<ReleaseProgress> = {}): string => {
  const service: Service = { taskSets };
  return releaseStateOf(service, { ...PROGRESS, ...progress }).kind;
};

describe('the state of a release with task sets', () => {
  const oldPrimary = aSet('old', 'PRIMARY');
  const newActive = aSet('new', 'ACTIVE');
  const newPrimary = aSet('new', 'PRIMARY');

  it.each<[string, TaskSet[], Partial<ReleaseProgress>]>([
    ['missing', [oldPrimary], {}],
    ['leaving', [oldPrimary, aSet('new', 'DRAINING')], {}],
    ['coming up', [oldPrimary, aSet('new', 'ACTIVE', { stabilityStatus: 'STABILIZING' })], {}],
    // Before ECS has looked at a new set it may say that nothing is to be done.
    ['coming up', [oldPrimary, aSet('new', 'ACTIVE', { runningCount: 0 })], {}],
    [
      'too small',
      [oldPrimary, aSet('new', 'ACTIVE', { scale: { value: 0 }, computedDesiredCount: 0, runningCount: 0 })],
      {},
    ],
    ['ready', [oldPrimary, newActive], {}],
    ['overtaken', [oldPrimary, newActive], { hasMoved: true }],
    ['overtaken', [aSet('third', 'PRIMARY'), newActive], {}],
    ['overtaken', [newActive], {}],
    ['moved', [aSet('old', 'ACTIVE'), newPrimary], { hasMoved: true }],
    ['old set scaled up', [aSet('old', 'ACTIVE'), newPrimary], { hasMoved: true, scaledDown: ['old'] }],
    ['draining', [aSet('old', 'ACTIVE', { scale: { value: 0 } }), newPrimary], { hasMoved: true }],
    ['draining', [aSet('old', 'DRAINING', { runningCount: 0 }), newPrimary], { hasMoved: true }],
    ['empty', [aSet('old', 'ACTIVE', { scale: { value: 0 }, runningCount: 0 }), newPrimary], {}],
    ['settling', [aSet('new', 'PRIMARY', { stabilityStatus: 'STABILIZING' })], { hasMoved: true }],
    ['done', [newPrimary], { hasMoved: true }],
    // A set of somebody else is none of its business; where nobody knows what it replaces, everything is.
    ['done', [newPrimary, aSet('third', 'ACTIVE')], { hasMoved: true }],
    ['moved', [newPrimary, aSet('third', 'ACTIVE')], { replaces: undefined }],
  ])('is “%s” (%#)', (kind, sets, progress) => {
    expect(kindOf(sets, progress)).toBe(kind);
  });
});
