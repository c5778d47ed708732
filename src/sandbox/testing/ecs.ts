import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { createAccessKeys } from '../aws-api/access-keys.ts';
import { createAwsApi } from '../aws-api/aws-api.ts';
import type { Interceptor } from '../aws-api/interceptor.ts';
import { silentLogger } from '../core/logger.ts';
import { listenOnLoopback } from '../http/loopback-server.ts';
import { openBlobStore } from '../registry/blob-store.ts';
import { createImageSource } from '../registry/image-lookup.ts';
import type { ImageFacts, ImageSeeder, ImageSource } from '../registry/image-source.ts';
import { createRepositories } from '../registry/repositories.ts';
import { createImageSeeder } from '../registry/seed-image.ts';
import { createScaling, type Scaling } from '../services/application-auto-scaling/scaling.ts';
import { createEcs, type Ecs } from '../services/ecs/ecs.ts';
import type { Dependencies } from '../services/ecs/simulation/dependencies.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

/** For tests: the simulated ECS behind real HTTP, with the real SDK in front and a clock that tests step. */
export interface TestEcs {
  readonly client: ECSClient;
  readonly clock: SteppedClock;
  readonly ecs: Ecs;
  readonly scaling: Scaling;
  readonly images: ImageSource;
  readonly seeder: ImageSeeder;
  readonly registryHost: string;
  /** Pushes an image; returns what a task definition would name it by. */
  push(
    repositoryAndTag: string,
    labels?: Readonly<Record<string, string>>,
  ): { readonly reference: string; readonly facts: ImageFacts };
  /** Takes everything out of a repository. */
  removeImages(repository: string): void;
  close(): Promise<void>;
}

export const TEST_START = new Date('2026-10-01T08:00:00Z');
const ACCOUNT_ID = '123456789012';

export async function startTestEcs(
  dependencies: Dependencies = {},
  interceptors: readonly Interceptor[] = [],
): Promise<TestEcs> {
  const server = await listenOnLoopback(0, { logger: silentLogger });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-ecs-'));
  const blobs = await openBlobStore(folder);
  const clock = createSteppedClock({ start: TEST_START });
  const repositories = createRepositories();
  const images = createImageSource(repositories);
  const seeder = createImageSeeder(repositories, blobs, () => clock.now());
  const region = 'us-east-1';
  const ecs = createEcs({
    clock,
    images,
    accountId: ACCOUNT_ID,
    region,
    endpointHost: server.host,
    dependenciesIn: () => dependencies,
  });
  const endpoint = `http://${server.host}`;
  const api = createAwsApi({
    jsonServices: [ecs.service],
    queryServices: [],
    restServices: [],
    accountId: ACCOUNT_ID,
    endpoint,
    accessKeys: createAccessKeys(ACCOUNT_ID),
    interceptors,
    onCall: () => undefined,
    now: () => clock.now(),
    wall: () => new Date(),
    logger: silentLogger,
  });
  server.handle(api);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const client = new ECSClient({ endpoint, region, credentials, maxAttempts: 1 });

  let pushed = 0;
  return {
    client,
    clock,
    ecs,
    scaling: createScaling({ services: ecs.scalableServicesIn(region), now: () => clock.now() }),
    images,
    seeder,
    registryHost: server.host,
    push(repositoryAndTag, labels = {}) {
      pushed += 1;
      const [repository = '', tag = 'latest'] = repositoryAndTag.split(':');
      const at = clock.now();
      // The number makes each push an image of its own.
      const facts = seeder.seedImage({
        repository,
        tags: [tag],
        labels: { ...labels, build: String(pushed) },
        createdAt: at,
        pushedAt: at,
      });
      return { reference: `${server.host}/${repositoryAndTag}`, facts };
    },
    removeImages: (repository) => repositories.delete(repository),
    async close() {
      client.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
