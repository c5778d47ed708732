import { expect, it } from 'vitest';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { ServiceList } from '../../lib/service-list.ts';
import { overviewOf } from './overview-of.ts';

function row(name: string, state: ServiceRow['state'], more: Partial<ServiceRow> = {}): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state,
    desired: 2,
    running: 1,
    pending: 0,
    cells: [],
    revision: `${name}:1`,
    imageVersion: '1.0.0',
    ...more,
  };
}

function listOf(rows: readonly ServiceRow[], unread: readonly string[] = []): ServiceList {
  return {
    names: [...rows.map(({ name }) => name), ...unread].toSorted(),
    rows: new Map(rows.map((each) => [each.name, each])),
    stale: new Map(),
    kept: new Map(),
  };
}

const DIGESTS = { kind: 'digests-differ', sentence: 'Two images run.', nextStep: 'Deploy again.' } as const;

it('an overview has failing services first, and of the same state the one that changed last', () => {
  const list = listOf([
    row('undone', 'rolled-back', { changedAt: '2026-11-27T12:00:00Z' }),
    row('slow', 'degraded', { changedAt: '2026-11-27T11:00:00Z' }),
    row('older', 'failing', { changedAt: '2026-11-27T08:00:00Z' }),
    row('newer', 'failing', { changedAt: '2026-11-27T09:00:00Z' }),
    row('mixed', 'degraded', { problem: DIGESTS }),
    row('web', 'deploying'),
    row('fine', 'steady', { changedAt: '2026-11-27T13:00:00Z' }),
  ]);
  const expected = ['newer', 'older', 'slow', 'undone', 'web', 'mixed', 'fine'];
  expect(overviewOf(list, {}).names).toEqual(expected);
});

it('while services are read, those that need somebody come first and all others keep their place by name', () => {
  const rows = [row('web', 'steady', { changedAt: '2026-11-27T13:00:00Z' }), row('pay', 'failing')];
  const overview = overviewOf(listOf(rows, ['api', 'jobs']), {});
  expect(overview.names).toEqual(['pay', 'api', 'jobs', 'web']);
  expect(overview.unread).toBe(2);
});

it('a service with two digests is listed as drifted and needs attention', () => {
  const overview = overviewOf(listOf([row('mailer', 'degraded', { problem: DIGESTS })]), {});
  expect(overview.counts.get('drifted')).toBe(1);
  expect(overview.counts.get('degraded')).toBe(0);
  expect(overview.needsAttention).toBe(true);
});

it('the filters of an overview leave the counts and the running tasks of all services', () => {
  const list = listOf([row('web', 'failing'), row('api', 'steady'), row('web-jobs', 'steady')]);
  const overview = overviewOf(list, { state: 'healthy', q: 'web' });
  expect(overview.names).toEqual(['web-jobs']);
  expect([overview.counts.get('failing'), overview.counts.get('healthy')]).toEqual([1, 2]);
  expect([overview.running, overview.desired]).toEqual([3, 6]);
});

it('an overview can be sorted by name and by the last release', () => {
  const list = listOf([
    row('web', 'failing', { changedAt: '2026-11-27T08:00:00Z' }),
    row('api', 'steady', { changedAt: '2026-11-27T07:00:00Z' }),
    row('jobs', 'steady', { changedAt: '2026-11-27T09:00:00Z' }),
  ]);
  expect(overviewOf(list, { sort: 'name' }).names).toEqual(['api', 'jobs', 'web']);
  expect(overviewOf(list, { sort: 'changed' }).names).toEqual(['jobs', 'web', 'api']);
});
