import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../ports/ports.ts';
import { changedServices } from './changed-services.ts';
import { type Journal, openJournal } from './journal.ts';
import { createJournalHandlers } from './journal-handlers.ts';
import { migrate } from './migrations.ts';
import { recordStep } from './record-step.ts';

const HOUR_MS = 60 * 60 * 1000;
const DEPLOYMENT = 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/production/web/abc';
const logger = pino({ level: 'silent' });

/** As the third schema had them: with the check `room`, the kind `no-room` and the field `episodes`. */
const OLD_OVERRIDES = JSON.stringify([{ rule: 'room', result: 'fail', message: 'No room' }]);
const OLD_EVIDENCE = JSON.stringify({
  failures: [],
  events: [],
  diagnosis: {
    kind: 'no-room',
    sentence: 'A task says "episodes": and no-room.',
    help: 'More instances.',
    episodes: [{ words: 'It began', state: 'failed' }],
    stoppedTasks: [],
    targets: [],
    alarms: [],
    events: [],
    gaps: [],
  },
});

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

function entry(subject: string): Parameters<Journal['entries']['begin']>[0] {
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
    const second = journal.entries.begin({ ...entry('api'), why: 'the fix for #12', callerIdentity: 'ana' });
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
    expect(other.noteFor(DEPLOYMENT)).toEqual({ why: 'the fix for #12', callerIdentity: 'ana' });
  });

  it('tell when each service of a cluster was last changed, one in progress now', () => {
    const { entries } = open();
    const place = { account: 'profile:prod', region: 'eu-central-1', cluster: 'production' };
    const ended = entries.begin(entry('web'));
    entries.begin(entry('api'));
    entries.begin({ ...entry('elsewhere'), cluster: 'staging' });
    time += 1000;
    entries.update(ended, { state: 'done' });
    const settled = new Date(time);
    const now = new Date(time + 5000);
    expect(changedServices(entries, place, now)).toEqual(
      new Map([
        ['api', now],
        ['web', settled],
      ]),
    );
  });

  it('have a step as sent while its call is in progress, and as failed when the call fails', async () => {
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
      { state: 'failed', result: 'It failed unexpectedly. See the log for details.' },
    ]);
  });
});

describe('a release whose process ended', () => {
  it('is interrupted, while one of a running process is not', async () => {
    time = Date.now();
    const journal = open();
    const ours = journal.entries.begin(entry('web'));
    const left = journal.entries.begin(entry('api'));
    journal.entries.release(left);
    const settled = journal.entries.begin(entry('shop'));
    journal.entries.update(settled, { state: 'done' });
    journal.entries.release(settled);
    expect(journal.entries.interrupted().map(({ id }) => id)).toEqual([left]);
    expect([journal.entries.takeOver(left), journal.entries.takeOver(ours)]).toEqual([true, false]);
    expect(journal.entries.interrupted()).toEqual([]);
  });

  it('is found when its process id now belongs to another process', () => {
    const journal = open();
    const id = journal.entries.begin(entry('web'));
    time = Date.now();
    expect(journal.entries.interrupted().map((each) => each.id)).toEqual([id]);
  });
});

describe('the search', () => {
  const context = { signal: new AbortController().signal, emit: () => {} };

  function fill(journal: Journal): void {
    for (let number = 1; number <= 5; number += 1) {
      time += 1000;
      journal.entries.begin({ ...entry('web'), title: `Deploy web:${number} to web`, callerIdentity: 'ana' });
    }
    time += 1000;
    const failed = journal.entries.begin({ ...entry('api'), account: 'profile:test', why: '100%_sure' });
    journal.entries.update(failed, {
      state: 'failed',
      outcome: 'rolled-back',
      sentence: 'api exited with code 137.',
      evidence: { failures: [{ cause: 'exited with code 137', times: 3 }], events: [] },
    });
  }

  it('finds words in any order and field, accounts, services, outcomes and times', () => {
    const journal = open();
    fill(journal);
    const titles = (search: Parameters<Journal['entries']['list']>[0]): readonly string[] =>
      journal.entries.list(search).map(({ title }) => title);
    expect(titles({ text: 'ANA web:3' })).toEqual(['Deploy web:3 to web']);
    expect(titles({ text: '137 api' })).toEqual(['Deploy api:42 to api']);
    expect(titles({ text: '100%_' })).toEqual(['Deploy api:42 to api']);
    expect(titles({ text: '1_0%' })).toEqual([]);
    expect(titles({ account: 'profile:test' })).toEqual(['Deploy api:42 to api']);
    expect(titles({ outcome: 'rolled-back' })).toEqual(['Deploy api:42 to api']);
    expect(titles({ subject: 'web', since: new Date(time - 2000).toISOString() })).toEqual(
      ['Deploy web:4 to web', 'Deploy web:5 to web'].toReversed(),
    );
  });

  it('returns a page at a time, without gaps or duplicates while others write', async () => {
    const journal = open();
    fill(journal);
    const list = createJournalHandlers(journal, () => {})['journal.list'];
    const first = await list({ limit: 4 }, context);
    time += 1000;
    journal.entries.begin(entry('new'));
    const second = await list({ limit: 4, before: first.next }, context);
    expect(second.next).toBeUndefined();
    expect([...first.entries, ...second.entries].map(({ title }) => title)).toEqual([
      'Deploy api:42 to api',
      ...[5, 4, 3, 2, 1].map((number) => `Deploy web:${number} to web`),
    ]);
  });

  it('is exported completely, oldest first, with the evidence', async () => {
    const journal = open();
    fill(journal);
    const exported: unknown[] = [];
    const { count } = await createJournalHandlers(journal, () => {})['journal.export'](
      {},
      { ...context, emit: ({ entries }) => void exported.push(...entries) },
    );
    expect(count).toBe(6);
    expect(exported.at(0)).toMatchObject({ title: 'Deploy web:1 to web', steps: [] });
    expect(exported.at(-1)).toMatchObject({
      settledAt: clock.now().toISOString(),
      evidence: { failures: [{ cause: 'exited with code 137' }] },
    });
  });
});

