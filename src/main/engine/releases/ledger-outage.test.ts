import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteTableCommand,
  DynamoDBClient,
  ScanCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { startProxy } from '../testing/killing-proxy.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const TABLE = 'slipway-ledger';
/** Nothing listens at the port of the discard protocol. */
const NOBODY = 'http://127.0.0.1:9';

let sandbox: TestSandbox;
let table: DynamoDBClient;
let root: string;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ledger-outage-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  table = new DynamoDBClient({ endpoint, region, credentials });
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  table.destroy();
  await sandbox.close();
  rmSync(root, { recursive: true, force: true });
});

interface MachineOptions {
  readonly required?: boolean;
  readonly endpoint?: string;
  /** Where DynamoDB is looked for. */
  readonly dynamodb?: string;
}

/** A Slipway on a machine of its own, whose rules name the ledger. */
async function machine({ required = false, endpoint = sandbox.endpoint, dynamodb }: MachineOptions = {}) {
  const folder = mkdtempSync(join(root, 'machine-'));
  mkdirSync(join(folder, '.aws'));
  writeFileSync(
    join(folder, '.aws', 'config'),
    `[profile test]
region = ${sandbox.region}
endpoint_url = ${endpoint}
aws_access_key_id = sandbox
aws_secret_access_key = sandbox
${dynamodb === undefined ? '' : `services = apart\n[services apart]\ndynamodb =\n  endpoint_url = ${dynamodb}\n`}`,
  );
  const ledger = `ledger: { table: ${TABLE}, required: ${required} }`;
  writeFileSync(join(folder, 'environments.yml'), `rules: [{ cluster: tools, confirm: click, ${ledger} }]`);
  const slipway = await openSlipwayWithProfiles(folder);
  open.push(slipway);
  return slipway;
}

const place = () => ({ account: 'profile:test', region: sandbox.region });
const dashboard = () => ({ ...place(), cluster: 'tools', service: 'dashboard' });

const createTable = ({ client }: Slipway) => client.call('ledger.create', { ...place(), table: TABLE });

async function release({ client }: Slipway, desiredCount: number) {
  const plan = await client.call('releases.plan', { service: dashboard(), change: { desiredCount } });
  return { plan, execute: () => client.call('releases.execute', { plan: plan.id }) };
}

/** The ids of the entries in the ledger, of releases. */
async function stored(): Promise<readonly (string | undefined)[]> {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: TABLE }));
  return Items.filter(({ pk, sk }) => pk?.S?.startsWith('service#') && sk?.S?.startsWith('entry#')).map(
    ({ id }) => id?.S,
  );
}

const updates = () => sandbox.calls().filter(({ operation }) => operation === 'UpdateService').length;
const share = ({ client }: Slipway) => client.call('ledger.share', { seconds: 30 });

it('while DynamoDB throttles, a release goes on and says that it is not locked, and its entry goes up afterwards, once', async () => {
  const one = await machine();
  await createTable(one);
  await share(one);
  sandbox.setFaults({ throttle: 1, of: 'DynamoDB' });
  const { plan, execute } = await release(one, 2);
  expect(plan.checks).toContainEqual(
    expect.objectContaining({
      result: 'unknown',
      message: "Couldn't ask the ledger for holds and the lock, so this release isn't locked",
    }),
  );
  const { id } = await execute();
  expect(updates()).toBe(1);
  const [entry] = (await one.client.call('journal.list', { limit: 1 })).entries;
  expect(entry?.steps[0]?.result).toMatch(/^without the lock of the ledger: DynamoDB throttles the ledger/);
  expect(await share(one)).toMatchObject({
    waiting: 1,
    problem: expect.stringMatching(
      /^DynamoDB throttles the ledger slipway-ledger in .*Try again in a minute/,
    ),
  });
  sandbox.setFaults(undefined);
  expect(await share(one)).toEqual({ received: 0, waiting: 0 });
  expect(await stored()).toEqual([id]);
});

it('while the region of the ledger is down, a release goes on, unless a rule requires the ledger', async () => {
  const [one, strict] = [
    await machine({ dynamodb: NOBODY }),
    await machine({ dynamodb: NOBODY, required: true }),
  ];
  await (await release(one, 2)).execute();
  expect(await share(one)).toMatchObject({
    waiting: 1,
    problem: expect.stringMatching(/Couldn't reach .*: connection refused\. Check the network/),
  });
  const { execute } = await release(strict, 3);
  await expect(execute()).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    message: expect.stringMatching(/a rule refuses releases without it\. .*connection refused/),
  });
  expect(updates()).toBe(1);
});

it('a table that is deleted in the middle of a release stops nothing, and the next one gets all entries, each once', async () => {
  const proxy = await startProxy(sandbox.endpoint, {
    async onCall(operation): Promise<'pass'> {
      if (operation === 'UpdateService' && updates() === 1) {
        await table.send(new UpdateTableCommand({ TableName: TABLE, DeletionProtectionEnabled: false }));
        await table.send(new DeleteTableCommand({ TableName: TABLE }));
      }
      return 'pass';
    },
    onAnswer: () => 'pass',
  });
  open.push(proxy);
  const one = await machine({ endpoint: proxy.endpoint });
  await createTable(one);
  const first = await (await release(one, 2)).execute();
  await share(one);
  expect(await stored()).toEqual([first.id]);

  const second = await (await release(one, 3)).execute();
  expect(updates()).toBe(2);
  const lost = await share(one);
  expect(lost.problem).toMatch(/^There is no table slipway-ledger in \S+ of test\. Create it with/);
  await createTable(one);
  expect(await share(one)).toEqual({ received: 0, waiting: 0 });
  const entries = await stored();
  expect(entries).toHaveLength(2);
  expect(new Set(entries)).toEqual(new Set([first.id, second.id]));
});
