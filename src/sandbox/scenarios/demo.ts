import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { Clock } from '../core/clock.ts';
import type { SeedTasks } from '../services/ecs/simulation/settled-tasks.ts';
import {
  DEMO_REPOSITORIES,
  DEMO_SERVICES,
  type DemoService,
  FAMILIES_WITHOUT_SERVICE,
} from './demo-catalog.ts';
import {
  type DemoStage,
  type FamilyHistory,
  registerHistory,
  registerUnusedFamily,
  withTag,
} from './demo-history.ts';
import {
  type DemoVersion,
  type DemoVersions,
  FAILING_PRICING_TAG,
  pushDemoImages,
  SLOW_WEB_TAG,
} from './demo-images.ts';
import { demoTaskDefinition } from './demo-task-definitions.ts';
import { addDemoTaskTriggers } from './demo-task-triggers.ts';
import { daysBefore } from './demo-time.ts';
import type { ScenarioStage } from './stage.ts';

const CLUSTERS = ['production', 'staging', 'tools'] as const;
const MINUTE_OF_DAYS = 1 / (24 * 60);

/** The deployments that really happen, by family: they started some minutes before the clock did, and it catches up. */
const LIVE_DEPLOYMENTS: Readonly<Record<string, { readonly tag: string; readonly minutesAgo: number }>> = {
  web: { tag: SLOW_WEB_TAG, minutesAgo: 11 },
  pricing: { tag: FAILING_PRICING_TAG, minutesAgo: 35 },
};

/**
 * A shop's account: three clusters with twelve services, their history over three months, one deployment in progress
 * (web), one just rolled back (pricing), one service whose tasks run two digests of `latest` (mailer). The same every
 * time, but for the times, which count back from now.
 */
export function loadDemoScenario({ ecs, taskTriggers, images, clock, registryHost }: ScenarioStage): void {
  const versions = pushDemoImages(images, ecs.begunAt);
  if (ecs.isRestored) return;
  const { seed } = ecs;
  const [clusterArn = ''] = CLUSTERS.map((name) =>
    seed.cluster(
      name,
      [{ key: 'environment', value: name }],
      // As accounts have it: where it matters, because it costs.
      name === 'production' ? [{ name: 'containerInsights', value: 'enhanced' }] : [],
    ),
  );
  const [, , , region = '', accountId = ''] = clusterArn.split(':');
  const stage: DemoStage = { seed, accountId, region, registryHost, now: ecs.begunAt };

  for (const service of DEMO_SERVICES) {
    const ofRepository = versions.get(service.repository) ?? [];
    const history = registerHistory(stage, service, ofRepository);
    const serviceArn = seed.service({
      request: serviceRequest(stage, service, history),
      createdAt: daysBefore(stage.now, 400),
      createdBy: `arn:aws:iam::${accountId}:role/terraform`,
      releases: history.releases,
      ...(service.movingTag === undefined ? {} : { tasks: tasksOfTwoDigests(stage, service, ofRepository) }),
    });
    beginDeployment(stage, clock, service, history, serviceArn);
  }
  registerFamiliesWithoutService(stage, versions);
  addDemoTaskTriggers(taskTriggers, stage);
}

function serviceRequest(
  { accountId, region }: DemoStage,
  service: DemoService,
  { releases }: FamilyHistory,
): CreateServiceRequest {
  const { cluster, name, port, minimumHealthyPercent = 100, maximumPercent = 200 } = service;
  const watches = service.withoutCircuitBreaker !== true;
  const targetGroupArn = `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/${cluster}-${name}/6d0ecf831eec9f09`;
  return {
    cluster,
    serviceName: name,
    taskDefinition: releases.at(-1)?.taskDefinition,
    desiredCount: service.desiredCount,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-0a1b2c3d4e5f60718', 'subnet-0f1e2d3c4b5a69788'],
        securityGroups: ['sg-0123456789abcdef0'],
        assignPublicIp: 'DISABLED',
      },
    },
    ...(port === undefined
      ? {}
      : {
          loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: port }],
          healthCheckGracePeriodSeconds: 30,
        }),
    deploymentConfiguration: {
      minimumHealthyPercent,
      maximumPercent,
      deploymentCircuitBreaker: { enable: watches, rollback: watches },
    },
    ...(service.hasExec === true ? { enableExecuteCommand: true } : {}),
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: [
      { key: 'environment', value: cluster },
      { key: 'service', value: name },
    ],
  };
}

/** Half of the tasks were restarted after the tag had moved. */
function tasksOfTwoDigests(
  { now }: DemoStage,
  { desiredCount, daysSinceRelease }: DemoService,
  versions: readonly DemoVersion[],
): readonly SeedTasks[] {
  const half = Math.floor(desiredCount / 2);
  const startedAt = daysBefore(now, daysSinceRelease);
  const older = versions.findLast(({ pushedAt }) => pushedAt <= startedAt);
  const newer = versions.at(-1);
  return [
    { count: half, startedAt, ...(older === undefined ? {} : { imageDigests: { app: older.facts.digest } }) },
    {
      count: desiredCount - half,
      startedAt: daysBefore(now, 0.1),
      ...(newer === undefined ? {} : { imageDigests: { app: newer.facts.digest } }),
    },
  ];
}

function beginDeployment(
  stage: DemoStage,
  clock: Clock,
  service: DemoService,
  { latest }: FamilyHistory,
  serviceArn: string,
): void {
  const live = LIVE_DEPLOYMENTS[service.family];
  if (live === undefined) return;
  const { tag, minutesAgo } = live;
  const content = withTag(latest, stage, service.repository, tag);
  const taskDefinition = stage.seed.taskDefinition(demoTaskDefinition(service, content, stage), {
    registeredAt: daysBefore(stage.now, (minutesAgo + 1) * MINUTE_OF_DAYS),
    registeredBy: `arn:aws:sts::${stage.accountId}:assumed-role/github-actions-deploy/acme-release`,
  });
  clock.schedule(daysBefore(stage.now, minutesAgo * MINUTE_OF_DAYS), () => {
    stage.seed.deploy(serviceArn, taskDefinition);
  });
}

function registerFamiliesWithoutService(stage: DemoStage, versions: DemoVersions): void {
  const batch = DEMO_REPOSITORIES.find(({ name }) => name === 'batch');
  const images = versions.get(batch?.name ?? '') ?? [];
  for (const { family, revisions } of FAMILIES_WITHOUT_SERVICE) {
    registerUnusedFamily(stage, family, revisions, images);
  }
}