describe('a journal of the first schema', () => {
  it('is migrated with all its content', () => {
    const old = new DatabaseSync(path.join(folder, 'journal.sqlite'));
    migrate(old, 1);
    old.exec(`
      INSERT INTO entries (id, plan, at, account, region, cluster, subject, kind, title, state, deployment_arn)
      VALUES ('7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e', NULL, '2026-01-01T00:00:00.000Z', 'sandbox', 'us-east-1',
        'tools', 'web', 'deploy', 'Deploy web:1 to web', 'open', '${DEPLOYMENT}');
      INSERT INTO steps (entry, operation, state, at)
      VALUES ('7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e', 'UpdateService', 'done', '2026-01-01T00:00:01.000Z');
    `);
    old.close();
    const journal = open();
    expect(journal.problem).toBeUndefined();
    expect(journal.entries.list({})).toMatchObject([
      { title: 'Deploy web:1 to web', calls: [], steps: [{ operation: 'UpdateService' }] },
    ]);
    expect(journal.entries.interrupted()).toHaveLength(1);
    journal.entries.begin(entry('web'));
    expect(open().entries.list({})).toHaveLength(2);
  });
});

describe('a journal of the third schema', () => {
  it('keeps its content under the new names', () => {
    const old = new DatabaseSync(path.join(folder, 'journal.sqlite'));
    migrate(old, 3);
    old
      .prepare(
        `INSERT INTO entries (id, at, account, region, subject, kind, title, who, basis, overrides, evidence, state)
         VALUES ('7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e', '2026-01-01T00:00:00.000Z', 'sandbox', 'us-east-1', 'web',
           'deploy', 'Deploy web:1 to web', 'user/ana', 'web:1', ?, ?, 'open')`,
      )
      .run(OLD_OVERRIDES, OLD_EVIDENCE);
    old.exec(
      "INSERT INTO service_holds (service, holder, until) VALUES ('web', 'me', '2030-01-01T00:00:00.000Z')",
    );
    old.close();
    const [found] = open().entries.list({});
    expect(found).toMatchObject({
      callerIdentity: 'user/ana',
      base: 'web:1',
      overrides: [{ rule: 'capacity' }],
      evidence: {
        diagnosis: {
          kind: 'no-capacity',
          sentence: 'A task says "episodes": and no-room.',
          failureTimeline: [{ words: 'It began' }],
        },
      },
    });
  });
});

describe('plans', () => {
  const id = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';

  it('can be executed by one process only', () => {
    const one = open();
    const other = open();
    one.plans.save(id, { title: 'Deploy' });
    expect([other.plans.claim(id), one.plans.claim(id)]).toEqual([true, false]);
    expect(one.plans.find(id)).toMatchObject({
      content: { title: 'Deploy' },
      claimedAt: clock.now().toISOString(),
    });
  });

  it('expire after a day, unless their execution has started', () => {
    const { plans } = open();
    const begun = 'd94ec0f3-4c40-4b0a-a7e1-6f6c7a6f8f11';
    plans.save(id, 'waiting');
    plans.save(begun, 'begun');
    plans.claim(begun);
    time += 25 * HOUR_MS;
    expect(plans.find(id)).toBeUndefined();
    expect(plans.find(begun)?.content).toBe('begun');
  });

  it('are deleted after a day with everything typed into them, once their release has ended', () => {
    const { plans, entries } = open();
    plans.save(id, 'typed');
    plans.claim(id);
    const release = entries.begin({ ...entry('web'), plan: id });
    const nextDay = (): void => {
      time += 25 * HOUR_MS;
      plans.save(crypto.randomUUID(), 'another');
    };
    nextDay();
    expect(plans.find(id)?.content).toBe('typed');
    entries.update(release, { state: 'done' });
    nextDay();
    expect(plans.find(id)).toBeUndefined();
  });
});

describe('a lock on a service', () => {
  const service = { account: 'profile:prod', region: 'eu-central-1', cluster: 'production', service: 'web' };

  it('belongs to one process until it is released, or until that process must have crashed', () => {
    const one = open();
    const other = open();
    expect([one.holds.take(service, 'one'), other.holds.take(service, 'other')]).toEqual([true, false]);
    expect(other.holds.take({ ...service, service: 'api' }, 'other')).toBe(true);

    one.holds.release(service, 'one');
    expect(other.holds.take(service, 'other')).toBe(true);
    time += HOUR_MS;
    expect(one.holds.take(service, 'one')).toBe(true);
  });
});

describe('a journal that cannot be read', () => {
  it('is renamed and reported, and', () => {
    writeFileSync(
      path.join(folder, 'journal.sqlite'),
      'no database at all, but long enough to be looked at'.repeat(90),
    );
    const journal = open();
    journal.entries.begin(entry('web'));
    expect(journal.problem).toMatch(
      /^The journal is damaged\. It was renamed to journal-2026-01-02T03-04-05-000Z\.sqlite in /,
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
    expect(open().problem).toContain('was written by a newer version of Slipway');
    expect(readdirSync(folder).filter((name) => name.endsWith('.sqlite'))).toHaveLength(2);
  });
});
