import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { releaseMarks, releasesByService } from './release-marks.ts';

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
  expect(releaseMarks(WEB, [], NOW)).toEqual([
    { at: Date.parse('2026-11-27T11:50:00Z'), kind: 'progress', outcome: 'in progress', version: '1.1.0' },
  ]);
});

it('the timeline of a service has what the journal knows, oldest first, and one release once', () => {
  const marks = releaseMarks(
    WEB,
    [
      entry('2026-11-27T11:49:30Z', { state: 'open', outcome: 'in-progress' }),
      entry('2026-11-27T09:00:00Z', { outcome: 'rolled-back' }),
      entry('2026-11-27T06:00:00Z'),
    ],
    NOW,
  );
  expect(marks.map(({ outcome }) => outcome)).toEqual(['deployed', 'rolled back', 'in progress']);
});

it('releases of more than 24 hours ago are not on the timeline', () => {
  const old = '2026-11-26T11:00:00Z';
  expect(releaseMarks({ ...WEB, changedAt: old }, [entry(old)], NOW)).toEqual([]);
});

it('only deploys and rollbacks of the journal are releases', () => {
  const entries = [entry('2026-11-27T09:00:00Z', { kind: 'scale' }), entry('2026-11-27T10:00:00Z')];
  expect(releasesByService(entries).get('web')).toEqual([entries[1]]);
});
