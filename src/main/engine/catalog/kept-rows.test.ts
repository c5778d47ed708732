import { describe, expect, it } from 'vitest';
import type { ServiceRow } from '../../../shared/model/service.ts';
import { type KeptRow, namesToRefresh } from './kept-rows.ts';

const NAMES = Array.from({ length: 100 }, (_, index) => `service-${String(index).padStart(2, '0')}`);
const START = Date.parse('2026-11-28T10:00:00Z');

function aKeptRow(name: string, readAt: number, change: Partial<ServiceRow> = {}): [string, KeptRow] {
  const row: ServiceRow = {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/many/${name}`,
    cluster: 'many',
    state: 'steady',
    desired: 1,
    running: 1,
    pending: 0,
    cells: ['running'],
    revision: 'app:1',
    imageVersion: '1.0.0',
    ...change,
  };
  return [name, { row, readAt: new Date(readAt) }];
}

/** All read at the same time. */
const KEPT = new Map(NAMES.map((name) => aKeptRow(name, START)));
const nothing = { visible: [], changed: new Map<string, Date>() };

describe('the refresh of a list that was read before', () => {
  it('describes the services whose rows are the oldest, so that all have been read after some refreshes', () => {
    const kept = new Map(KEPT);
    const described = new Set<string>();
    for (let refresh = 1; refresh <= 3; refresh += 1) {
      for (const name of namesToRefresh(NAMES, kept, nothing)) {
        described.add(name);
        kept.set(...aKeptRow(name, START + refresh));
      }
    }
    expect(described.size).toBe(NAMES.length);
  });

  it('describes services that are on the screen, and those that are new', () => {
    const names = [...NAMES, 'new'];
    const wanted = namesToRefresh(names, KEPT, { ...nothing, visible: ['service-97', 'service-98'] });
    expect(wanted).toEqual(expect.arrayContaining(['service-97', 'service-98', 'new']));
    expect(wanted).toHaveLength(40);
  });

  it.each<[string, Partial<ServiceRow>]>([
    ['that is being deployed', { state: 'deploying' }],
    ['that is failing', { state: 'failing' }],
    ['with tasks that start', { pending: 1 }],
    ['with more tasks than desired', { running: 2 }],
  ])('describes a service %s', (_, change) => {
    const kept = new Map([...KEPT, aKeptRow('service-99', START, change)]);
    expect(namesToRefresh(NAMES, kept, nothing)).toContain('service-99');
    expect(namesToRefresh(NAMES, KEPT, nothing)).not.toContain('service-99');
  });

  it('describes a service that Slipway has changed since its row was read', () => {
    const changedAt = (at: number) => ({ ...nothing, changed: new Map([['service-99', new Date(at)]]) });
    expect(namesToRefresh(NAMES, KEPT, changedAt(START + 1))).toContain('service-99');
    expect(namesToRefresh(NAMES, KEPT, changedAt(START - 1))).not.toContain('service-99');
  });

  it('describes ten of the oldest even when many others are changing', () => {
    const kept = new Map(
      NAMES.map((name, index) => aKeptRow(name, START, index < 60 ? { state: 'failing' } : {})),
    );
    expect(namesToRefresh(NAMES, kept, nothing)).toHaveLength(70);
  });
});
