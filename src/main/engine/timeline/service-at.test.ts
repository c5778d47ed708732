import { describe, expect, it } from 'vitest';
import type { ServiceChange } from '../journal/service-changes.ts';
import { serviceAt } from './service-at.ts';
import type { KeptDeployment, KeptRevision, KeptService } from './timeline-store.ts';

type Records = Parameters<typeof serviceAt>[0];

const AT = new Date('2026-11-24T14:00:00.000Z');

function revision(number: number): KeptRevision {
  return {
    taskDefinitionArn: `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${number}`,
    images: [],
  };
}

function service(more: Partial<KeptService> = {}): KeptService {
  return {
    name: 'web',
    readAt: '2026-11-29T12:00:00.000Z',
    createdAt: '2026-01-01T00:00:00.000Z',
    listedFrom: '2026-08-31T12:00:00.000Z',
    running: revision(9),
    changedAt: '2026-11-28T10:00:00.000Z',
    state: '',
    ...more,
  };
}

function deployment(number: number, at: string, more: Partial<KeptDeployment> = {}): KeptDeployment {
  return {
    service: 'web',
    arn: `arn:${number}`,
    at: `${at}:00.000Z`,
    endedAt: `${at}:30.000Z`,
    outcome: 'succeeded',
    target: revision(number),
    source: revision(number - 1),
    ...more,
  };
}

function change(more: Partial<ServiceChange>): ServiceChange {
  return {
    id: 'one',
    service: 'web',
    kind: 'deploy',
    title: 'Deploy',
    at: '2026-05-01T10:00:00.000Z',
    settledAt: '2026-05-01T10:05:00.000Z',
    outcome: 'succeeded',
    taskDefinitionArn: revision(3).taskDefinitionArn,
    ...more,
  };
}

function records(given: Omit<Records, 'revisionOf'>): Records {
  return { ...given, revisionOf: () => undefined };
}

describe('what a service ran at a moment', () => {
  it('is the newest success that had ended by then, where ECS lists all deployments around it', () => {
    const before = deployment(5, '2026-11-20T10:00');
    const after = deployment(6, '2026-11-26T10:00');
    expect(serviceAt(records({ ecs: { service: service(), before, after } }), AT)).toEqual({
      state: 'runs',
      runs: revision(5),
      since: '2026-11-20T10:00:30.000Z',
    });
  });

  it('is what the next deployment replaced, where none had ended by then', () => {
    const after = deployment(6, '2026-11-26T10:00');
    expect(serviceAt(records({ ecs: { service: service(), after } }), AT)).toEqual({
      state: 'runs',
      runs: revision(5),
    });
  });

  it('names the deployment that was in progress then', () => {
    const before = deployment(5, '2026-11-20T10:00');
    const during = deployment(6, '2026-11-24T13:59', { endedAt: '2026-11-24T14:10:00.000Z' });
    const found = serviceAt(records({ ecs: { service: service(), before, during } }), AT);
    expect(found).toMatchObject({ state: 'runs', runs: revision(5), deploying: revision(6) });
  });

  it('is unsure after a deployment that failed and was not rolled back', () => {
    const before = deployment(5, '2026-11-20T10:00');
    const failed = deployment(6, '2026-11-22T10:00', { outcome: 'failed' });
    const found = serviceAt(records({ ecs: { service: service(), before, failed } }), AT);
    expect(found?.state).toBe('unsure');
    expect(found?.note).toBe(
      'A deployment of web:6 failed on 2026-11-22 10:00 UTC and was not rolled back: tasks of both revisions can have run.',
    );
  });

  it('is unsure after a deployment that was stopped and not rolled back', () => {
    const stopped = deployment(6, '2026-11-22T10:00', { outcome: 'stopped' });
    const before = deployment(5, '2026-11-20T10:00');
    const found = serviceAt(records({ ecs: { service: service(), before, failed: stopped } }), AT);
    expect(found?.note).toContain('A deployment of web:6 was stopped on 2026-11-22 10:00 UTC');
  });

  it('is unsure between the last reading of ECS and the one that missed the service', () => {
    const gone = service({ readAt: '2026-11-20T00:00:00.000Z', goneAt: '2026-11-26T00:00:00.000Z' });
    expect(serviceAt(records({ ecs: { service: gone } }), AT)).toMatchObject({
      state: 'unsure',
      runs: revision(9),
      note: 'ECS was last read on 2026-11-20 00:00 UTC: a change or its deletion after that would not show.',
    });
  });

  it('is absent before the service was created', () => {
    const created = service({
      createdAt: '2026-11-25T00:00:00.000Z',
      listedFrom: '2026-11-25T00:00:00.000Z',
    });
    expect(serviceAt(records({ ecs: { service: created } }), AT)?.state).toBe('absent');
  });

  it('is nothing after the service was deleted', () => {
    const gone = service({ goneAt: '2026-11-01T00:00:00.000Z' });
    expect(serviceAt(records({ ecs: { service: gone } }), AT)).toBeUndefined();
  });

  const BEFORE_THE_LIST = new Date('2026-06-01T00:00:00.000Z');

  it('is unsure where only the journal reaches back that far', () => {
    const found = serviceAt(
      records({ ecs: { service: service() }, journal: { service: 'web', before: change({}) } }),
      BEFORE_THE_LIST,
    );
    expect(found).toMatchObject({ state: 'unsure', runs: revision(3), since: '2026-05-01T10:05:00.000Z' });
    expect(found?.note).toBe(
      'The last recorded deployment by then (ECS lists deployments from 2026-08-31 on): one outside Slipway would not show.',
    );
  });

  it('is unknown where the next change found another revision than the journal has', () => {
    const after = change({ at: '2026-07-01T10:00:00.000Z', base: revision(4).taskDefinitionArn });
    const found = serviceAt(
      records({ ecs: { service: service() }, journal: { service: 'web', before: change({}), after } }),
      BEFORE_THE_LIST,
    );
    expect(found).toEqual({
      state: 'unknown',
      note:
        'web:3 ran from 2026-05-01 10:05 UTC on. The next recorded change, on 2026-07-01 10:00 UTC, found web:4, which was ' +
        'deployed outside Slipway at a time that ECS no longer lists.',
    });
  });

  it('is unknown without a record, and says how far the records reach', () => {
    expect(serviceAt(records({ ecs: { service: service() } }), BEFORE_THE_LIST)).toEqual({
      state: 'unknown',
      note: 'No record from before 2026-06-01 00:00 UTC (ECS lists deployments from 2026-08-31 on).',
    });
  });
});
