import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { DemoService } from './demo-catalog.ts';

/** What changes from revision to revision of a family. */
export interface DemoContent {
  readonly image: string;
  readonly version: string;
  /** Which of the sizes: larger ones come with growing traffic. */
  readonly size: number;
  readonly logLevel: 'info' | 'debug' | 'warn';
  readonly features: readonly string[];
  readonly timeoutSeconds: number;
}

const SIZES = [
  { cpu: '256', memory: '512' },
  { cpu: '512', memory: '1024' },
  { cpu: '512', memory: '2048' },
  { cpu: '1024', memory: '2048' },
] as const;

export const LARGEST_SIZE = SIZES.length - 1;

const PROXY_IMAGE = 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.34.4.2-prod';

/** The revision of a service's family with this content. */
export function demoTaskDefinition(
  service: Omit<DemoService, 'daysSinceRelease' | 'desiredCount'>,
  content: DemoContent,
  home: { readonly accountId: string; readonly region: string },
): RegisterTaskDefinitionRequest {
  const { cpu, memory } = SIZES[content.size] ?? SIZES[0];
  const { accountId, region } = home;
  const app = appContainer(service, content, home);
  return {
    family: service.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu,
    memory,
    executionRoleArn: `arn:aws:iam::${accountId}:role/ecs-execution`,
    taskRoleArn: `arn:aws:iam::${accountId}:role/${service.name}-task`,
    runtimePlatform: { cpuArchitecture: service.architecture ?? 'X86_64', operatingSystemFamily: 'LINUX' },
    containerDefinitions: service.hasProxy === true ? [app, proxyContainer(region, service.family)] : [app],
    tags: [
      { key: 'team', value: TEAMS[service.repository] ?? 'platform' },
      { key: 'environment', value: service.cluster },
      { key: 'version', value: content.version },
    ],
  };
}

const TEAMS: Readonly<Record<string, string>> = {
  web: 'storefront',
  images: 'storefront',
  checkout: 'payments',
  pricing: 'payments',
  search: 'discovery',
  recommend: 'discovery',
};

function appContainer(
  service: Omit<DemoService, 'daysSinceRelease' | 'desiredCount'>,
  content: DemoContent,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): ContainerDefinition {
  const { name, family, cluster, port } = service;
  return {
    name: 'app',
    image: content.image,
    essential: true,
    // A service on a moving tag that pulls whatever the tag names when a task starts.
    ...(service.movingTag === undefined ? {} : { versionConsistency: 'disabled' }),
    ...(port === undefined ? {} : { portMappings: [{ name: 'http', containerPort: port, protocol: 'tcp' }] }),
    environment: [
      { name: 'APP_ENV', value: cluster },
      { name: 'LOG_LEVEL', value: content.logLevel },
      { name: 'REQUEST_TIMEOUT_SECONDS', value: String(content.timeoutSeconds) },
      { name: 'FEATURES', value: content.features.join(',') },
    ],
    secrets: [
      {
        name: 'DATABASE_URL',
        valueFrom: `arn:aws:secretsmanager:${region}:${accountId}:secret:${cluster}/${name}/database-Qx7aBc`,
      },
      {
        name: 'API_TOKEN',
        valueFrom: `arn:aws:ssm:${region}:${accountId}:parameter/${cluster}/${name}/api-token`,
      },
    ],
    ...(service.hasContainerHealthCheck === true && port !== undefined
      ? {
          healthCheck: {
            command: ['CMD-SHELL', `wget -q -O- http://localhost:${port}/healthz`],
            interval: 15,
            retries: 3,
          },
        }
      : {}),
    logConfiguration: logTo(region, family),
  };
}

function proxyContainer(region: string, family: string): ContainerDefinition {
  return {
    name: 'proxy',
    image: PROXY_IMAGE,
    essential: true,
    user: '1337',
    memoryReservation: 128,
    portMappings: [{ containerPort: 9901, protocol: 'tcp' }],
    environment: [{ name: 'ENVOY_LOG_LEVEL', value: 'warning' }],
    logConfiguration: logTo(region, family),
  };
}

function logTo(region: string, family: string): NonNullable<ContainerDefinition['logConfiguration']> {
  return {
    logDriver: 'awslogs',
    options: { 'awslogs-group': `/ecs/${family}`, 'awslogs-region': region, 'awslogs-stream-prefix': 'ecs' },
  };
}
