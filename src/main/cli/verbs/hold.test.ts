import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JournalPage } from '../../../shared/model/journal.ts';
import { lockKey } from '../../engine/ledger/ledger-keys.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const DASHBOARD = ['-c', 'tools', '-n', 'dashboard'];
const TABLE = 'slipway-ledger';

let cli: CliEngine;

beforeAll(async () => {
  cli = await openCliEngine();
  await prepare('ledger', 'create');
  await addRule({ cluster: 'tools', ledger: { table: TABLE } });
});
afterAll(() => cli.close());

async function prepare(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await cli.slipway(args);
  if (code !== 0) throw new Error(`${out}${err}`);
  return out;
}

async function addRule(rule: Readonly<Record<string, unknown>>): Promise<void> {
  const version = /"version":"([^"]+)"/.exec(await prepare('call', 'environments.rules', '{}'))?.[1];
  const change = { kind: 'add', at: 0, rule };
  await prepare('call', 'environments.changeRules', JSON.stringify({ version, change }));
}

it('a hold stops a deploy until it is ended', async () => {
  const deploy = ['deploy', ...DASHBOARD, '--desired', '2', '--wait-until', 'accepted'];
  const held = await cli.slipway(['hold', ...DASHBOARD, '--why', 'incident 4711']);
  expect(held).toMatchObject({
    code: 0,
    out: expect.stringContaining('tools/dashboard is on hold: incident 4711.'),
  });
  const refused = await cli.slipway(deploy);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('incident 4711') });
  // Before the folder is looked at.
  const build = await cli.slipway(['deploy', ...DASHBOARD, '--build', '/nowhere']);
  expect(build).toMatchObject({ code: 2, err: expect.stringContaining('incident 4711') });
  const status = await cli.slipway(['status', ...DASHBOARD]);
  expect(status.out).toMatch(/The service is on hold: incident 4711 \((by .*)?on /);
  expect(await cli.slipway(['unhold', ...DASHBOARD, '--why', 'solved'])).toMatchObject({
    code: 0,
    out: 'tools/dashboard is no longer on hold: incident 4711.\n',
  });
  expect(await cli.slipway(deploy)).toMatchObject({ code: 0 });
  const { entries } = JSON.parse(await prepare('journal', ...DASHBOARD, '--json')) as JournalPage;
  expect(entries.map(({ title, kind, state, why }) => [title, kind, state, why]).slice(1)).toEqual([
    ['End the hold of tools/dashboard: incident 4711', 'hold', 'done', 'solved'],
    ['Put tools/dashboard on hold', 'hold', 'done', 'incident 4711'],
  ]);
});

it('ledger export prints an item of others whose number JavaScript cannot hold, and the other items', async () => {
  const dynamodb = new DynamoDBClient(cli.sandbox);
  const before = await prepare('ledger', 'export');
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: 'other' }, sk: { S: 'number' } },
      UpdateExpression: 'SET amount = :amount',
      // DynamoDB keeps 38 digits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
      ExpressionAttributeValues: { ':amount': { N: '12345678901234567890123456789012345678' } },
    }),
  );
  dynamodb.destroy();
  const lines = (await prepare('ledger', 'export')).trimEnd().split('\n');
  expect(lines).toHaveLength(before.trimEnd().split('\n').length + 1);
  expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual({
    pk: 'other',
    sk: 'number',
    amount: 1.2345678901234568e37,
  });
});

it('the services of a cluster are listed with the hold of the cluster', async () => {
  await prepare('hold', '-c', 'tools', '--why', 'sale');
  const { out } = await cli.slipway(['status', '-c', 'tools']);
  expect(out).toMatch(/^The cluster is on hold: sale .*\n\nSERVICE /);
  await prepare('unhold', '-c', 'tools');
  expect((await cli.slipway(['status', '-c', 'tools'])).out).toMatch(/^SERVICE /);
});

it('a deploy with --wait-lock waits until another release gives the lock back, and plans again', async () => {
  const { endpoint, credentials, region } = cli.sandbox;
  const dynamodb = new DynamoDBClient({ endpoint, credentials, region });
  const { pk, sk } = lockKey({ region, cluster: 'tools', service: 'dashboard' });
  const update = (until: number) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: 'SET holder = :id, #until = :until, #since = :since, host = :host, what = :what',
        ExpressionAttributeNames: { '#until': 'until', '#since': 'since' },
        ExpressionAttributeValues: {
          ':id': { S: 'release-of-ana' },
          ':until': { N: String(until) },
          ':since': { S: new Date().toISOString() },
          ':host': { S: 'ci-7' },
          ':what': { S: 'deploy: 5.2.1' },
        },
      }),
    );
  await update(Date.now() + 3_600_000);
  expect(await cli.slipway(['deploy', ...DASHBOARD, '--desired', '3'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /tools\/dashboard is locked: deploy: 5\.2\.1[\s\S]* --wait-lock waits for it\./,
    ),
  });
  let givenBack: Promise<unknown> | undefined;
  const { code, err } = await cli.slipway(
    ['deploy', ...DASHBOARD, '--desired', '3', '--wait-until', 'accepted', '--wait-lock', '10m'],
    {
      onErr(text) {
        if (text.includes('Waiting for the lock: 1 of 1')) givenBack ??= update(0);
      },
    },
  );
  await givenBack;
  const { entries } = JSON.parse(await prepare('journal', ...DASHBOARD, '--json')) as JournalPage;
  // What was refused before it waited is none: nothing was sent.
  expect(entries.filter(({ state }) => state !== 'done')).toEqual([]);
  await update(Date.now() + 3_600_000);
  const status = await prepare('status', ...DASHBOARD);
  expect(status).toMatch(/Locked: deploy: 5\.2\.1.* on ci-7, /);
  await update(0);
  dynamodb.destroy();
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(
      /is locked: deploy: 5\.2\.1[\s\S]*Waiting for the lock: 1 of 1[\s\S]*The lock is reserved for this command\. The plan is made again\./,
    ),
  });
  // The turn of this command is no lock that refuses it.
  expect(err.split('The plan is made again')[1]).not.toContain('is locked');
});

it('where two people release, a new revision is registered and shared without a typed name, and a task needs one', async () => {
  await addRule({
    cluster: 'tools',
    confirm: 'name',
    approvals: 'two-people',
    ledger: { table: TABLE },
  });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-two-'));
  const ecs = new ECSClient(cli.sandbox);
  const registered = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'dashboard' }));
  ecs.destroy();
  await writeFile(join(folder, 'task.json'), JSON.stringify(registered));
  const deploy = ['deploy', ...DASHBOARD, '--file', 'task.json', '-i', 'dashboard:5.2.1'];
  const shared = await cli.slipway(deploy, { folder });
  const task = await cli.slipway(['run', ...DASHBOARD, '--command', 'true'], { folder });
  await rm(folder, { recursive: true });
  expect(shared).toMatchObject({ code: 5, out: expect.stringContaining('waits for a second person until') });
  expect(task.err).toContain('Add --confirm dashboard');
});
