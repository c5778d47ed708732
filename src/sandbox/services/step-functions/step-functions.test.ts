import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createStateMachines } from './state-machines.ts';
import { createStepFunctions } from './step-functions.ts';

const roleArn = 'arn:aws:iam::123456789012:role/states';
const definitionOf = (state: string): string =>
  JSON.stringify({ StartAt: state, States: { [state]: { Type: 'Succeed' } } });

let api: TestApi;
let client: SFNClient;
beforeAll(async () => {
  const machines = createStateMachines();
  const now = () => new Date('2026-01-01T00:00:00Z');
  api = await startTestApi({ json: [createStepFunctions(() => machines, now)] });
  client = new SFNClient(api.config);
});
afterAll(() => api.close());

it('Step Functions keeps definitions, and those of versions unchanged', async () => {
  const definition = definitionOf('First');
  const { stateMachineArn, stateMachineVersionArn } = await client.send(
    new CreateStateMachineCommand({ name: 'versions', roleArn, definition, publish: true }),
  );
  await client.send(
    new UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf('Second'), publish: true }),
  );
  const { stateMachineVersions } = await client.send(
    new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1 }),
  );
  expect(stateMachineVersions).toMatchObject([{ stateMachineVersionArn: `${stateMachineArn}:2` }]);
  const first = new DescribeStateMachineCommand({ stateMachineArn: stateMachineVersionArn });
  expect(await client.send(first)).toMatchObject({ definition, name: 'versions', status: 'ACTIVE' });
  const current = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(current.definition).toBe(definitionOf('Second'));

  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await expect(client.send(first)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});

it('Step Functions lists in pages, and creates the same state machine once', async () => {
  const arns = await Promise.all(
    ['one', 'one', 'two', 'three'].map(async (name) => {
      const command = new CreateStateMachineCommand({ name, roleArn, definition: definitionOf('Only') });
      return (await client.send(command)).stateMachineArn;
    }),
  );
  expect(new Set(arns).size).toBe(3);
  const { stateMachines = [], nextToken } = await client.send(
    new ListStateMachinesCommand({ maxResults: 2 }),
  );
  const rest = await client.send(new ListStateMachinesCommand({ nextToken }));
  const names = [...stateMachines, ...(rest.stateMachines ?? [])].map(({ name }) => name);
  expect(names).toEqual(['one', 'three', 'two']);
});

it.each(['with space', 'a/b', 'a:b', 'what?', 'a$b', 'tab\there', 'a{b}', 'quote"'])(
  'Step Functions refuses the name %j of a state machine',
  async (name) => {
    const create = new CreateStateMachineCommand({ name, roleArn, definition: definitionOf('Only') });
    await expect(client.send(create)).rejects.toMatchObject({ name: 'InvalidName' });
  },
);

it('Step Functions refuses an invalid definition, and reading one encrypted with a denied key', async () => {
  const definition = definitionOf('Secret');
  await expect(
    client.send(new CreateStateMachineCommand({ name: 'bad', roleArn, definition: '{}' })),
  ).rejects.toMatchObject({ name: 'InvalidDefinition' });
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: 'secret',
      roleArn,
      definition,
      encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/denied' },
    }),
  );
  const describe = new DescribeStateMachineCommand({ stateMachineArn });
  await expect(client.send(describe)).rejects.toThrow(/not authorized to perform: kms:Decrypt/);
});
