import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { createSteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { BY_NAME } from '../testing/environments.ts';
import { SCHEMA_KEY } from './ledger-keys.ts';
import { createLedgers, type Ledger } from './ledger-table.ts';

const START = new Date('2026-03-01T00:00:00Z');
const KEY = { pk: 'service#us-east-1#shop#web', sk: 'lock' };
const WEB = { region: 'us-east-1', cluster: 'shop', service: 'web' };

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

async function open(
  options: {
    deniedActions?: readonly string[];
    keys?: readonly string[];
    requestMs?: number;
    isMarked?: boolean;
  } = {},
) {
  const clock = createSteppedClock({ start: START });
  const { keys = ['pk', 'sk'], requestMs, isMarked = true, ...rest } = options;
  sandbox = await startSandbox({ scenario: 'empty', wall: () => clock.now(), ...rest });
  const { aws, scope } = await awsAtEndpoint(sandbox);
  await aws.dynamodb(scope, 'clicked').send(
    new CreateTableCommand({
      TableName: 'slipway-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const mark = () =>
    aws
      .dynamodb(scope, 'clicked')
      .send(
        new PutItemCommand({ TableName: 'slipway-ledger', Item: marshall({ ...SCHEMA_KEY, version: 1 }) }),
      );
  if (isMarked) await mark();
  const find = () => ({ account: { id: 'test', name: 'test', kind: 'sandbox' } }) as never;
  // An hour before the time of AWS.
  const ownClock = { now: () => new Date(clock.now().getTime() - 3_600_000) };
  const ledgers = createLedgers({
    accounts: { find },
    aws,
    environments: BY_NAME,
    clock: ownClock,
    requestMs,
  });
  const ledger = (table = 'slipway-ledger'): Ledger => ledgers.open('test', { table, region: scope.region });
  return { ledgers, ledger: ledger(), ledgerOf: ledger, clock, mark };
}

it('a conditional write that is refused answers the item that is there', async () => {
  const { ledger } = await open();
  const first = { expression: 'attribute_not_exists(pk)' };
  const key = KEY;
  expect(await ledger.put({ ...key, owner: 'ada', token: 1 }, first)).toEqual({
    kind: 'written',
    item: undefined,
  });
  const again = await ledger.put({ ...key, owner: 'ben', token: 1 }, first);
  expect(again).toEqual({ kind: 'refused', found: { ...key, owner: 'ada', token: 1 } });
  const change = {
    expression: 'SET #owner = :owner',
    names: { '#owner': 'owner' },
    values: { ':owner': 'ben' },
  };
  const held = { expression: '#token = :token', names: { '#token': 'token' }, values: { ':token': 1 } };
  expect(await ledger.update(key, change, held)).toMatchObject({ kind: 'written', item: { owner: 'ben' } });
  const where = { expression: 'pk = :pk', values: { ':pk': key.pk } };
  expect((await ledger.query({ where })).items).toMatchObject([{ owner: 'ben', token: 1 }]);
  expect(await ledger.remove(key, held)).toMatchObject({ kind: 'written' });
  expect(await ledger.get(key)).toBeUndefined();
});

it('its time is the time of AWS, however wrong the clock of this machine is', async () => {
  const { ledger, clock } = await open();
  await ledger.get(KEY);
  clock.advance(60_000);
  const difference = ledger.ledgerTime().getTime() - clock.now().getTime();
  expect(Math.abs(difference)).toBeLessThan(1_000);
});

it('writes nothing to a table with the keys of a ledger that was not made one, until it is', async () => {
  const { ledger, mark } = await open({ isMarked: false });
  const written = sandbox?.calls().length;
  await expect(ledger.put({ ...KEY, owner: 'ada' })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(
      'slipway-ledger in us-east-1 of test, because it does not say that it is a ledger',
    ),
  });
  expect(await ledger.get(KEY)).toBeUndefined();
  expect(
    sandbox
      ?.calls()
      .slice(written)
      .map(({ operation }) => operation),
  ).not.toContain('PutItem');
  await mark();
  expect(await ledger.put({ ...KEY, owner: 'ada' })).toMatchObject({ kind: 'written' });
});

it('says which right is missing, and that there is no table', async () => {
  const { ledger, ledgerOf } = await open({ deniedActions: ['dynamodb:DeleteItem'] });
  await expect(ledger.remove(KEY)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('the ledger slipway-ledger in us-east-1'),
    detail: { action: 'dynamodb:DeleteItem' },
  });
  await expect(ledgerOf('nowhere').get(KEY)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('There is no table nowhere in us-east-1'),
  });
});

it('says that a table has other keys than a ledger', async () => {
  const { ledger } = await open({ keys: ['id'], isMarked: false });
  const refused = { code: 'CONFLICT', message: expect.stringContaining('does not take what Slipway writes') };
  await expect(ledger.get(KEY)).rejects.toMatchObject(refused);
  await expect(ledger.put({ ...KEY })).rejects.toMatchObject(refused);
});

it('a region that does not answer holds nobody up for longer than its time', async () => {
  const { ledger } = await open({ requestMs: 20 });
  sandbox?.setFaults({ late: { share: 1, milliseconds: 2_000 }, of: 'DynamoDB' });
  const silent = {
    code: 'TIMEOUT',
    message: expect.stringContaining('slipway-ledger in us-east-1 did not answer within 0.02 seconds'),
  };
  await expect(ledger.get(KEY)).rejects.toMatchObject(silent);
  await expect(ledger.put({ ...KEY, owner: 'ada' })).rejects.toMatchObject(silent);
});

it('no rule, no ledger: nothing is opened and nothing is sent', async () => {
  const { ledgers } = await open();
  const before = sandbox?.calls().length;
  expect(ledgers.ledgerOf({ account: 'test', ...WEB })).toBeUndefined();
  expect(sandbox?.calls()).toHaveLength(before ?? 0);
});
