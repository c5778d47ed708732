import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { openJournal } from '../journal/journal.ts';
import { migrate } from '../journal/migrations.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';

const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'production', service: 'checkout' };
const TYPED = 'hunter2-typed-into-a-variable';
const DAY_MS = 24 * 60 * 60 * 1000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-at-rest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files of the data folder that hold a text in the clear, as they lie on the disk. */
function filesWith(text: string): readonly string[] {
  const forms = [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter((name) => forms.some((form) => readFileSync(join(folder, name)).includes(form)));
}

describe('values of variables in a plan', () => {
  let sandbox: TestSandbox;
  let slipway: Slipway;
  beforeEach(async () => {
    sandbox = await startTestSandbox({ scenario: 'demo' });
    slipway = await openSlipway(sandbox, folder);
  });
  afterEach(async () => {
    await slipway.close();
    await sandbox.close();
  });

  async function planWith(value: string): Promise<string> {
    const settings = await slipway.client.call('services.settings', SERVICE);
    const [container] = settings.containers;
    if (container === undefined) throw new Error('The service has no container.');
    const environment = [{ container: container.container, set: [{ name: 'PASSWORD', value }] }];
    const plan = await slipway.client.call('releases.plan', { service: SERVICE, change: { environment } });
    return plan.id;
  }

  async function restart(): Promise<void> {
    await slipway.close();
    slipway = await openSlipway(sandbox, folder);
  }

  it('are in no file after the plan was created, after a restart, and after it was executed', async () => {
    const plan = await planWith(TYPED);
    expect(filesWith(TYPED)).toEqual([]);
    await restart();
    expect(filesWith(TYPED)).toEqual([]);

    const release = await slipway.client.call('releases.execute', { plan, confirmation: SERVICE.service });
    expect(filesWith(TYPED)).toEqual([]);
    const deployment = release.deploymentArn ?? '';
    await sandbox.clock.runUntil(slipway.client.call('releases.watch', { ...SERVICE, deployment }));
    const { taskDefinitionArn: revision = '' } = release;
    const { json } = await slipway.client.call('revisions.get', {
      account: 'sandbox',
      region: 'us-east-1',
      revision,
    });
    expect(json).toContain(TYPED);
    expect(filesWith(TYPED)).toEqual([]);
    await restart();
    expect(filesWith(TYPED)).toEqual([]);
  });

  it('are executed by another process that knows the id of the plan', async () => {
    const plan = await planWith(TYPED);
    await slipway.close();
    slipway = await openSlipway(sandbox, folder);
    const { taskDefinitionArn: revision = '' } = await slipway.client.call('releases.execute', {
      plan,
      confirmation: SERVICE.service,
    });
    const { json } = await slipway.client.call('revisions.get', {
      account: 'sandbox',
      region: 'us-east-1',
      revision,
    });
    expect(json).toContain(TYPED);
  });
});

describe('a plan in the journal', () => {
  const id = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';
  const content = {
    action: { register: { environment: [{ set: [{ name: 'A', value: TYPED }] }] } },
    title: 'T',
  };
  const logger = pino({ level: 'silent' });
  let time = Date.UTC(2026, 0, 2);
  const open = () => openJournal({ data: folder }, logger, { now: () => new Date(time) });

  /** Any text of the journal that could unseal the plan. */
  const opens = () => [...filesWith(id), ...filesWith(TYPED)];

  it('cannot be read from the file alone, because its id is nowhere in it before its execution starts', () => {
    const journal = open();
    journal.plans.save(id, content);
    expect(opens()).toEqual([]);
    expect(journal.plans.find(id)?.content).toEqual(content);
    journal.close();
  });

  it('is removed from every database page and log when it has expired, at the next start and at the next read', () => {
    const one = open();
    one.plans.save(id, content);
    time += 2 * DAY_MS;
    one.plans.forgetLapsed();
    const rows = () => new DatabaseSync(join(folder, 'journal.sqlite')).prepare('SELECT id FROM plans').all();
    expect(rows()).toEqual([]);
    one.plans.save(id, content);
    one.close();
    time += 2 * DAY_MS;
    open().close();
    expect(rows()).toEqual([]);
  });

  it('loses its values once its execution has ended, and keeps them while it can be resumed', () => {
    const journal = open();
    journal.plans.save(id, content);
    journal.plans.claim(id);
    const entry = journal.entries.begin({
      account: 'a',
      region: 'us-east-1',
      subject: 'web',
      kind: 'deploy',
      title: 'T',
      plan: id,
    });
    journal.entries.update(entry, { state: 'unfinished' });
    expect(journal.plans.find(id)?.content).toEqual(content);
    journal.entries.update(entry, { state: 'done' });
    expect(JSON.stringify(journal.plans.find(id)?.content)).not.toContain(TYPED);
    expect(journal.plans.find(id)).toMatchObject({ content: { title: 'T' }, claimedAt: expect.any(String) });
    journal.close();
  });

  it('that an earlier version stored unencrypted is encrypted at the next start and can still be executed', () => {
    const old = new DatabaseSync(join(folder, 'journal.sqlite'));
    old.exec('PRAGMA journal_mode = WAL');
    migrate(old);
    old
      .prepare('INSERT INTO plans (id, content, created_at, expires_at) VALUES (?, ?, ?, ?)')
      .run(id, JSON.stringify(content), '2026-01-01', '2999-01-01');
    expect(filesWith(TYPED)).not.toEqual([]);
    old.close();
    const journal = open();
    expect(opens()).toEqual([]);
    expect(journal.plans.find(id)?.content).toEqual(content);
    journal.close();
  });
});

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  const othersMay = (): readonly string[] =>
    ['.', ...readdirSync(folder)].filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);

  it('is readable by its owner only, with all files, also where an earlier version left it open', async () => {
    const before = process.umask(0o022);
    try {
      for (const name of [
        'journal.sqlite',
        'revisions.sqlite',
        'slipway.log',
        'slipway.old.log',
        'window.json',
      ]) {
        writeFileSync(join(folder, name), '');
        chmodSync(join(folder, name), 0o644);
      }
      chmodSync(folder, 0o755);
      const sandbox = await startTestSandbox({ scenario: 'demo' });
      const slipway = await openSlipway(sandbox, folder);
      await slipway.client.call('services.list', {
        account: 'sandbox',
        region: 'us-east-1',
        cluster: 'tools',
      });
      expect(othersMay()).toEqual([]);
      expect(readdirSync(folder)).toContain('journal.sqlite-wal');
      await slipway.close();
      await sandbox.close();
    } finally {
      process.umask(before);
    }
  });

  it('keeps the permissions of files of other programs', () => {
    writeFileSync(join(folder, 'notes.txt'), '');
    chmodSync(join(folder, 'notes.txt'), 0o644);
    openJournal({ data: folder }, pino({ level: 'silent' }), { now: () => new Date() }).close();
    expect(othersMay()).toEqual(['notes.txt']);
  });
});
