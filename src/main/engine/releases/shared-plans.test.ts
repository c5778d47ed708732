import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { SharedPlan } from '../../../shared/model/shared-plan.ts';
import { SCHEMA_KEY } from '../ledger/ledger-keys.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const RULES = (more: string) => `
rules:
  - cluster: tools
    confirm: click
    approvals: two-people
${more}`;
const LEDGER = `
    ledger: { table: slipway-ledger }
    ticket: "[A-Z]+-\\\\d+"
`;

interface Person extends Slipway {
  readonly place: { readonly account: string; readonly region: string; readonly cluster: string };
  plan(tag: string, change?: Change): Promise<string>;
  share(plan: string): Promise<SharedPlan>;
}

let sandbox: TestSandbox;
let root: string;
const people: Person[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'two-people-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  const keys = (names: readonly [string, string]) =>
    names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }) as const);
  const client = new DynamoDBClient({ endpoint, region, credentials });
  await client.send(
    new CreateTableCommand({
      TableName: 'slipway-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'dpk', 'dsk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: keys(['pk', 'sk']),
      GlobalSecondaryIndexes: [
        { IndexName: 'byDay', KeySchema: keys(['dpk', 'dsk']), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
  const Item = marshall({ ...SCHEMA_KEY, version: 1, leastWriter: 1 });
  await client.send(new PutItemCommand({ TableName: 'slipway-ledger', Item }));
  client.destroy();
});
afterEach(async () => {
  for (const person of people.splice(0)) await person.close();
  await sandbox.close();
  rmSync(root, { recursive: true, force: true });
});

/** Somebody with a session of the role deployer, on a machine of their own. */
async function open(name: string, rules = RULES(LEDGER)): Promise<Person> {
  const { endpoint, region, credentials } = sandbox;
  const sts = new STSClient({ endpoint, region, credentials });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/deployer', RoleSessionName: name }),
  );
  sts.destroy();
  const folder = mkdtempSync(join(root, `${name}-`));
  mkdirSync(join(folder, '.aws'));
  writeFileSync(
    join(folder, '.aws', 'config'),
    `[profile ${name}]
