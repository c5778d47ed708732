import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as stacks from '@aws-sdk/client-cloudformation';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codeDeploy from '@aws-sdk/client-codedeploy';
import * as tables from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as balancers from '@aws-sdk/client-elastic-load-balancing-v2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as keys from '@aws-sdk/client-kms';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as stateMachines from '@aws-sdk/client-sfn';
import * as parameters from '@aws-sdk/client-ssm';
import * as portal from '@aws-sdk/client-sso';
import * as oidc from '@aws-sdk/client-sso-oidc';
import * as sts from '@aws-sdk/client-sts';
import * as signIn from '@aws-sdk/nested-clients/signin';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Operation } from './aws-api/service.ts';
import { type Sandbox, startSandbox } from './start.ts';
import { createRequestReader, type RequestWriter, writeRequest } from './testing/request-reader.ts';
import { inputsOf } from './testing/request-values.ts';
import { createSteppedClock } from './testing/stepped-clock.ts';
import { wrongCallsOf } from './testing/wrong-calls.ts';
import { wrongTypesOf } from './testing/wrong-types.ts';

interface BuildArguments {
  readonly request: object;
}
type Handler = (args: BuildArguments) => Promise<unknown>;

interface Client extends RequestWriter {
  readonly middlewareStack: {
    add(middleware: (next: Handler) => Handler, options: object): void;
  };
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/** The SDK's module of each service, by the sandbox's name of the service, with its client. */
const SERVICES = {
  'Application-AutoScaling': [autoScaling, autoScaling.ApplicationAutoScalingClient],
  CloudFormation: [stacks, stacks.CloudFormationClient],
  CloudWatch: [cloudWatch, cloudWatch.CloudWatchClient],
  CodeDeploy: [codeDeploy, codeDeploy.CodeDeployClient],
  DynamoDB: [tables, tables.DynamoDBClient],
  ECR: [ecr, ecr.ECRClient],
  ECS: [ecs, ecs.ECSClient],
  ElasticLoadBalancing: [balancers, balancers.ElasticLoadBalancingV2Client],
  Events: [events, events.EventBridgeClient],
  IAM: [iam, iam.IAMClient],
  KMS: [keys, keys.KMSClient],
  Logs: [logs, logs.CloudWatchLogsClient],
  SSM: [parameters, parameters.SSMClient],
  SSO: [portal, portal.SSOClient],
  'SSO-OAuth': [oidc, oidc.SSOOIDCClient],
  STS: [sts, sts.STSClient],
  Signin: [signIn, signIn.SigninClient],
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

type ServiceName = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as ServiceName[];

function operationsOf(name: ServiceName): readonly string[] {
  return sandbox.operations
    .filter((operation) => operation.startsWith(`${name}.`))
    .map((operation) => operation.slice(name.length + 1));
}

function clientOf(name: ServiceName): Client {
  const [, ServiceClient] = SERVICES[name];
  const { endpoint, region, credentials } = sandbox;
  // StartLiveTail has a host of its own at AWS.
  const options = { endpoint, region, credentials, maxAttempts: 1, disableHostPrefix: true };
  return new ServiceClient(options) as unknown as Client;
}

it('every service of the sandbox is among those whose calls are broken here', () => {
  const services = sandbox.operations.map((operation) => operation.slice(0, operation.indexOf('.')));
  // Of a call of S3 the sandbox reads only bucket and key, which have no rule that an address can break.
  expect(new Set(services)).toEqual(new Set([...NAMES, 'S3']));
});

// Named by hand: the calls below come from the rules, and miss what the rules miss.
it.each([
  ['ECS', new ecs.UpdateServiceCommand({ service: 'web', deploymentConfiguration: earlyAt(101) })],
  ['IAM', new iam.ListAccountAliasesCommand({ MaxItems: 1001 })],
  ['KMS', new keys.GenerateDataKeyCommand({ KeyId: 'a', NumberOfBytes: 1025 })],
  ['SSM', new parameters.TerminateSessionCommand({ SessionId: 'a'.repeat(97) })],
  ['CloudFormation', new stacks.ListExportsCommand({ NextToken: 'a'.repeat(1025) })],
  ['CodeDeploy', new codeDeploy.CreateApplicationCommand({ applicationName: 'a b' })],
] as const)('%s refuses a value that its newest model forbids', async (name, command) => {
  const client = clientOf(name);
  expect(await refusalOf(client, command)).toMatch(/^\w+: .*(?:constraint|failed to satisfy)/);
  client.destroy();
});

function earlyAt(healthyPercent: number): ecs.DeploymentConfiguration {
  return { earlySuccessCriteria: { enable: true, healthyPercent } };
}

// A call over HTTP costs ten times its reading, so each operation gets one of them: that shows that the sandbox reads what
// it is called with as the reader does that has all of them.
it.each(NAMES)(
  '%s refuses every value that its model forbids, and every call without a required member, in every operation',
  async (name) => {
    const calls = wrongCallsOf(SERVICES[name][0], operationsOf(name));
    const client = clientOf(name);
    const read = readerOf(name);
    const sent = new Set<string>();
    const accepted: string[] = [];
    for (const { operation, command, what, expected } of calls) {
      const refusals = [read(await writeRequest(client, command))];
      if (!sent.has(operation)) refusals.push(await refusalOf(client, command));
      sent.add(operation);
      for (const refusal of refusals) {
        if (refusal === undefined || !expected.test(refusal))
          accepted.push(`${operation} ${what}: ${refusal}`);
      }
    }
    client.destroy();
    expect(accepted).toEqual([]);
    expect(calls.length).toBeGreaterThan(0);
  },
);

// The requests of the access portal have no body, and those of CloudFormation only texts.
it.each(NAMES.filter((name) => name !== 'SSO' && name !== 'CloudFormation'))(
  '%s refuses every value of another type than its model says, in every operation',
  async (name) => {
    const calls = wrongTypesOf(SERVICES[name][0], operationsOf(name));
    const client = clientOf(name);
    const read = readerOf(name);
    let body: string | Uint8Array | undefined;
    client.middlewareStack.add(
      (next) => (args) => next({ ...args, request: Object.assign(args.request, { body }) }),
      { step: 'build', priority: 'high' },
    );
    const sent = new Set<string>();
    const accepted: string[] = [];
    for (const { operation, command, what, changed } of calls) {
      const request = await writeRequest(client, command);
      body = changed(request.body);
      // Nothing is sent where the protocol has no way to write the mistake.
      if (body === undefined) continue;
      const refusals = [read({ ...request, body })];
      if (!sent.has(operation)) refusals.push(await refusalOf(client, command));
      sent.add(operation);
      for (const refusal of refusals) {
        if (!/^(?:SerializationException|MalformedInput)/.test(refusal ?? ''))
          accepted.push(`${operation} ${what}: ${refusal}`);
      }
    }
    client.destroy();
    expect(accepted).toEqual([]);
    expect(sent.size).toBeGreaterThan(0);
  },
);

function readerOf(name: ServiceName): ReturnType<typeof createRequestReader> {
  const operations = inputsOf(SERVICES[name][0], operationsOf(name)).map(
    ({ operation, schema }): [string, Operation] => [operation, { schema, run: () => Promise.resolve({}) }],
  );
  return createRequestReader(Object.fromEntries(operations));
}
