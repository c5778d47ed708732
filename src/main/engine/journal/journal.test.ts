import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../ports.ts';
import type { NewEntry } from './entries.ts';
import { type Journal, openJournal } from './journal.ts';
import { createJournalHandlers } from './journal-handlers.ts';
import { recordStep } from './record-step.ts';

const HOUR_MS = 60 * 60 * 1000;
const DEPLOYMENT = 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/production/web/abc';
const logger = pino({ level: 'silent' });

let folder: string;
let time: number;
const opened: Journal[] = [];
const clock: Clock = { now: () => new Date(time) };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
  time = Date.UTC(2026, 0, 2, 3, 4, 5);
});

afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
  rmSync(folder, { recursive: true });
});

function open(): Journal {
  const journal = openJournal({ data: folder }, logger, clock);
  opened.push(journal);
  return journal;
}

function entry(subject: string): NewEntry {
  return {
    account: 'profile:prod',
    region: 'eu-central-1',
    cluster: 'production',
    subject,
    kind: 'deploy',
    title: `Deploy ${subject}:42 to ${subject}`,
  };
}

describe('entries', () => {
  it('are read by another process, newest first, with their steps', async () => {
    const journal = open();
    const first = journal.entries.begin(entry('web'));
    time += 1000;
    const second = journal.entries.begin({ ...entry('api'), why: 'the fix for #12', who: 'ana' });
    await recordStep(journal.entries, {
      entry: second,
      operation: 'UpdateService',
      send: async () => DEPLOYMENT,
      resultOf: (arn) => arn,
    });
    journal.entries.update(second, { state: 'done', deploymentArn: DEPLOYMENT });

    const other = open();
    expect(other.entries.list({}).map(({ id }) => id)).toEqual([second, first]);
    expect(other.entries.list({ subject: 'web' }).map(({ id }) => id)).toEqual([first]);
    expect(other.entries.find(second)).toMatchObject({
      state: 'done',
      steps: [{ operation: 'UpdateService', state: 'done', result: DEPLOYMENT }],
    });
    expect(other.noteFor(DEPLOYMENT)).toEqual({ why: 'the fix for #12', who: 'ana' });
  });

  it('hold a step as sent while its call is on the way, and as failed when the call fails', async () => {
    const { entries } = open();
    const id = entries.begin(entry('web'));
    const answer = Promise.withResolvers<string>();
    const sending = recordStep(entries, {
      entry: id,
      operation: 'UpdateService',
      send: () => answer.promise,
      resultOf: () => undefined,
    });
    expect(entries.find(id)?.steps).toMatchObject([{ state: 'sent' }]);

    answer.reject(new Error('socket hang up at 10.0.0.1 with a token'));
    await expect(sending).rejects.toThrow('socket hang up');
    expect(entries.find(id)?.steps).toMatchObject([
      { state: 'failed', result: 'It failed for a reason that is in the log.' },
    ]);
  });
});

describe('a release whose process was ended', () => {
  const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:42';

  it('is unfinished when it had registered a revision, and failed otherwise', async () => {
    const journal = open();
    const registered = journal.entries.begin(entry('web'));
    journal.entries.update(registered, { taskDefinitionArn: ARN });
    const nothing = journal.entries.begin(entry('api'));
    const watched = journal.entries.begin(entry('shop'));
    journal.entries.update(watched, { deploymentArn: DEPLOYMENT });
    time += HOUR_MS;
    const underWay = journal.entries.begin(entry('new'));

    const context = { signal: new AbortController().signal, emit: () => {} };
    const listed = await createJournalHandlers(journal)['journal.list']({}, context);
    expect(Object.fromEntries(listed.map(({ id, state }) => [id, state]))).toEqual({
      [registered]: 'unfinished',
      [nothing]: 'failed',
      [watched]: 'open',
      [underWay]: 'open',
    });
  });
});

describe('plans', () => {
  const id = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';

  it('can be carried out by one process only', () => {
    const one = open();
    const other = open();
    one.plans.save(id, { title: 'Deploy' });
    expect([other.plans.claim(id), one.plans.claim(id)]).toEqual([true, false]);
    expect(one.plans.find(id)).toMatchObject({
      content: { title: 'Deploy' },
      claimedAt: clock.now().toISOString(),
    });
  });

  it('lapse after a day, unless their execution has begun', () => {
    const { plans } = open();
    const begun = 'd94ec0f3-4c40-4b0a-a7e1-6f6c7a6f8f11';
    plans.save(id, 'waiting');
    plans.save(begun, 'begun');
    plans.claim(begun);
    time += 25 * HOUR_MS;
    expect(plans.find(id)).toBeUndefined();
    expect(plans.find(begun)?.content).toBe('begun');
  });
});

describe('a hold on a service', () => {
  const service = { account: 'profile:prod', region: 'eu-central-1', cluster: 'production', service: 'web' };

  it('is one process’s until it lets go, or until it must have crashed', () => {
    const one = open();
    const other = open();
    expect([one.holds.take(service, 'one'), other.holds.take(service, 'other')]).toEqual([true, false]);
    expect(other.holds.take({ ...service, service: 'api' }, 'other')).toBe(true);

    one.holds.letGo(service, 'one');
    expect(other.holds.take(service, 'other')).toBe(true);
    time += HOUR_MS;
    expect(one.holds.take(service, 'one')).toBe(true);
  });
});

describe('a journal that cannot be read', () => {
  it('is kept aside and said, and a new one is started', () => {
    writeFileSync(
      path.join(folder, 'journal.sqlite'),
      'no database at all, but long enough to be looked at'.repeat(90),
    );
    const journal = open();
    journal.entries.begin(entry('web'));
    expect(journal.problem).toMatch(
      /^The journal is damaged\. It was kept as journal-2026-01-02T03-04-05-000Z\.sqlite in /,
    );
    expect(readFileSync(path.join(folder, 'journal-2026-01-02T03-04-05-000Z.sqlite'), 'utf8')).toContain(
      'no database',
    );
    expect(open().entries.list({})).toHaveLength(1);
  });

  it('is not used when a newer Slipway has written it', () => {
    const newer = new DatabaseSync(path.join(folder, 'journal.sqlite'));
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    expect(open().problem).toContain('was written by a newer Slipway');
    expect(readdirSync(folder).filter((name) => name.endsWith('.sqlite'))).toHaveLength(2);
  });
});
