import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import type { ServiceRef } from '../../../shared/model/service.ts';

/** A service of its own to be deployed again and again, and what can be deployed to it. */
export interface DeploySubject {
  readonly ref: ServiceRef;
  /** Two images that come up, and one that never does. */
  readonly images: { readonly healthy: readonly [string, string]; readonly crashing: string };
  /** Without it, ECS continues with an image that crashes until somebody stops it. */
  readonly hasCircuitBreaker: boolean;
}

interface SubjectsWanted {
  readonly truth: ECSClient;
  readonly region: string;
  /** Where the images are: `127.0.0.1:4566`. */
  readonly registry: string;
  /** An account for each service: one account registers a revision a second at most. */
  readonly accounts: readonly string[];
}

/** A client that gives up only after many failures, to ask AWS how it really is. */
export function truthOf(aws: {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}): ECSClient {
  const { endpoint, region, credentials } = aws;
  return new ECSClient({ endpoint, region, credentials, retryStrategy: TIRELESS });
}

/** The SDK's own strategies stop to try again once too much has failed. */
const TIRELESS: RetryStrategyV2 = {
  acquireInitialRetryToken: async () => retryToken(0),
  refreshRetryTokenForRetry: async (token) => retryToken(token.getRetryCount() + 1),
  recordSuccess() {},
};

function retryToken(count: number): StandardRetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => 20, getRetryCost: () => 0 };
}

/** Makes services in the demo scenario, every third one without a circuit breaker, and waits until they are up. */
export function createSubjects(wanted: SubjectsWanted): Promise<readonly DeploySubject[]> {
  return Promise.all(wanted.accounts.map((account, index) => createSubject(wanted, account, index)));
}

async function createSubject(
  { truth, region, registry }: SubjectsWanted,
  account: string,
  index: number,
): Promise<DeploySubject> {
  const service = `subject-${index + 1}`;
  const image = (tag: string): string => `${registry}/dashboard:${tag}`;
  const hasCircuitBreaker = index % 3 !== 2;
  await truth.send(
    new RegisterTaskDefinitionCommand({
      family: service,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecs-execution',
      containerDefinitions: [{ name: 'app', image: image('5.1.3'), essential: true }],
    }),
  );
  const create = new CreateServiceCommand({
    cluster: 'tools',
    serviceName: service,
    taskDefinition: service,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: hasCircuitBreaker, rollback: hasCircuitBreaker },
    },
  });
  await truth.send(create);
  await untilUp(truth, service);
  return {
    ref: { account, region, cluster: 'tools', service },
    images: { healthy: [image('5.2.0'), image('5.2.1')], crashing: image('5.2.2-crash') },
    hasCircuitBreaker,
  };
}

async function untilUp(truth: ECSClient, service: string): Promise<void> {
  const command = new DescribeServicesCommand({ cluster: 'tools', services: [service] });
  for (;;) {
    const { services } = await truth.send(command);
    if (services?.[0]?.deployments?.[0]?.rolloutState === 'COMPLETED') return;
    await wait(200);
  }
}
