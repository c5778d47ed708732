import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
  const containerDefinitions = [{ name: 'app', image: 'public.ecr.aws/shop/web:1.0', memory: 128 }];
  await test.client.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
});
afterAll(() => test.close());

describe('DeregisterTaskDefinition', () => {
  it.each([
    ['a family without a revision', 'web', 'Revision is missing.'],
    ['a revision that is no number', 'web:foo', 'Invalid revision number. Number: foo'],
  ])('refuses %s', async (_what, taskDefinition, message) => {
    const call = test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    await expect(call).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });
});

describe('DeleteTaskDefinitions', () => {
  const remove = (taskDefinitions: string[]) =>
    test.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));

  it.each([
    [
      'web',
      'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.',
    ],
    [
      'web:9',
      'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
    ],
    [
      'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
      'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
    ],
  ])('says why it did not delete %s', async (arn, reason) => {
    expect((await remove([arn])).failures).toEqual([{ arn, reason }]);
  });

  it('takes from one to ten revisions', async () => {
    await expect(remove([])).rejects.toThrow('size of TaskDefinition references list must be greater than 0');
    await expect(remove(Array<string>(11).fill('web:1'))).rejects.toThrow(
      'Size of TaskDefinition references list cannot exceed 10',
    );
  });
});
