import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { TestClock } from '../../../sandbox/testing/clock.ts';
import { openTestRegistry, type TestRegistry } from '../../../sandbox/testing/registry.ts';
import type { CleanupJob } from '../../../shared/model/cleanup.ts';
import { type ImageCleanupPlan, ImageCleanupPolicy } from '../../../shared/model/image-cleanup.ts';
import type { CleanupJobs } from '../cleanup/cleanup-jobs.ts';
import { type CleanupEngine, openCleanupEngine } from './cleanup-engine.ts';
import { aCall } from './release-engine.ts';

/** An account with the cluster `main` and the repository `web`, and clean-ups over it. */
export interface ImageEngine {
  readonly engine: CleanupEngine;
  readonly jobs: CleanupJobs;
  readonly cleanup: ReturnType<CleanupEngine['handlers']>;
  readonly registry: TestRegistry;
  /** Pushes an image to `web`; answers its digest. */
  push(tag: string, more?: object): Promise<string>;
  /** The address of an image of `web`: a tag, or a digest after `@`. */
  at(tagOrDigest: string): string;
  /** Registers a revision that names images; answers its ARN. */
  register(family: string, ...images: readonly string[]): Promise<string>;
  serve(service: string, taskDefinition: string): Promise<void>;
  deploy(service: string, taskDefinition: string): Promise<void>;
  /** Of `web`, keeping the newest one unless told otherwise. `chosen`: only these images, by digest. */
  plan(policy?: Partial<ImageCleanupPolicy>, chosen?: string[]): Promise<ImageCleanupPlan>;
  /** Executes a plan to its end. */
  run(plan: ImageCleanupPlan): Promise<CleanupJob>;
  /** The digests that are in `web`. */
  present(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const REPOSITORY = 'web';
const CLUSTER = 'main';
export async function openImageEngine(): Promise<ImageEngine> {
  const engine = await openCleanupEngine('empty');
  const registry = oneSecondApart(
    await openTestRegistry(engine.sandbox, [{ repositoryName: REPOSITORY }]),
    engine.sandbox.clock,
  );
  await engine.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const jobs = engine.openJobs();
  const cleanup = engine.handlers(jobs);
  return {
    engine,
    jobs,
    cleanup,
    registry,
    push: (tag, more) => registry.pushImage(REPOSITORY, tag, `image ${tag}`, more),
    at: (name) => `${engine.registry}/${REPOSITORY}${name.startsWith('@') ? '' : ':'}${name}`,
    async register(family, ...images) {
      const { taskDefinition } = await engine.ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: images.map((image, index) => ({ name: `c${index}`, image, essential: true })),
        }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async serve(serviceName, taskDefinition) {
      await engine.ecs.send(
        new CreateServiceCommand({
          cluster: CLUSTER,
          serviceName,
          taskDefinition,
          desiredCount: 1,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
        }),
      );
    },
    async deploy(service, taskDefinition) {
      await engine.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, taskDefinition }));
    },
    plan(policy = {}, chosen) {
      const whole = ImageCleanupPolicy.parse({ keepNewest: 1, ...policy });
      return cleanup['cleanup.planImages'](
        {
          ...engine.scope,
          repositories: [REPOSITORY],
          ...(chosen === undefined ? {} : { images: chosen }),
          policy: whole,
        },
        aCall(),
      );
    },
    run: ({ id, confirmation }) => cleanup['cleanup.run']({ plan: id, confirmation }, aCall()),
    async present() {
      const { imageDetails = [] } = await registry.ecr.send(
        new DescribeImagesCommand({ repositoryName: REPOSITORY }),
      );
      return imageDetails.map(({ imageDigest = '' }) => imageDigest);
    },
    async close() {
      await jobs.close();
      await registry.close();
      await engine.closeAll();
    },
  };
}

/** Each image is newer than the one before, however quickly one is pushed after the other. */
function oneSecondApart(registry: TestRegistry, clock: TestClock): TestRegistry {
  return {
    ...registry,
    pushImage(...image) {
      clock.advance(1_000);
      return registry.pushImage(...image);
    },
    pushIndex(...index) {
      clock.advance(1_000);
      return registry.pushIndex(...index);
    },
  };
}
