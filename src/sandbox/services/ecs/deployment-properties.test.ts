import type { Task } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BEHAVIOURS,
  PROPERTY_TIMEOUT_MS,
  propertyRuns,
  startRandomService,
} from '../../testing/random-service.ts';
import { taskBounds } from './simulation/rolling-bounds.ts';

const BREAKER = { enable: true, rollback: true } as const;
const ENDS: readonly (string | undefined)[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

const isRunning = ({ lastStatus }: Task): boolean => lastStatus === 'RUNNING';

it(
  'keeps within its bounds at every moment, whatever the images do, and keeps its digests',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 100, max: 300 }),
        fc.array(fc.record({ behaviour: fc.constantFrom(...BEHAVIOURS), seconds: fc.nat(400) }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (desiredCount, minimumHealthyPercent, maximumPercent, releases) => {
          // ECS refuses both at once, because nothing could move then.
          fc.pre(minimumHealthyPercent < 100 || maximumPercent > 100);
          const deploymentConfiguration = {
            minimumHealthyPercent,
            maximumPercent,
            deploymentCircuitBreaker: BREAKER,
          };
          const service = startRandomService({ desiredCount, deploymentConfiguration });
          await service.create();
          const { least, most } = taskBounds(desiredCount, deploymentConfiguration);
          const digests = new Map<string, string | undefined>();

          for (const { behaviour, seconds } of releases) {
            await service.register(behaviour);
            await service.update({ taskDefinition: 'web' });
            const until = service.clock.now().getTime() + seconds * 1000;
            while (service.clock.now().getTime() < until && service.clock.step()) {
              const tasks = await service.tasks();
              expect(tasks.length).toBeLessThanOrEqual(most);
              // No image here fails once it is healthy, so only a deployment can take running tasks away.
              expect(tasks.filter(isRunning).length).toBeGreaterThanOrEqual(least);
              for (const { startedBy = '', containers } of tasks) {
                const digest = containers?.[0]?.imageDigest;
                if (!digests.has(startedBy)) digests.set(startedBy, digest);
                expect(digest).toBe(digests.get(startedBy));
              }
            }
          }
        },
      ),
      propertyRuns(60),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

/** Anything that somebody may do to a service while it is deployed. */
const command = fc.oneof(
  fc.record({ kind: fc.constant('scale' as const), desiredCount: fc.nat(8) }),
  fc.record({ kind: fc.constant('release' as const), behaviour: fc.constantFrom(...BEHAVIOURS) }),
  fc.record({ kind: fc.constant('force' as const) }),
  fc.record({ kind: fc.constant('stop-tasks' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('stop' as const), stopType: fc.constantFrom('ROLLBACK', 'ABORT') }),
);

it(
  'ends every deployment that the circuit breaker watches, and never has more tasks than it may',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.tuple(command, fc.nat(300)), { minLength: 1, maxLength: 8 }),
        async (desiredCount, commands) => {
          const deploymentConfiguration = {
            minimumHealthyPercent: 50,
            maximumPercent: 200,
            deploymentCircuitBreaker: BREAKER,
          };
          const service = startRandomService({ desiredCount, deploymentConfiguration });
          await service.create();
          let largest = desiredCount;
          for (const [each, seconds] of commands) {
            if (each.kind === 'scale') {
              largest = Math.max(largest, each.desiredCount);
              await service.update({ desiredCount: each.desiredCount });
            } else if (each.kind === 'release') {
              await service.register(each.behaviour);
              await service.update({ taskDefinition: 'web' });
            } else if (each.kind === 'force') {
              await service.update({ forceNewDeployment: true });
            } else if (each.kind === 'stop-tasks') {
              for (const { taskArn } of (await service.tasks()).slice(0, each.count)) {
                await service.call('StopTask', { task: taskArn });
              }
            } else {
              await stopDeployment(service, each.stopType);
            }
            service.clock.advance(seconds * 1000);
            expect((await service.tasks()).length).toBeLessThanOrEqual(
              taskBounds(largest, deploymentConfiguration).most,
            );
          }
          service.clock.advance(3 * 60 * 60_000);
          const statuses = (await service.deployments()).map(({ status }) => status);
          expect(statuses.filter((status) => !ENDS.includes(status))).toEqual([]);
        },
      ),
      propertyRuns(150),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

/** Stops the deployment in progress; one that has ended already cannot be stopped, and that is fine. */
async function stopDeployment(
  service: ReturnType<typeof startRandomService>,
  stopType: string,
): Promise<void> {
  const [newest] = await service.deployments();
  if (newest?.status !== 'IN_PROGRESS' && newest?.status !== 'PENDING') return;
  await service.call('StopServiceDeployment', {
    serviceDeploymentArn: newest.serviceDeploymentArn,
    stopType,
  });
}
