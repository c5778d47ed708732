import { expect, it } from 'vitest';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { overviewOf } from './overview-of.ts';

function row(name: string, state: ServiceRow['state'], changedAt?: string): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state,
    desired: 1,
    running: 1,
    pending: 0,
    cells: [],
    revision: `${name}:1`,
    imageVersion: '1.0.0',
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

const names = (rows: readonly ServiceRow[]) => rows.map(({ name }) => name);

it('an overview has failing services first, and of the same state the one that changed last', () => {
  const { attention } = overviewOf([
    row('undone', 'rolled-back', '2026-11-27T12:00:00Z'),
    row('slow', 'degraded', '2026-11-27T11:00:00Z'),
    row('older', 'failing', '2026-11-27T08:00:00Z'),
    row('newer', 'failing', '2026-11-27T09:00:00Z'),
    row('fine', 'steady', '2026-11-27T13:00:00Z'),
  ]);
  expect(names(attention)).toEqual(['newer', 'older', 'slow', 'undone']);
});

it('a stopped service with a problem needs attention', () => {
  const problem = { kind: 'no-tasks', sentence: 'No tasks run.', nextStep: 'Scale it up.' } as const;
  expect(names(overviewOf([{ ...row('web', 'idle'), problem }]).attention)).toEqual(['web']);
});

it('an overview names what deploys, and then at most eight services that changed last', () => {
  const steady = Array.from({ length: 10 }, (_, hour) =>
    row(`s${hour}`, 'steady', `2026-11-27T0${hour}:00:00Z`),
  );
  const { deploying, recent } = overviewOf([...steady, row('web', 'deploying'), row('never', 'steady')]);
  expect(names(deploying)).toEqual(['web']);
  expect(names(recent)).toEqual(['s9', 's8', 's7', 's6', 's5', 's4', 's3', 's2']);
});

it('an overview counts each state that there is', () => {
  const { counts } = overviewOf([row('a', 'steady'), row('b', 'steady'), row('c', 'failing')]);
  expect(counts).toEqual([
    { state: 'failing', count: 1 },
    { state: 'steady', count: 2 },
  ]);
});
