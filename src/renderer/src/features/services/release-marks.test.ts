import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { OverviewSpan } from '../../lib/search.ts';
import { linesOf, releaseMarks, releasesByService } from './release-marks.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');

const WEB: ServiceRow = {
  name: 'web',
  arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
  cluster: 'main',
  state: 'deploying',
  desired: 2,
  running: 2,
  pending: 0,
  cells: [],
  revision: 'web:2',
  imageVersion: '1.0.0 → 1.1.0',
  changedAt: '2026-11-27T11:50:00Z',
};

function entry(at: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: crypto.randomUUID(),
    at,
    account: 'sandbox',
    region: 'us-east-1',
    cluster: 'main',
    subject: 'web',
    kind: 'deploy',
    title: 'Deploy',
    calls: [],
    steps: [],
    state: 'done',
    outcome: 'succeeded',
    ...more,
  };
}

it('the timeline of a service has its newest deployment with the version that it brings', () => {
  expect(releaseMarks(WEB, [], 'day', NOW)).toEqual([
    { at: Date.parse('2026-11-27T11:50:00Z'), kind: 'progress', outcome: 'in progress', version: '1.1.0' },
  ]);
});

it('the timeline of a service that was rolled back does not say that the version that runs again was', () => {
  const [mark] = releaseMarks({ ...WEB, state: 'rolled-back', imageVersion: '1.0.0' }, [], 'day', NOW);
  expect(mark).toMatchObject({ kind: 'rolled-back', outcome: 'rolled back to 1.0.0', version: undefined });
});

it('the timeline of a service has what the journal knows, oldest first, and one release once', () => {
  const marks = releaseMarks(
    WEB,
    [
      entry('2026-11-27T11:49:30Z', { state: 'open', outcome: 'in-progress' }),
      entry('2026-11-27T09:00:00Z', { outcome: 'rolled-back' }),
      entry('2026-11-27T06:00:00Z'),
    ],
    'day',
    NOW,
  );
  expect(marks.map(({ outcome }) => outcome)).toEqual(['deployed', 'rolled back', 'in progress']);
});

it('releases of before the period are not on the timeline', () => {
  const old = '2026-11-26T11:00:00Z';
  const web = { ...WEB, changedAt: old };
  expect(releaseMarks(web, [entry(old)], 'day', NOW)).toEqual([]);
  expect(releaseMarks(web, [entry(old)], 'week', NOW)).toHaveLength(1);
  expect(releaseMarks(WEB, [], 'hour', NOW)).toHaveLength(1);
  expect(releaseMarks({ ...WEB, changedAt: '2026-11-27T10:59:00Z' }, [], 'hour', NOW)).toEqual([]);
});

it('the axis has a line each quarter of an hour, each sixth hour of a day, or each midnight of a week', () => {
  const labels = (span: OverviewSpan) => linesOf(span, NOW, 'utc').map(({ label }) => label);
  expect(labels('hour')).toEqual(['12:00', '11:45', '11:30', '11:15']);
  expect(labels('day')).toEqual(['12:00', '06:00', '00:00', '18:00']);
  expect(labels('week')).toEqual([undefined, 'Thu', undefined, 'Tue', undefined, 'Sun', undefined]);
});

it('only deploys and rollbacks of the journal are releases', () => {
  const entries = [entry('2026-11-27T09:00:00Z', { kind: 'scale' }), entry('2026-11-27T10:00:00Z')];
  expect(releasesByService(entries).get('web')).toEqual([entries[1]]);
});
