import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Filter,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';
import { createSecrets } from './secrets.ts';
import { createSecretsManager } from './secrets-manager.ts';

const DAY = 86_400_000;
const NOT_FOUND = "Secrets Manager can't find the specified secret.";
const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });

let api: TestApi;
let client: SecretsManagerClient;
beforeAll(async () => {
  const secrets = createSecrets();
  api = await startTestApi({
    json: [
      createSecretsManager(
        () => secrets,
        () => clock.now(),
      ),
    ],
  });
  client = new SecretsManagerClient(api.config);
});
afterAll(() => api.close());

const create = (Name: string) => client.send(new CreateSecretCommand({ Name, SecretString: 'first' }));
const read = (SecretId: string, VersionStage?: string) =>
  client.send(new GetSecretValueCommand({ SecretId, VersionStage }));

it('a secret is found by its name, its ARN, and its ARN without the six characters', async () => {
  const { ARN = '' } = await create('shop/db');
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:shop\/db-[A-Za-z0-9]{6}$/);
  for (const id of ['shop/db', ARN, ARN.slice(0, -7)]) {
    expect(await read(id)).toMatchObject({ ARN, Name: 'shop/db', SecretString: 'first' });
  }
  await expect(read(ARN.replace('shop/db', 'shop/d'))).rejects.toThrow(NOT_FOUND);
  await expect(read(`${ARN.slice(0, -6)}AAAAAA`)).rejects.toBeInstanceOf(ResourceNotFoundException);
});

it('the stages of a secret move to the newest value', async () => {
  const { VersionId: first = '' } = await create('staged');
  const put = new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'second' });
  const { VersionId: second = '' } = await client.send(put);
  expect(await read('staged')).toMatchObject({ SecretString: 'second', VersionStages: ['AWSCURRENT'] });
  expect(await read('staged', 'AWSPREVIOUS')).toMatchObject({ SecretString: 'first' });

  await client.send(new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'third' }));
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'staged' }));
  expect(VersionIdsToStages).not.toHaveProperty(first);
  expect(VersionIdsToStages?.[second]).toEqual(['AWSPREVIOUS']);
  await expect(read('staged', 'MINE')).rejects.toThrow(
    "Secrets Manager can't find the specified secret value for staging label: MINE",
  );
});

it('a secret marked for deletion can be restored until its window is over', async () => {
  await create('leaving');
  const remove = new DeleteSecretCommand({ SecretId: 'leaving', RecoveryWindowInDays: 7 });
  const goneAt = new Date(clock.now().getTime() + 7 * DAY);
  expect(await client.send(remove)).toMatchObject({ DeletionDate: goneAt });
  await expect(read('leaving')).rejects.toThrow(
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
  const describe = new DescribeSecretCommand({ SecretId: 'leaving' });
  expect(await client.send(describe)).toMatchObject({ DeletedDate: goneAt });
  const listed = async (IncludePlannedDeletion: boolean) => {
    const { SecretList = [] } = await client.send(new ListSecretsCommand({ IncludePlannedDeletion }));
    return SecretList.map(({ Name }) => Name);
  };
  expect(await listed(true)).toContain('leaving');
  expect(await listed(false)).not.toContain('leaving');

  await client.send(new RestoreSecretCommand({ SecretId: 'leaving' }));
  expect(await read('leaving')).toMatchObject({ SecretString: 'first' });
  await client.send(remove);
  clock.advance(7 * DAY);
  await expect(client.send(describe)).rejects.toThrow(NOT_FOUND);
  await expect(create('leaving')).resolves.toMatchObject({ Name: 'leaving' });
});

it('a secret that is created again with the same token and value is not created twice', async () => {
  const request = { Name: 'repeated', ClientRequestToken: '0b1c2d3e-0000-4000-8000-000000000001' };
  const first = await client.send(new CreateSecretCommand({ ...request, SecretString: 'once' }));
  const again = await client.send(new CreateSecretCommand({ ...request, SecretString: 'once' }));
  expect(again).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId });
  await expect(
    client.send(new CreateSecretCommand({ ...request, SecretString: 'other' })),
  ).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

describe('a list of secrets', () => {
  beforeAll(async () => {
    const secrets = [
      { Name: 'filtered/api', Description: 'Key of the payment provider' },
      { Name: 'filtered/db', Tags: [{ Key: 'Team', Value: 'Checkout' }] },
    ];
    for (const each of secrets) await client.send(new CreateSecretCommand({ ...each, SecretString: 'x' }));
  });

  const OURS: Filter = { Key: 'name', Values: ['filtered/'] };
  const BOTH = ['filtered/api', 'filtered/db'];
  it.each<[string, Filter, readonly string[]]>([
    ['the beginning of the name', { Key: 'name', Values: ['filtered/d', 'filtered/a'] }, BOTH],
    ['the name as it is written', { Key: 'name', Values: ['Filtered'] }, []],
    ['a name that it must not have', { Key: 'name', Values: ['!filtered/d'] }, ['filtered/api']],
    ['the beginning of the description', { Key: 'description', Values: ['key of'] }, ['filtered/api']],
    ['a tag key', { Key: 'tag-key', Values: ['Team'] }, ['filtered/db']],
    ['a tag value', { Key: 'tag-value', Values: ['Check'] }, ['filtered/db']],
    ['words anywhere', { Key: 'all', Values: ['CHECKOUT db'] }, ['filtered/db']],
    ['its region of origin', { Key: 'primary-region', Values: ['eu-west-1'] }, []],
  ])('is filtered by %s', async (_what, filter, names) => {
    const { SecretList } = await client.send(new ListSecretsCommand({ Filters: [OURS, filter] }));
    expect(SecretList?.map(({ Name }) => Name)).toEqual(names);
  });
});

it('Secrets Manager refuses what it refuses in AWS', async () => {
  await create('taken');
  await expect(create('taken')).rejects.toMatchObject({
    name: 'ResourceExistsException',
    message: 'The operation failed because the secret taken already exists.',
  });
  const force = { SecretId: 'taken', ForceDeleteWithoutRecovery: true };
  await expect(
    client.send(new DeleteSecretCommand({ ...force, RecoveryWindowInDays: 7 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await client.send(new DeleteSecretCommand(force));
  await expect(read('taken')).rejects.toThrow(NOT_FOUND);
});
