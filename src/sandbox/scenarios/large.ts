import { createRandom } from '../services/ecs/simulation/ids.ts';
import { daysBefore, seedOf } from './demo-time.ts';
import type { ScenarioStage } from './stage.ts';

const CLUSTERS = ['production-eu', 'production-us', 'staging', 'batch', 'internal'] as const;
const FAMILIES = 40;
const REVISIONS_PER_FAMILY = 125;
const SERVICES_PER_CLUSTER = 400;
const TASKS_PER_SERVICE = 5;
const IMAGES_PER_FAMILY = 5;
const OLDEST_DAYS = 400;
const NAMES = [
  'orders',
  'catalog',
  'billing',
  'search',
  'login',
  'carts',
  'stock',
  'reviews',
  'coupons',
  'mail',
];
const KINDS = ['api', 'worker', 'sync', 'web'];

/**
 * A large account: 5 clusters with 2,000 services and 10,000 tasks, 40 families with 5,000 revisions among them. All
 * is steady, so that what it costs is the size alone.
 */
export function loadLargeScenario(stage: ScenarioStage): void {
  const { ecs } = stage;
  for (let index = 0; index < FAMILIES; index += 1) pushImages(stage, familyName(index));
  if (ecs.isRestored) return;
  const arns = CLUSTERS.map((name) => ecs.seed.cluster(name, [{ key: 'environment', value: name }]));
  const [, , , , accountId = ''] = (arns[0] ?? '').split(':');
  const families = Array.from({ length: FAMILIES }, (_, index) => registerFamily(stage, index, accountId));
  for (const cluster of CLUSTERS) {
    for (let index = 0; index < SERVICES_PER_CLUSTER; index += 1) {
      const family = families[index % FAMILIES];
      if (family !== undefined) createService(stage, cluster, index, family, accountId);
    }
  }
}

interface Family {
  readonly name: string;
  /** Oldest first. */
  readonly revisionArns: readonly string[];
}

/** `orders-api`, `orders-worker` and so on. */
function familyName(index: number): string {
  return `${NAMES[index % NAMES.length]}-${KINDS[Math.floor(index / NAMES.length)]}`;
}

function pushImages({ ecs, images }: ScenarioStage, name: string): void {
  images.createRepository(name);
  for (let version = 0; version < IMAGES_PER_FAMILY; version += 1) {
    const pushedAt = daysBefore(ecs.begunAt, OLDEST_DAYS / (version + 1));
    images.seedImage({
      repository: name,
      tags: [`1.${version}.0`],
      labels: { 'org.opencontainers.image.version': `1.${version}.0` },
      createdAt: pushedAt,
      pushedAt,
    });
  }
}

function registerFamily({ ecs, registryHost }: ScenarioStage, index: number, accountId: string): Family {
  const name = familyName(index);
  const now = ecs.begunAt;
  const revisionArns = Array.from({ length: REVISIONS_PER_FAMILY }, (_, revision) => {
    const progress = revision / REVISIONS_PER_FAMILY;
    const version = Math.floor(progress * IMAGES_PER_FAMILY);
    return ecs.seed.taskDefinition(
      {
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: `arn:aws:iam::${accountId}:role/ecs-execution`,
        containerDefinitions: [
          {
            name: 'app',
            image: `${registryHost}/${name}:1.${version}.0`,
            essential: true,
            portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
            environment: [
              { name: 'LOG_LEVEL', value: 'info' },
              { name: 'RELEASE', value: String(revision + 1) },
            ],
          },
        ],
      },
      {
        registeredAt: daysBefore(now, OLDEST_DAYS * (1 - progress)),
        registeredBy: `arn:aws:sts::${accountId}:assumed-role/pipeline/release`,
      },
    );
  });
  return { name, revisionArns };
}

function createService(
  { ecs }: ScenarioStage,
  cluster: string,
  index: number,
  { name, revisionArns }: Family,
  accountId: string,
): void {
  const now = ecs.begunAt;
  const serviceName = `${name}-${String(Math.floor(index / FAMILIES) + 1).padStart(2, '0')}`;
  const random = createRandom(seedOf(`${cluster}/${serviceName}`));
  const [taskDefinition = ''] = revisionArns.slice(-1 - Math.floor(random() * 20));
  ecs.seed.service({
    request: {
      cluster,
      serviceName,
      taskDefinition,
      desiredCount: TASKS_PER_SERVICE,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    },
    createdAt: daysBefore(now, OLDEST_DAYS),
    createdBy: `arn:aws:iam::${accountId}:role/terraform`,
    releases: [
      { taskDefinition, at: daysBefore(now, 1 + random() * 60), tookSeconds: 150, outcome: 'SUCCESSFUL' },
    ],
  });
}
