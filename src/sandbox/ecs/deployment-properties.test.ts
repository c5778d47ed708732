import type {
  CreateServiceRequest,
  ServiceDeployment,
  Task,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CallContext } from '../aws-json/service.ts';
import { createSteppedClock } from '../clock.ts';
import type { ImageFacts, ImageSource } from '../registry/image-source.ts';
import { createEcs } from './ecs.ts';
import { taskBounds } from './rolling-bounds.ts';

const HOST = '127.0.0.1:4566';
const CALLER: CallContext = {
  accountId: '123456789012',
  region: 'us-east-1',
  principalArn: 'arn:aws:iam::123456789012:user/tester',
  endpoint: `http://${HOST}`,
};
const BEHAVIOURS = ['ok', 'crash', 'slow', 'unhealthy', 'oom', 'missing'] as const;
const BREAKER = { enable: true, rollback: true } as const;

/** A registry whose tags move all the time: each pull of one finds a new image, which is kept under its digest. */
function movingImages(): ImageSource {
  const tags = new Map<string, string>();
  return {
    resolve(reference): ImageFacts | undefined {
      const [named = '', pinned] = reference.split('@');
      const tag = pinned === undefined ? named.slice(named.lastIndexOf(':') + 1) : tags.get(pinned);
      if (tag === undefined || tag === 'missing') return undefined;
      const digest = pinned ?? `sha256:${String(tags.size).padStart(64, '0')}`;
      tags.set(digest, tag);
      return {
        digest,
        repository: 'web',
        tags: [tag],
        labels: {},
        architecture: 'amd64',
        os: 'linux',
        sizeInBytes: 1,
      };
    },
  };
}

/** The operations without HTTP, since thousands of steps are taken. */
function startService(start: Pick<CreateServiceRequest, 'desiredCount' | 'deploymentConfiguration'>) {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  const ecs = createEcs({
    clock,
    images: movingImages(),
    accountId: CALLER.accountId,
    region: CALLER.region,
    endpointHost: HOST,
  });

  async function call(name: string, input: object): Promise<Record<string, unknown>> {
    const operation = ecs.service.operations[name];
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    return { ...(await operation.run(input, CALLER)) };
  }

  async function register(behaviour: string): Promise<void> {
    const healthCheck = { command: ['CMD', 'true'] };
    const containerDefinitions = [
      { name: 'app', image: `${HOST}/web:${behaviour}`, memory: 128, healthCheck },
    ];
    await call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  }

  return {
    clock,
    register,
    async create(): Promise<void> {
      await call('CreateCluster', {});
      await register('ok');
      await call('CreateService', { serviceName: 'web', taskDefinition: 'web', ...start });
      clock.advance(600_000);
    },
    update: (changes: Omit<UpdateServiceRequest, 'service'>) =>
      call('UpdateService', { service: 'web', ...changes }),
    async tasks(): Promise<readonly Task[]> {
      const running = await call('ListTasks', { serviceName: 'web', maxResults: 100 });
      const arns = running.taskArns as readonly string[];
      if (arns.length === 0) return [];
      return (await call('DescribeTasks', { tasks: arns })).tasks as readonly Task[];
    },
    async deployments(): Promise<readonly ServiceDeployment[]> {
      const listed = await call('ListServiceDeployments', { service: 'web', maxResults: 20 });
      const arns = (listed.serviceDeployments as readonly ServiceDeployment[]).map(
        (each) => each.serviceDeploymentArn,
      );
      return (await call('DescribeServiceDeployments', { serviceDeploymentArns: arns }))
        .serviceDeployments as readonly ServiceDeployment[];
    },
  };
}

const isRunning = ({ lastStatus }: Task): boolean => lastStatus === 'RUNNING';

it('keeps within its bounds at every moment, whatever the images do', async () => {
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
        const deploymentConfiguration = {
          minimumHealthyPercent,
          maximumPercent,
          deploymentCircuitBreaker: BREAKER,
        };
        const service = startService({ desiredCount, deploymentConfiguration });
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
    { numRuns: 60 },
  );
});

it('ends every deployment that the circuit breaker watches and that has room to move', async () => {
  const update = fc.oneof(
    fc.record({ desiredCount: fc.nat(8) }),
    fc.record({ behaviour: fc.constantFrom(...BEHAVIOURS) }),
    fc.constant({ forceNewDeployment: true }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.tuple(update, fc.nat(300)), { minLength: 1, maxLength: 6 }),
      async (desiredCount, updates) => {
        const deploymentConfiguration = {
          minimumHealthyPercent: 50,
          maximumPercent: 200,
          deploymentCircuitBreaker: BREAKER,
        };
        const service = startService({ desiredCount, deploymentConfiguration });
        await service.create();
        for (const [change, seconds] of updates) {
          if ('behaviour' in change) {
            await service.register(change.behaviour);
            await service.update({ taskDefinition: 'web' });
          } else {
            await service.update(change);
          }
          service.clock.advance(seconds * 1000);
        }
        service.clock.advance(3 * 60 * 60_000);
        const statuses = (await service.deployments()).map(({ status }) => status);
        const ends = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];
        expect(statuses.filter((status) => !ends.includes(status ?? ''))).toEqual([]);
      },
    ),
    { numRuns: 250 },
  );
});