region = ${region}
endpoint_url = ${endpoint}
aws_access_key_id = ${Credentials?.AccessKeyId}
aws_secret_access_key = ${Credentials?.SecretAccessKey}
aws_session_token = ${Credentials?.SessionToken}
`,
  );
  writeFileSync(join(folder, 'environments.yml'), rules);
  const slipway = await openSlipwayWithProfiles(folder);
  const { client } = slipway;
  const place = { account: `profile:${name}`, region, cluster: 'tools' };
  const person: Person = {
    ...slipway,
    place,
    async plan(tag, change = {}) {
      const image = `${new URL(endpoint).host}/dashboard:${tag}`;
      const { id } = await client.call('releases.plan', {
        service: { ...place, service: 'dashboard' },
        change: { images: [{ container: 'app', image }], ...change },
      });
      return id;
    },
    share: (plan) => client.call('releases.share', { plan, why: 'OPS-47: the fix of the login' }),
  };
  people.push(person);
  return person;
}

const updates = () => sandbox.calls().filter(({ operation }) => operation === 'UpdateService').length;

describe('a plan that needs two people', () => {
  it('is executed by another person, once, and the journal has both', async () => {
    const mira = await open('mira');
    const ana = await open('ana');
    const plan = await mira.plan('5.2.1');
    await expect(mira.client.call('releases.execute', { plan, why: 'OPS-47' })).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('A second person has to execute this plan'),
    });
    const shared = await mira.share(plan);
    expect(shared).toMatchObject({
      id: plan,
      title: 'Deploy dashboard:5.2.1 to dashboard',
      host: hostname(),
    });

    const [waiting, ...more] = await ana.client.call('releases.shared', ana.place);
    expect(more).toEqual([]);
    expect(waiting).toEqual({ ...shared, service: { ...ana.place, service: 'dashboard' } });
    const opened = await ana.client.call('releases.openShared', { ...ana.place, plan });
    expect(opened.differences).toEqual([]);
    expect(opened.plan).toMatchObject({ canExecute: true, title: shared.title });
    const made = opened.plan?.id ?? '';
    const twice = await ana.client.call('releases.openShared', { ...ana.place, plan });
    const release = await ana.client.call('releases.execute', { plan: made });
    expect(updates()).toBe(1);

    const { entries } = await ana.client.call('journal.list', { limit: 5 });
    expect(entries.find(({ id }) => id === release.id)).toMatchObject({
      plannedBy: `mira on ${hostname()}`,
      callerIdentity: 'ana',
      why: 'OPS-47: the fix of the login',
    });
    expect(await mira.client.call('releases.shared', mira.place)).toEqual([]);
    await expect(ana.client.call('releases.execute', { plan: twice.plan?.id ?? '' })).rejects.toMatchObject({
      code: 'STALE_PLAN',
    });
    await expect(ana.client.call('releases.openShared', { ...ana.place, plan })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/was already executed by ana on .* at [-\d]+ [:\d]+ UTC/),
    });
    await expect(mira.client.call('releases.withdrawShared', { ...mira.place, plan })).rejects.toMatchObject({
      message: expect.stringMatching(/was already executed by ana on/),
    });
    expect(updates()).toBe(1);
  });

  it('is not executed by the person who planned it, nor by another session that a program named', async () => {
    const mira = await open('mira');
    const plan = await mira.plan('5.2.1');
    await mira.share(plan);
    for (const person of [mira, await open('slipway-1796000000000')]) {
      const opened = await person.client.call('releases.openShared', { ...person.place, plan });
      expect(opened.plan?.canExecute).toBe(false);
      await expect(
        person.client.call('releases.execute', { plan: opened.plan?.id ?? '' }),
      ).rejects.toMatchObject({ message: expect.stringContaining('another person has to execute it') });
    }
    expect(updates()).toBe(0);
  });

  it('is withdrawn while it waits, and whoever opens or executes it is told by whom', async () => {
    const [mira, ana] = [await open('mira'), await open('ana')];
    const plan = await mira.plan('5.2.1');
    await mira.share(plan);
    const opened = await ana.client.call('releases.openShared', { ...ana.place, plan });
    expect(await mira.client.call('releases.withdrawShared', { ...mira.place, plan })).toMatchObject({
      id: plan,
    });
    expect(await ana.client.call('releases.shared', ana.place)).toEqual([]);
    const withdrawn = {
      code: 'CONFLICT',
      message: expect.stringMatching(
        /^The plan was withdrawn by mira on .* at .* UTC\. Ask for a new one\.$/,
      ),
    };
    await expect(ana.client.call('releases.execute', { plan: opened.plan?.id ?? '' })).rejects.toMatchObject(
      withdrawn,
    );
    await expect(ana.client.call('releases.openShared', { ...ana.place, plan })).rejects.toMatchObject(
      withdrawn,
    );
    await expect(ana.client.call('releases.withdrawShared', { ...ana.place, plan })).rejects.toMatchObject(
      withdrawn,
    );
    // The journal has it, on the machine of the other person too, and not what was refused.
    const ofService = { subject: 'dashboard', cluster: 'tools', kind: 'withdrawal', limit: 5 } as const;
    await ana.client.call('ledger.sync', { place: { ...ana.place, service: 'dashboard' } });
    for (const { client } of [mira, ana]) {
      expect((await client.call('journal.list', ofService)).entries).toMatchObject([
        {
          title: 'Withdraw the plan “Deploy dashboard:5.2.1 to dashboard”',
          callerIdentity: 'mira',
          plannedBy: `mira on ${hostname()}`,
          steps: [{ operation: 'UpdateItem', state: 'done', result: `plan ${plan}` }],
          state: 'done',
        },
      ]);
    }
    expect(updates()).toBe(0);
  });

  it('says what is different when the service has changed, and sends nothing', async () => {
    const mira = await open('mira');
    const plan = await mira.plan('5.2.1');
    await mira.share(plan);
    const ana = await open('ana');
    const before = await ana.client.call('releases.openShared', { ...ana.place, plan });
    const other = await open('kim', 'rules: [{ cluster: tools, confirm: click }]');
    await other.client.call('releases.execute', {
      plan: await other.plan('5.2.0', { forceNewDeployment: true }),
    });
    const opened = await ana.client.call('releases.openShared', { ...ana.place, plan });
    expect(opened.plan).toBeUndefined();
    expect(opened.differences).toEqual([
      expect.stringMatching(/^The service runs dashboard:\d+ now; the plan was/),
    ]);
    await expect(ana.client.call('releases.execute', { plan: before.plan?.id ?? '' })).rejects.toMatchObject({
      code: 'STALE_PLAN',
    });
    expect(updates()).toBe(1);
  });

  it('is not shared without the ticket, nor with values of variables, which never go into the ledger', async () => {
    const mira = await open('mira');
    const plan = await mira.plan('5.2.1');
    await expect(mira.client.call('releases.share', { plan, why: 'soon' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('asks for a ticket that matches [A-Z]+-\\d+'),
    });
    const environment = [{ container: 'app', set: [{ name: 'TOKEN', value: 'a-secret-value' }] }];
    await expect(mira.share(await mira.plan('5.2.1', { environment }))).rejects.toMatchObject({
      message: expect.stringContaining('values never go into the ledger'),
    });
    const { endpoint, region, credentials } = sandbox;
    const table = new DynamoDBClient({ endpoint, region, credentials });
    const Key = { pk: { S: `plan#${plan}` }, sk: { S: 'plan' } };
    expect((await table.send(new GetItemCommand({ TableName: 'slipway-ledger', Key }))).Item).toBeUndefined();
    table.destroy();
  });

  it('cannot be shared without a ledger, and says how to turn it on', async () => {
    const before = sandbox.calls().length;
    const mira = await open('mira', RULES(''));
    const plan = await mira.plan('5.2.1');
    await expect(mira.share(plan)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('Set `ledger` for the cluster'),
    });
    await expect(mira.client.call('releases.execute', { plan })).rejects.toMatchObject({
      message: expect.stringContaining('no ledger is set to share it'),
    });
    const sent = sandbox
      .calls()
      .slice(before)
      .map(({ operation }) => operation);
    expect(sent.filter((operation) => /^(?:Put|Update|Get)Item$|^Query$/.test(operation))).toEqual([]);
  });

  it('cannot be shared with a ledger of the service alone, where nobody would find it', async () => {
    const ledger = 'ledger: { table: slipway-ledger }';
    const ana = await open(
      'ana',
      `rules: [{ service: dashboard, environment: staging, approvals: two-people, ${ledger} }]`,
    );
    await expect(ana.plan('5.2.1').then((made) => ana.share(made))).rejects.toMatchObject({
      message: expect.stringContaining('No ledger is set for the cluster tools'),
    });
  });
});
