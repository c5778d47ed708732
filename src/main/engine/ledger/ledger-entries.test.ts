import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { createLedgerEntries, type LedgerEntries } from './ledger-entries.ts';
import { entryKey, SCHEMA_KEY } from './ledger-keys.ts';
import { createLedgerHandlers } from './ledger-setup.ts';
import { createLedgers, type Ledger } from './ledger-table.ts';

const logger = pino({ level: 'silent' });
const TABLE = 'slipway-ledger';
const PLACE = { account: 'test', region: 'us-east-1', cluster: 'shop' };
const SECRET = 'correct-horse-battery-staple';
const never = new AbortController().signal;
const context = { signal: never, emit: () => undefined } as never;

const folders: string[] = [];
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'empty' });
});
afterEach(async () => {
  await sandbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Machine {
  readonly journal: Journal;
  readonly entries: LedgerEntries;
  readonly ledger: Ledger;
  readonly handlers: ReturnType<typeof createLedgerHandlers>;
}

/** A Slipway with a journal of its own, whose rules name the ledger. */
async function machine(
  name: string,
  {
    clockAhead = 0,
    endpoint = sandbox.endpoint,
    profiles = ['test'],
    folder = mkdtempSync(join(tmpdir(), 'ledger-')),
  } = {},
): Promise<Machine> {
  folders.push(folder);
  const { aws } = await awsAtEndpoint({ ...sandbox, endpoint });
  const clock = { now: () => new Date(Date.now() + clockAhead) };
  const journal = openJournal({ data: folder }, logger, clock, () => profiles);
  const accounts = { find: () => ({ account: { id: 'test', name: 'test', kind: 'sandbox' } }) } as never;
  const guard: Guard = {
    environment: 'development',
    from: 'none',
    confirm: 'click',
    readOnly: false,
    mutableTags: 'allow',
    ledger: { table: TABLE },
  };
  const environments = {
    guardOf: ({ cluster }: { readonly cluster?: string | undefined }): Guard =>
      cluster === 'elsewhere' ? { ...guard, ledger: { table: 'nowhere' } } : guard,
  };
  const secrets = createKnownSecrets();
  secrets.add(SECRET);
  const ledgers = createLedgers({ accounts, aws, environments, clock });
  const environment = { BUILD_TAG: name };
  const entries = createLedgerEntries({ ledgers, journal, secrets, environment, logger });
  const handlers = createLedgerHandlers({
    accounts,
    aws,
    environments,
    journal,
    catalog: { 'services.deployments': async () => [] },
    entries,
    clock,
    logger,
    pollIntervalMs: 1,
  });
  return { journal, entries, handlers, ledger: ledgers.open('test', { table: TABLE, region: 'us-east-1' }) };
}

const WANTED = { account: 'test', region: 'us-east-1', table: TABLE, recovery: true };
const RELEASE = { ...PLACE, subject: 'web', kind: 'deploy', title: 'Deploy web:2 to web' } as const;

function release(journal: Journal, why = 'a fix'): string {
  const id = journal.entries.begin({
    ...RELEASE,
    why,
    calls: [{ operation: 'UpdateService', target: 'shop/web' }],
  });
  journal.entries.update(id, { deploymentArn: 'arn:aws:ecs:us-east-1:1:service-deployment/shop/web/1' });
  journal.entries.update(id, { state: 'done', outcome: 'succeeded', sentence: 'It runs.' });
  return id;
}

async function items(): Promise<string> {
  const { endpoint, region, credentials } = sandbox;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
  return JSON.stringify(Items.filter(({ sk }) => sk?.S?.startsWith('entry#')));
}

function requests(operation: string): number {
  return sandbox.calls().filter((call) => call.service === 'DynamoDB' && call.operation === operation).length;
}

it('the plan shows the calls, and creating it sends them, once', async () => {
  const { handlers, journal } = await machine('one');
  const plan = await handlers['ledger.plan'](WANTED, context);
  expect(plan).toMatchObject({ state: 'missing' });
  const operations = ['CreateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups', 'PutItem'];
  expect(plan.calls.map(({ operation }) => operation)).toEqual(operations);
  expect(plan.calls[0]?.input).toContain('"DeletionProtectionEnabled": true');
  expect(await handlers['ledger.create'](WANTED, context)).toMatchObject({ state: 'ready', calls: [] });
  await handlers['ledger.create'](WANTED, context);
  expect(requests('CreateTable')).toBe(1);
  const [entry] = journal.entries.list({});
  expect(entry).toMatchObject({ title: `Create the ledger ${TABLE}`, state: 'done' });
  expect(entry?.steps.map(({ operation }) => operation)).toEqual(operations);
});

it('a release of one machine is in the journal of the other, with its machine, and takes two requests', async () => {
  const [one, other] = [await machine('one'), await machine('other', { clockAhead: 86_400_000 })];
  await one.handlers['ledger.create'](WANTED, context);
  await one.entries.share(10_000);
  const before = requests('PutItem');
  const id = release(one.journal);
  expect(await one.entries.share(10_000)).toEqual({ received: 0, waiting: 0 });
  expect(requests('PutItem') - before).toBeLessThanOrEqual(2);
  const read = requests('Query');
  const state = await other.entries.sync({ ...PLACE, service: 'web' }, never);
  expect(state).toEqual({ table: TABLE, received: 1, waiting: 0 });
  expect(requests('Query') - read).toBe(2);
  expect(other.journal.entries.list({ subject: 'web' })).toMatchObject([
    { id, host: 'Jenkins one', outcome: 'succeeded', why: 'a fix', account: 'test' },
  ]);
  expect(other.journal.noteFor('arn:aws:ecs:us-east-1:1:service-deployment/shop/web/1')).toEqual({
    why: 'a fix',
    callerIdentity: 'on Jenkins one',
  });
  expect(other.journal.entries.interrupted()).toEqual([]);
  // Its own entries do not come back as those of another, and nothing comes twice.
  expect(await one.entries.sync(PLACE, never)).toMatchObject({ received: 0 });
  expect(await other.entries.sync(undefined, never)).toMatchObject({ received: 0 });
});

it('older entries of a service than the newest page are fetched on demand, one request a page', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  await one.handlers['ledger.create'](WANTED, context);
  for (let index = 0; index < 110; index += 1) one.journal.entries.begin(RELEASE);
  await one.entries.share(60_000);
  const web = { ...PLACE, service: 'web' };
  const newest = await other.entries.sync(web, never);
  expect(newest).toMatchObject({ older: true });
  const read = requests('Query');
  const second = await other.entries.older(web, never);
  expect(second).toMatchObject({ older: true });
  const third = await other.entries.older(web, never);
  expect(third).toMatchObject({ older: false });
  expect(newest.received + second.received + third.received).toBe(110);
  expect(await other.entries.older(web, never)).toMatchObject({ received: 0, older: false });
  expect(requests('Query') - read).toBe(2);
  expect(await other.entries.sync(web, never)).toEqual({ table: TABLE, received: 0, waiting: 0 });
  // Its own entries are all here: it reads on to the end at once, and says how many there were.
  await one.entries.sync(web, never);
  const pages = requests('Query');
  expect(await one.entries.older(web, never)).toMatchObject({ received: 0, known: 60, older: false });
  expect(requests('Query') - pages).toBe(2);
}, 60_000);

it('entries of others are found under every profile of the AWS account', async () => {
  const [one, other] = [await machine('one'), await machine('other', { profiles: ['test', 'admin'] })];
  await one.handlers['ledger.create'](WANTED, context);
  const id = release(one.journal);
  await one.entries.share(10_000);
  await other.entries.sync(PLACE, never);
  expect(other.journal.entries.list({ account: 'admin', subject: 'web' })).toMatchObject([{ id }]);
  const range = { since: new Date(0), until: new Date(Date.now() + 60_000) };
  expect(other.journal.changes.between({ ...PLACE, account: 'admin' }, range, 10)).toMatchObject([{ id }]);
});

it('no secret, no evidence and no name of a profile goes up', async () => {
  const { journal, entries, handlers } = await machine('one');
  await handlers['ledger.create'](WANTED, context);
  const id = release(journal, `the token is ${SECRET}`);
  journal.entries.update(id, {
    state: 'failed',
    evidence: {
      failures: [],
      events: [{ id: '1', at: '2026-03-01T00:00:00Z', message: 'password=hunter2hunter2' }],
    },
  });
  await entries.share(10_000);
  const text = await items();
  expect(text).toContain('the token is [hidden]');
  for (const hidden of [SECRET, 'hunter2', '"account"', '"plan"', '"evidence"'])
    expect(text).not.toContain(hidden);
});

it('without the table, releases wait and say so; the next process sends them, each once', async () => {
  const one = await machine('one');
  const ids = [release(one.journal), release(one.journal)];
  const state = await one.entries.share(10_000);
  expect(state).toMatchObject({ waiting: 2, problem: expect.stringContaining(`There is no table ${TABLE}`) });
  await one.handlers['ledger.create'](WANTED, context);
  await one.entries.share(10_000);
  expect(one.journal.shared.countWaiting()).toBe(0);
  const text = await items();
  for (const id of ids) expect(text.split(`"S":"${id}"`)).toHaveLength(2);
});

it('a table that was restored to an earlier time gets the entries of this machine again', async () => {
  const one = await machine('one');
  await one.handlers['ledger.create'](WANTED, context);
  const id = release(one.journal);
  await one.entries.share(10_000);
  const { endpoint, region, credentials } = sandbox;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
  for (const { pk, sk } of Items) {
    if (pk && sk?.S?.startsWith('entry#')) {
      await client.send(new DeleteItemCommand({ TableName: TABLE, Key: { pk, sk } }));
    }
  }
  await one.entries.sync(PLACE, never);
  expect(await items()).toContain(id);
});

it('a ledger that a newer Slipway has changed is read and not written', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  await one.handlers['ledger.create'](WANTED, context);
  release(one.journal);
  await one.entries.share(10_000);
  await one.ledger.put({ ...SCHEMA_KEY, version: 7, leastWriter: 7, shape: 'unknown' });
  release(other.journal);
  expect(await other.entries.sync(PLACE, never)).toMatchObject({
    received: 1,
    waiting: 1,
    problem: expect.stringContaining('newer Slipway (schema 7)'),
  });
});

