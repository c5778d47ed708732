import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BatchGetImageCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { inBatches } from '../ecs/batches.ts';
import { openSlipway, type Slipway } from './slipway.ts';

export const SCOPE = { account: 'sandbox', region: 'us-east-1' };
export const CLUSTER = 'tools';
const REPOSITORY = 'web';
const GOOD_TAG = '1.8.0';
/** Fails the health check of a container that has one, and is fine in a container that has none. */
const SICK_TAG = 'unhealthy';

export interface FleetEngine {
  readonly sandbox: TestSandbox;
  slipway: Slipway;
  readonly folder: string;
  /** `registry/web:tag`. */
  readonly image: (tag: string) => string;
  /** Family and number of what a service runs. */
  runs(service: string): Promise<string>;
  /** Leaves a service no capacity to replace a task, which a check finds. */
  forbidMoving(service: string): Promise<void>;
  /** The tags of what a service runs. */
  tagsOf(service: string): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/**
 * A sandbox with services that run web:1.8.0 and are steady, and an image web:unhealthy that fails only in the
 * services of `sensitive`.
 */
export async function openFleetEngine(
  services: readonly string[],
  sensitive: readonly string[],
): Promise<FleetEngine> {
  const sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const ecr = new ECRClient({ endpoint, region, credentials });
  const image = (tag: string): string => `${new URL(endpoint).host}/${REPOSITORY}:${tag}`;
  const describeTen = async (services: readonly string[]) =>
    (await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [...services] }))).services ??
    [];
  const describeAll = (names: readonly string[]) => inBatches(names, 10, describeTen);

  await addTag(ecr, '1.9.0', SICK_TAG);
  for (const name of services) await createService(ecs, name, image(GOOD_TAG), sensitive.includes(name));
  await sandbox.clock.advanceUntil(async () => {
    const states = (await describeAll(services)).map(({ deployments }) => deployments?.[0]?.rolloutState);
    if (states.some((state) => state !== 'COMPLETED')) throw new Error('The services are not steady yet.');
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'fleet-'));
  const engine: FleetEngine = {
    sandbox,
    folder,
    image,
    slipway: await openSlipway(sandbox, folder),
    async runs(service) {
      const [found] = await describeAll([service]);
      return found?.taskDefinition?.split('/').at(-1) ?? '';
    },
    async forbidMoving(service) {
      const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 109 };
      await ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, deploymentConfiguration }));
    },
    async tagsOf(service) {
      const taskDefinition = await engine.runs(service);
      const { tags = [] } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
      );
      return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
    },
    async close() {
      await engine.slipway.close();
      ecs.destroy();
      ecr.destroy();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
  return engine;
}

async function addTag(ecr: ECRClient, of: string, imageTag: string): Promise<void> {
  const repositoryName = REPOSITORY;
  const wanted = new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: of }] });
  const { imageManifest, imageManifestMediaType } = (await ecr.send(wanted)).images?.[0] ?? {};
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag }));
}

async function createService(
  ecs: ECSClient,
  name: string,
  image: string,
  isSensitive: boolean,
): Promise<void> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      containerDefinitions: [
        {
          name: 'app',
          image,
          ...(isSensitive ? { healthCheck: { command: ['CMD-SHELL', 'true'] } } : {}),
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: name,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
}
