import type { TaskDefinition } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PROPERTY_TIMEOUT_MS, propertyRuns, startRandomService } from '../../testing/random-service.ts';

const change = fc.oneof(
  fc.record({ kind: fc.constant('register' as const) }),
  fc.record({ kind: fc.constant('deregister' as const), revision: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('delete' as const), revision: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(300) }),
);

it(
  'gives each number of a family out once, in order, whatever is deregistered or deleted',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const service = startRandomService({});
        const numbers: number[] = [];
        for (const each of changes) {
          if (each.kind === 'wait') service.clock.advance(each.seconds * 1000);
          else if (each.kind === 'register') {
            await service.register('ok');
            const { taskDefinition } = await service.call('DescribeTaskDefinition', {
              taskDefinition: 'web',
            });
            numbers.push((taskDefinition as TaskDefinition).revision ?? 0);
          } else if (each.kind === 'delete') {
            await service.call('DeleteTaskDefinitions', { taskDefinitions: [`web:${each.revision}`] });
          } else {
            const taskDefinition = `web:${each.revision}`;
            // A revision that doesn't exist, or is being deleted, cannot be deregistered.
            await service.call('DeregisterTaskDefinition', { taskDefinition }).catch(() => undefined);
          }
        }
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }),
      propertyRuns(200),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