it('more entries of a cluster than one sync reads, stored at almost the same time, arrive with the next ones', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  await one.handlers['ledger.create'](WANTED, context);
  release(one.journal);
  await one.entries.share(10_000);
  await other.entries.sync(PLACE, never);
  for (let index = 0; index < 300; index += 1)
    one.journal.entries.begin({ ...RELEASE, subject: `web-${index}` });
  await one.entries.share(600_000);
  const first = await other.entries.sync(PLACE, never);
  const second = await other.entries.sync(PLACE, never);
  expect(first.received + second.received).toBe(300);
});

it('an entry that cannot be read, or whose time is invalid or in the future, hides no other entry', async () => {
  const ana = await machine('ana');
  await ana.handlers['ledger.create'](WANTED, context);
  const { endpoint, region, credentials } = sandbox;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const stored = ['soon', '9999-12-31T00:00:00.000Z', '2026-01-01T00:00:00.000Z'];
  for (const [at, storedAt] of stored.entries()) {
    const key = entryKey({ ...RELEASE, id: `${at}`, at: '2026-01-01T00:00:00.000Z' });
    const index = { gpk: 'us-east-1#shop', gsk: `${storedAt}#${at}`, dpk: 'day', dsk: `${at}` };
    const Item = { ...marshall({ ...key, ...index, storedAt }), number: { N: '9007199254740993.5' } };
    await client.send(new PutItemCommand({ TableName: TABLE, Item }));
  }
  const ben = await machine('ben');
  const place = { ...PLACE, service: 'web' };
  expect(await ben.entries.sync(place, never)).toEqual(
    expect.not.objectContaining({ problem: expect.anything() }),
  );
  const id = release(ana.journal);
  await ana.entries.share(10_000);
  expect(await ben.entries.sync(PLACE, never)).toMatchObject({ received: 1 });
  expect(ben.journal.entries.find(id)).toBeDefined();
});

