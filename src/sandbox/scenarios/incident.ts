import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { CreateServiceRequest, HealthCheck } from '@aws-sdk/client-ecs';
import type { Scaled } from '../services/application-auto-scaling/scaling.ts';
import type { SeedService } from '../services/ecs/simulation/seed-service.ts';
import type { SeedRegistration } from '../services/ecs/simulation/seeding.ts';
import { daysBefore } from './demo-time.ts';
import type { ScenarioStage } from './stage.ts';

const CLUSTER = 'shop';
const DESIRED = 3;
const MINUTE_OF_DAYS = 1 / (24 * 60);

/** What is wrong with a service, by what makes it so. */
interface Incident {
  readonly service: string;
  /** Tag of what it has run for a month. */
  readonly image: string;
  /** What is being deployed, or was, since some minutes. */
  readonly deploys?: { readonly image: string; readonly minutesAgo: number };
  readonly configuration?: CreateServiceRequest['deploymentConfiguration'];
  /** Its image has been deleted since, and only some of its tasks may still run. */
  readonly imageDeleted?: { readonly tasksLeft: number };
  readonly revision?: 'inactive' | 'deleted';
  /** One of its tasks runs an image that its tag named before. */
  readonly tagMoved?: true;
  /** Some of its tasks stopped, and there was no capacity for others. */
  readonly tasksLeft?: number;
  readonly healthCheck?: HealthCheck;
  /** It has a target group, and was scaled to this some minutes ago. */
  readonly scaledTo?: { readonly desired: number; readonly minutesAgo: number };
  /** Two scaling policies set these counts in turn. */
  readonly policiesFight?: readonly [number, number];
}

const HEALTH_CHECK: HealthCheck = {
  command: ['CMD-SHELL', 'curl -f http://localhost:8080/healthz'],
  interval: 10,
  retries: 3,
};

const INCIDENTS: readonly Incident[] = [
  // Neither may a task be stopped nor one more be started: nothing moves.
  {
    service: 'stuck',
    image: '1.0.0',
    deploys: { image: '1.1.0', minutesAgo: 20 },
    configuration: { minimumHealthyPercent: 100, maximumPercent: 109 },
  },
  // Without a circuit breaker the scheduler continues trying forever.
  {
    service: 'crash-loop',
    image: '1.0.0',
    deploys: { image: '1.1.0-crash', minutesAgo: 30 },
    configuration: { minimumHealthyPercent: 100, maximumPercent: 200 },
  },
  { service: 'image-deleted', image: '1.0.0', imageDeleted: { tasksLeft: 1 } },
  { service: 'image-deleted-later', image: '1.0.0', imageDeleted: { tasksLeft: DESIRED } },
  { service: 'inactive-revision', image: '1.0.0', revision: 'inactive' },
  { service: 'deleted-revision', image: '1.0.0', revision: 'deleted' },
  { service: 'tag-moved', image: 'latest', tagMoved: true },
  // The deployment succeeds, and its tasks fail some minutes later.
  {
    service: 'unhealthy-later',
    image: '1.0.0',
    deploys: { image: '1.1.0-unhealthy-later', minutesAgo: 50 },
    healthCheck: HEALTH_CHECK,
  },
  { service: 'scaled-to-zero', image: '1.0.0', scaledTo: { desired: 0, minutesAgo: 25 } },
  { service: 'no-capacity', image: '1.0.0-no-capacity', tasksLeft: 1 },
  { service: 'policies-fight', image: '1.0.0', policiesFight: [DESIRED + 2, DESIRED] },
  { service: 'well', image: '1.0.0' },
];

/**
 * An account in trouble, one kind of it for each service: a rollout that is stuck, a crash loop, an image that was
 * deleted, a revision that is INACTIVE or deleted, two images behind one tag, tasks that fail after their deployment has
 * succeeded, no tasks where some are needed, no capacity, scaling policies that fight. One more trouble is a key:
 * `expired` is one whose session has ended.
 */
export function loadIncidentScenario(stage: ScenarioStage): void {
  const now = stage.ecs.begunAt;
  for (const incident of INCIDENTS) pushImages(stage, incident, now);
  if (stage.ecs.isRestored) return;
  const clusterArn = stage.ecs.seed.cluster(CLUSTER, [{ key: 'environment', value: 'production' }]);
  const [, , , region = '', accountId = ''] = clusterArn.split(':');
  for (const incident of INCIDENTS) createService(stage, incident, { now, region, accountId });
}

function pushImages(
  { images }: ScenarioStage,
  { service, image, deploys, imageDeleted, tagMoved }: Incident,
  now: Date,
): void {
  images.createRepository(service);
  if (imageDeleted !== undefined) return;
  for (const tag of [image, deploys?.image, ...(tagMoved === true ? [EARLIER_VERSION] : [])]) {
    if (tag !== undefined) seedVersion(images, service, tag, daysBefore(now, 40));
  }
}

/** The image of one version; made again it is the same. */
function seedVersion(images: ScenarioStage['images'], repository: string, tag: string, at: Date): string {
  const labels = { 'org.opencontainers.image.version': tag };
  return images.seedImage({ repository, tags: [tag], labels, createdAt: at, pushedAt: at }).digest;
}

/** What the tag of `tag-moved` named before. */
const EARLIER_VERSION = '0.9.0';

interface Setting {
  readonly now: Date;
  readonly region: string;
  readonly accountId: string;
}

