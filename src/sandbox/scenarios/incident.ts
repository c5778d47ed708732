import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { daysBefore } from './demo-time.ts';
import type { ScenarioStage } from './stage.ts';

const CLUSTER = 'shop';
const DESIRED = 3;
const MINUTE_OF_DAYS = 1 / (24 * 60);

/** What is wrong with a service, by what makes it so. */
interface Incident {
  readonly service: string;
  /** What it has run for a month. */
  readonly image: string;
  /** What is being deployed since some minutes. */
  readonly deploys?: { readonly image: string; readonly minutesAgo: number };
  readonly configuration?: CreateServiceRequest['deploymentConfiguration'];
  /** Its image has been deleted since, and only some of its tasks still run. */
  readonly imageDeleted?: { readonly tasksLeft: number };
  readonly revisionInactive?: true;
}

const INCIDENTS: readonly Incident[] = [
  // Neither may a task be stopped nor one more be started: nothing moves.
  {
    service: 'stuck',
    image: '1.0.0',
    deploys: { image: '1.1.0', minutesAgo: 20 },
    configuration: { minimumHealthyPercent: 100, maximumPercent: 100 },
  },
  // Without a circuit breaker the scheduler goes on trying for ever.
  {
    service: 'crash-loop',
    image: '1.0.0',
    deploys: { image: '1.1.0-crash', minutesAgo: 30 },
    configuration: { minimumHealthyPercent: 100, maximumPercent: 200 },
  },
  { service: 'image-deleted', image: '1.0.0', imageDeleted: { tasksLeft: 1 } },
  { service: 'inactive-revision', image: '1.0.0', revisionInactive: true },
  { service: 'well', image: '1.0.0' },
];

/**
 * An account in trouble, one kind of it for each service: a rollout that is stuck, a crash loop, an image that was
 * deleted, a service on an INACTIVE revision. The fifth trouble is a key: `expired` is one whose session has ended.
 */
export function loadIncidentScenario(stage: ScenarioStage): void {
  const now = stage.ecs.begunAt;
  for (const incident of INCIDENTS) pushImages(stage, incident, now);
  if (stage.ecs.isRestored) return;
  const clusterArn = stage.ecs.seed.cluster(CLUSTER, [{ key: 'environment', value: 'production' }]);
  const [, , , , accountId = ''] = clusterArn.split(':');
  for (const incident of INCIDENTS) createService(stage, incident, { now, accountId });
}

function pushImages(
  { images }: ScenarioStage,
  { service, image, deploys, imageDeleted }: Incident,
  now: Date,
): void {
  images.createRepository(service);
  const tags = imageDeleted === undefined ? [image, deploys?.image] : [];
  for (const tag of tags) {
    if (tag === undefined) continue;
    images.seedImage({
      repository: service,
      tags: [tag],
      labels: { 'org.opencontainers.image.version': tag },
      createdAt: daysBefore(now, 40),
      pushedAt: daysBefore(now, 40),
    });
  }
}

interface Place {
  readonly now: Date;
  readonly accountId: string;
}

function createService(stage: ScenarioStage, incident: Incident, { now, accountId }: Place): void {
  const { ecs, clock } = stage;
  const { service, image, deploys, configuration = {}, imageDeleted, revisionInactive } = incident;
  const taskDefinition = register(stage, incident, image, {
    accountId,
    registeredAt: daysBefore(now, 31),
    ...(revisionInactive === true ? { deregisteredAt: daysBefore(now, 3) } : {}),
  });
  const startedAt = daysBefore(now, 30);
  const arn = ecs.seed.service({
    request: {
      cluster: CLUSTER,
      serviceName: service,
      taskDefinition,
      desiredCount: DESIRED,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      deploymentConfiguration: configuration,
    },
    createdAt: daysBefore(now, 90),
    createdBy: `arn:aws:iam::${accountId}:role/terraform`,
    releases: [
      {
        taskDefinition,
        at: startedAt,
        tookSeconds: 140,
        outcome: 'SUCCESSFUL',
        ...(imageDeleted === undefined ? {} : { imageDigests: { app: DELETED_DIGEST } }),
      },
    ],
    ...(imageDeleted === undefined
      ? {}
      : { tasks: [{ count: imageDeleted.tasksLeft, startedAt, imageDigests: { app: DELETED_DIGEST } }] }),
  });
  if (deploys === undefined) return;
  const begunAt = daysBefore(now, deploys.minutesAgo * MINUTE_OF_DAYS);
  const next = register(stage, incident, deploys.image, { accountId, registeredAt: begunAt });
  clock.schedule(begunAt, () => ecs.seed.deploy(arn, next));
}

/** Of an image that nobody has any more. */
const DELETED_DIGEST = `sha256:${'5ca1ab1e'.repeat(8)}`;

function register(
  { ecs, registryHost }: ScenarioStage,
  { service }: Incident,
  tag: string,
  {
    accountId,
    ...past
  }: { readonly accountId: string; readonly registeredAt: Date; readonly deregisteredAt?: Date },
): string {
  return ecs.seed.taskDefinition(
    {
      family: service,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${accountId}:role/ecs-execution`,
      containerDefinitions: [
        {
          name: 'app',
          image: `${registryHost}/${service}:${tag}`,
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': `/ecs/${service}`,
              'awslogs-region': 'us-east-1',
              'awslogs-stream-prefix': 'ecs',
            },
          },
        },
      ],
    },
    { ...past, registeredBy: `arn:aws:iam::${accountId}:user/mira.okafor` },
  );
}