it('a machine whose clock is a day ahead stores its first entry at the time of AWS', async () => {
  const ana = await machine('ana');
  await ana.handlers['ledger.create'](WANTED, context);
  const before = await machine('ben', { clockAhead: 86_400_000 });
  await before.entries.sync(PLACE, never);
  release(before.journal);
  await before.entries.share(10_000);
  // The next process knows the schema, and has not asked AWS for anything yet.
  const ben = await machine('ben', { clockAhead: 86_400_000, folder: folders.at(-1) ?? '' });
  release(ben.journal);
  await ben.entries.share(10_000);
  const stored = [...(await items()).matchAll(/"storedAt":\{"S":"(?<at>[^"]+)"/g)];
  expect(stored).toHaveLength(3);
  for (const { groups } of stored) {
    expect(Math.abs(Date.parse(groups?.at ?? '') - Date.now())).toBeLessThan(3_600_000);
  }
});

it('an entry that AWS removed after the days of the ledger is not taken for a restored table', async () => {
  const { journal, entries, handlers, ledger } = await machine('one', { clockAhead: -2 * 86_400_000 });
  await handlers['ledger.create']({ ...WANTED, keepDays: 1 }, context);
  const id = release(journal);
  await entries.share(10_000);
  const [entry] = journal.entries.list({ subject: 'web' });
  if (entry === undefined) throw new Error('There is no entry.');
  await ledger.remove(entryKey(entry));
  await entries.sync(PLACE, never);
  expect(await items()).not.toContain(id);
});

it('days that an interrupted creation has not stored are stored by the next one', async () => {
  const { handlers, ledger } = await machine('one');
  const wanted = { ...WANTED, keepDays: 90 };
  await handlers['ledger.create'](wanted, context);
  await ledger.remove(SCHEMA_KEY);
  expect(await handlers['ledger.plan'](wanted, context)).toMatchObject({ state: 'incomplete' });
  expect(await handlers['ledger.create'](wanted, context)).toMatchObject({ state: 'ready', calls: [] });
  expect(await ledger.get(SCHEMA_KEY)).toMatchObject({ keepDays: 90 });
});

it('an entry of any size fits into an item, says what was left out, and leaves after the days of the ledger', async () => {
  const { journal, entries, handlers } = await machine('one');
  await handlers['ledger.create']({ ...WANTED, keepDays: 90 }, context);
  const target = 'x'.repeat(3_000);
  const calls = Array.from({ length: 300 }, () => ({ operation: 'UpdateService', target }));
  journal.entries.begin({ ...RELEASE, why: 'y'.repeat(1_000_000), calls });
  expect(await entries.share(10_000)).toEqual({ received: 0, waiting: 0 });
  const text = await items();
  expect(text.length).toBeLessThan(20_000);
  expect(text).toContain('"isCut":{"BOOL":true}');
  const days = (Number(/"expires":\{"N":"(\d+)"/.exec(text)?.[1]) * 1000 - Date.now()) / 86_400_000;
  expect(days).toBeCloseTo(90, 1);
});

it('a ledger that cannot be used holds back no other one', async () => {
  const { journal, entries, handlers } = await machine('one');
  await handlers['ledger.create'](WANTED, context);
  journal.entries.begin({ ...RELEASE, cluster: 'elsewhere' });
  const id = release(journal);
  expect(await entries.share(10_000)).toEqual({
    received: 0,
    waiting: 1,
    problem: expect.stringContaining('There is no table nowhere in us-east-1'),
  });
  expect(await items()).toContain(id);
});
