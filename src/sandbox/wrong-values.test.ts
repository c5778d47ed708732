import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codeDeploy from '@aws-sdk/client-codedeploy';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as balancers from '@aws-sdk/client-elastic-load-balancing-v2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as stateMachines from '@aws-sdk/client-sfn';
import * as parameters from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './start.ts';
import { createSteppedClock } from './testing/stepped-clock.ts';
import { type WrongCall, wrongCallsOf } from './testing/wrong-calls.ts';

interface Client {
  send(command: object): Promise<unknown>;
}

/** The SDK's module of each service, by the sandbox's name of the service, with its client. */
const SERVICES = {
  CloudWatch: [cloudWatch, cloudWatch.CloudWatchClient],
  CodeDeploy: [codeDeploy, codeDeploy.CodeDeployClient],
  ECR: [ecr, ecr.ECRClient],
  ECS: [ecs, ecs.ECSClient],
  ElasticLoadBalancing: [balancers, balancers.ElasticLoadBalancingV2Client],
  Events: [events, events.EventBridgeClient],
  IAM: [iam, iam.IAMClient],
  Logs: [logs, logs.CloudWatchLogsClient],
  SSM: [parameters, parameters.SSMClient],
  STS: [sts, sts.STSClient],
  Scheduler: [scheduler, scheduler.SchedulerClient],
  SecretsManager: [secrets, secrets.SecretsManagerClient],
  States: [stateMachines, stateMachines.SFNClient],
} as const;

let sandbox: Sandbox;
beforeAll(async () => {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'empty', clock });
});
afterAll(() => sandbox.close());

/** The name of the error and its message; undefined when the call was accepted. */
async function refusalOf(client: Client, command: object): Promise<string | undefined> {
  try {
    await client.send(command);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

it.each(Object.keys(SERVICES) as (keyof typeof SERVICES)[])(
  '%s refuses every value that its model forbids, in every operation',
  async (name) => {
    const [sdk, ServiceClient] = SERVICES[name];
    const operations = sandbox.operations
      .filter((operation) => operation.startsWith(`${name}.`))
      .map((operation) => operation.slice(name.length + 1));
    const calls = wrongCallsOf(sdk, operations);
    const config = {
      endpoint: sandbox.endpoint,
      region: sandbox.region,
      credentials: sandbox.credentials,
      maxAttempts: 1,
    };
    const client = new ServiceClient(config) as unknown as Client & { destroy(): void };
    const accepted: string[] = [];
    for (const { operation, command, what, expected } of calls satisfies readonly WrongCall[]) {
      const refusal = await refusalOf(client, command);
      if (refusal === undefined || !expected.test(refusal)) accepted.push(`${operation} ${what}: ${refusal}`);
    }
    client.destroy();
    expect(accepted).toEqual([]);
    expect(calls.length).toBeGreaterThan(0);
  },
);
