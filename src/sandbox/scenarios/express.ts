import { daysBefore } from './demo-time.ts';
import type { ScenarioStage } from './stage.ts';

const CLUSTER = 'storefront';

/** Repositories with the tags that were pushed, the oldest first. */
const IMAGES: readonly { readonly repository: string; readonly tags: readonly string[] }[] = [
  { repository: 'web', tags: ['1.0.0', '1.1.0', '1.2.0', '1.3.0-crash'] },
  { repository: 'search', tags: ['4.0.0', '4.1.0'] },
  { repository: 'log-agent', tags: ['2.0.0', '2.1.0', '2.2.0'] },
];

/**
 * An account of Express services and managed daemons: `web`, whose task definition ECS manages, `search`, which has one
 * of its own with a sidecar, and the daemon `log-agent` on two managed instances.
 */
export function loadExpressScenario({ ecs, images, registryHost }: ScenarioStage): void {
  const now = ecs.begunAt;
  for (const { repository, tags } of IMAGES) {
    images.createRepository(repository);
    for (const [index, tag] of tags.entries()) {
      const at = daysBefore(now, 60 - index * 14);
      const labels = { 'org.opencontainers.image.version': tag };
      images.seedImage({ repository, tags: [tag], labels, createdAt: at, pushedAt: at });
    }
  }
  if (ecs.isRestored) return;
  const { seed } = ecs;
  const clusterArn = seed.cluster(CLUSTER, [{ key: 'environment', value: 'production' }]);
  const [, , , region = '', accountId = ''] = clusterArn.split(':');
  const role = (name: string): string => `arn:aws:iam::${accountId}:role/${name}`;
  const common = {
    cluster: CLUSTER,
    infrastructureRoleArn: role('ecsInfrastructureRoleForExpressServices'),
    createdBy: role('platform'),
  };
  const executionRoleArn = role('ecs-execution');
  const container = (tag: string) => ({
    image: `${registryHost}/web:${tag}`,
    containerPort: 8080,
    environment: [{ name: 'LOG_LEVEL', value: 'info' }],
  });
  seed.expressService({
    ...common,
    name: 'web',
    createdAt: daysBefore(now, 50),
    releases: [
      {
        at: daysBefore(now, 50),
        request: {
          executionRoleArn,
          primaryContainer: container('1.0.0'),
          scalingTarget: { minTaskCount: 2, maxTaskCount: 10 },
        },
      },
      { at: daysBefore(now, 30), request: { primaryContainer: container('1.1.0') } },
      { at: daysBefore(now, 8), request: { primaryContainer: container('1.2.0') } },
    ],
  });
  const taskDefinitionArn = seed.taskDefinition(
    {
      family: 'search',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1024',
      executionRoleArn,
      containerDefinitions: [
        {
          name: 'Main',
          image: `${registryHost}/search:4.0.0`,
          portMappings: [{ containerPort: 9200, name: 'search' }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/search',
              'awslogs-region': region,
              'awslogs-stream-prefix': 'search',
            },
          },
        },
        { name: 'metrics', image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3' },
      ],
    },
    { registeredAt: daysBefore(now, 21), registeredBy: common.createdBy },
  );
  seed.expressService({
    ...common,
    name: 'search',
    createdAt: daysBefore(now, 20),
    releases: [{ at: daysBefore(now, 20), request: { taskDefinitionArn } }],
  });
  seed.daemon({
    cluster: CLUSTER,
    name: 'log-agent',
    capacityProvider: 'storefront-managed',
    instances: 2,
    registeredBy: common.createdBy,
    executionRoleArn,
    releases: [
      { at: daysBefore(now, 40), image: `${registryHost}/log-agent:2.0.0` },
      { at: daysBefore(now, 12), image: `${registryHost}/log-agent:2.1.0` },
    ],
  });
}
