import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startTestEcs } from '../../testing/ecs.ts';
import { refuseConcurrentRegistrations } from './simulation/registration-conflicts.ts';

it('one registration of a family is accepted at a time, next to those of other families', async () => {
  const { promise: roundTrip, resolve: answer } = Promise.withResolvers<void>();
  const test = await startTestEcs({}, [
    refuseConcurrentRegistrations(),
    async (_call, next) => {
      await roundTrip;
      return next();
    },
  ]);
  const register = (family: string) =>
    test.client.send(
      new RegisterTaskDefinitionCommand({
        family,
        containerDefinitions: [{ name: 'app', image: 'web:1.0', memory: 128 }],
      }),
    );
  const first = register('web');
  const second = register('web');
  const other = register('checkout');
  const refused = await Promise.race([
    first.catch((error: unknown) => error),
    second.catch((error: unknown) => error),
  ]);
  expect(refused).toMatchObject({
    name: 'ClientException',
    message: 'Too many concurrent attempts to create a new revision of the specified family.',
  });
  answer();
  expect((await Promise.allSettled([first, second])).map(({ status }) => status).sort()).toEqual([
    'fulfilled',
    'rejected',
  ]);
  expect((await other).taskDefinition?.revision).toBe(1);
  expect((await register('web')).taskDefinition?.revision).toBe(2);
  await test.close();
});