function createService(stage: ScenarioStage, incident: Incident, setting: Setting): void {
  const { ecs, clock } = stage;
  const { image, deploys, scaledTo, policiesFight, imageDeleted } = incident;
  const { now, accountId } = setting;
  const taskDefinition = register(stage, incident, image, {
    accountId,
    registeredAt: daysBefore(now, 31),
    ...(incident.revision === undefined ? {} : { deregisteredAt: daysBefore(now, 3) }),
    ...(incident.revision === 'deleted' ? { deletion: 'requested' } : {}),
  });
  const startedAt = daysBefore(now, 30);
  const arn = ecs.seed.service({
    request: requestOf(incident, taskDefinition, setting),
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
    ...tasksOf(stage, incident, startedAt),
  });
  if (deploys !== undefined) {
    const begunAt = minutesBefore(now, deploys.minutesAgo);
    const next = register(stage, incident, deploys.image, { accountId, registeredAt: begunAt });
    clock.schedule(begunAt, () => ecs.seed.deploy(arn, next));
  }
  if (scaledTo !== undefined) {
    clock.schedule(minutesBefore(now, scaledTo.minutesAgo), () => ecs.seed.scale(arn, scaledTo.desired));
  }
  if (policiesFight !== undefined) {
    const scaled = scaleByPolicies(stage, incident.service, setting);
    const [more, less] = policiesFight;
    scaleInTurn(stage, scaled, minutesBefore(now, FIGHTS_SINCE_MINUTES), [
      { count: more, policy: 'cpu', alarm: `TargetTracking-${scaled.ResourceId}-AlarmHigh` },
      { count: less, policy: 'queue-empty', alarm: 'orders-queue-empty' },
    ]);
  }
}

function requestOf(
  { service, configuration = {}, scaledTo }: Incident,
  taskDefinition: string,
  { region, accountId }: Setting,
): CreateServiceRequest {
  const targetGroupArn = `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/${service}/6d0ecf831eec9f09`;
  return {
    cluster: CLUSTER,
    serviceName: service,
    taskDefinition,
    desiredCount: DESIRED,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
    deploymentConfiguration: configuration,
    ...(scaledTo === undefined
      ? {}
      : { loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }] }),
  };
}

/** The tasks that are left, where they are not the ones that are desired. */
function tasksOf(
  { images }: ScenarioStage,
  { service, imageDeleted, tagMoved, tasksLeft }: Incident,
  startedAt: Date,
): Pick<SeedService, 'tasks'> {
  if (imageDeleted !== undefined)
    return { tasks: [{ count: imageDeleted.tasksLeft, startedAt, imageDigests: { app: DELETED_DIGEST } }] };
  if (tasksLeft !== undefined) return { tasks: [{ count: tasksLeft, startedAt }] };
  if (tagMoved !== true) return {};
  const app = seedVersion(images, service, EARLIER_VERSION, daysBefore(startedAt, 10));
  return {
    tasks: [
      { count: DESIRED - 1, startedAt },
      { count: 1, startedAt, imageDigests: { app } },
    ],
  };
}

const FIGHTS_SINCE_MINUTES = 45;
const FIGHTS_EVERY_MINUTES = 4;

type PolicyContent = Pick<
  ScalingPolicy,
  'PolicyType' | 'TargetTrackingScalingPolicyConfiguration' | 'StepScalingPolicyConfiguration'
>;

/** Registers the service between 2 and 10 tasks, with a policy that adds tasks and another one that removes them. */
function scaleByPolicies(
  { scaling }: ScenarioStage,
  service: string,
  { now, region, accountId }: Setting,
): Scaled {
  const scaled = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${CLUSTER}/${service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  const CreationTime = daysBefore(now, 60);
  scaling.targets.put({
    ...scaled,
    MinCapacity: 2,
    MaxCapacity: 10,
    RoleARN: `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime,
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    ScalableTargetARN: `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${'0ec5'.repeat(8)}`,
  });
  const put = (PolicyName: string, policy: PolicyContent) =>
    scaling.policies.put({
      ...scaled,
      PolicyName,
      PolicyARN: `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:6d0ecf83-1eec-4f09-a0c5-0123456789ab:resource/ecs/${scaled.ResourceId}:policyName/${PolicyName}`,
      Alarms: [],
      CreationTime,
      ...policy,
    });
  put('cpu', {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 40,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  });
  put('queue-empty', {
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: {
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -2 }],
    },
  });
  return scaled;
}

interface PolicyTurn {
  readonly count: number;
  readonly policy: string;
  readonly alarm: string;
}

/** For as long as the sandbox runs. */
function scaleInTurn(
  stage: ScenarioStage,
  scaled: Scaled,
  at: Date,
  [next, other]: readonly [PolicyTurn, PolicyTurn],
): void {
  stage.clock.schedule(at, () => {
    const { count, policy, alarm } = next;
    stage.scaling.setCapacity(
      scaled,
      count,
      `monitor alarm ${alarm} in state ALARM triggered policy ${policy}`,
    );
    scaleInTurn(stage, scaled, minutesBefore(at, -FIGHTS_EVERY_MINUTES), [other, next]);
  });
}

function minutesBefore(now: Date, minutes: number): Date {
  return daysBefore(now, minutes * MINUTE_OF_DAYS);
}

/** Of an image that nobody has any more. */
const DELETED_DIGEST = `sha256:${'5ca1ab1e'.repeat(8)}`;

function register(
  { ecs, registryHost }: ScenarioStage,
  { service, healthCheck }: Incident,
  tag: string,
  { accountId, ...past }: { readonly accountId: string } & Omit<SeedRegistration, 'registeredBy'>,
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
          ...(healthCheck === undefined ? {} : { healthCheck }),
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
