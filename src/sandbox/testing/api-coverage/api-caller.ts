import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient, ECSServiceException } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { SSOClient } from '@aws-sdk/client-sso';
import { SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { STSClient } from '@aws-sdk/client-sts';
import { SigninClient } from '@aws-sdk/nested-clients/signin';
import type { CommandIO, MetadataBearer, StaticOperationSchema } from '@smithy/types';
import { payloadOf } from '../../aws-api/shape-writer.ts';
import type { Sandbox } from '../../start.ts';
import type { SteppedClock } from '../stepped-clock.ts';
import { breachesOf, createRecordingHandler, type SentRequest } from './answers.ts';

/** Sends a command with the SDK's client, which must accept the answer, and looks at the answer on the wire. */
export type Send = <I extends object, O extends MetadataBearer>(command: CommandIO<I, O>) => Promise<O>;

/** For tests: a client of every service, which takes down what was called and what was wrong with the answers. */
export interface ApiCaller {
  readonly endpoint: string;
  readonly ecs: Send;
  readonly ecr: Send;
  readonly logs: Send;
  readonly alarms: Send;
  readonly scaling: Send;
  readonly balancers: Send;
  readonly codeDeploy: Send;
  readonly sts: Send;
  readonly oidc: Send;
  readonly portal: Send;
  readonly signIn: Send;
  readonly iam: Send;
  readonly secrets: Send;
  readonly parameters: Send;
  readonly keys: Send;
  readonly events: Send;
  readonly tables: Send;
  readonly schedules: Send;
  readonly stateMachines: Send;
  readonly stacks: Send;
  readonly objects: Send;
  /** Sends a command to ECS that must be refused, and gives back the name of the error. */
  readonly refusalOfEcs: <I extends object, O extends MetadataBearer>(
    command: CommandIO<I, O>,
  ) => Promise<string>;
  /** Lets so many milliseconds of the sandbox's time pass. */
  readonly advance: (milliseconds: number) => void;
  /** Lets time pass until something is so. */
  readonly until: <T>(ask: () => Promise<T | undefined>) => Promise<T>;
  /** For example `ECS.ListServices`, sorted. */
  called(): readonly string[];
  /** All requests that were sent to services other than the registry. */
  requests(): readonly SentRequest[];
  /** What was wrong with answers since the last time. */
  takeBreaches(): readonly string[];
}

/** Calls that belong together, by what they are about. */
export type ApiCalls = Readonly<Record<string, (apiCaller: ApiCaller) => Promise<void>>>;

const STEP_SECONDS = 30;
const LONGEST_SECONDS = 7200;

export function createApiCaller({ endpoint, region, credentials }: Sandbox, clock: SteppedClock): ApiCaller {
  const handler = createRecordingHandler();
  const called = new Set<string>();
  const breaches: string[] = [];
  const config = { endpoint, region, credentials, maxAttempts: 1, requestHandler: handler };

  function sender(service: string, client: { send(command: never): Promise<unknown> }): Send {
    return async (command) => {
      const output = await client.send(command as never);
      const [, , name, , , outputSchema] = schemaOf(command);
      called.add(`${service}.${name}`);
      const text = handler.lastAnswer();
      // Query answers are XML, which the SDK has read already; an object of S3 is only itself.
      if (!text.startsWith('<') && service !== 'S3') {
        const onTheWire = payloadOf(outputSchema)?.schema ?? outputSchema;
        breaches.push(...breachesOf(onTheWire, JSON.parse(text)).map((each) => `${name}${each}`));
      }
      return output as never;
    };
  }

  const ecs = new ECSClient(config);
  return {
    endpoint,
    ecs: sender('ECS', ecs),
    ecr: sender('ECR', new ECRClient(config)),
    logs: sender('Logs', new CloudWatchLogsClient({ ...config, disableHostPrefix: true })),
    scaling: sender('Application-AutoScaling', new ApplicationAutoScalingClient(config)),
    alarms: sender('CloudWatch', new CloudWatchClient(config)),
    balancers: sender('ElasticLoadBalancing', new ElasticLoadBalancingV2Client(config)),
    codeDeploy: sender('CodeDeploy', new CodeDeployClient(config)),
    sts: sender('STS', new STSClient(config)),
    oidc: sender('SSO-OAuth', new SSOOIDCClient(config)),
    portal: sender('SSO', new SSOClient(config)),
    signIn: sender('Signin', new SigninClient(config)),
    iam: sender('IAM', new IAMClient(config)),
    secrets: sender('SecretsManager', new SecretsManagerClient(config)),
    parameters: sender('SSM', new SSMClient(config)),
    keys: sender('KMS', new KMSClient(config)),
    tables: sender('DynamoDB', new DynamoDBClient(config)),
    events: sender('Events', new EventBridgeClient(config)),
    schedules: sender('Scheduler', new SchedulerClient(config)),
    stateMachines: sender('States', new SFNClient(config)),
    stacks: sender('CloudFormation', new CloudFormationClient(config)),
    objects: sender('S3', new S3Client(config)),
    async refusalOfEcs(command) {
      const [, , name] = schemaOf(command);
      const refused: unknown = await ecs.send(command as never).catch((error: unknown) => error);
      if (!(refused instanceof ECSServiceException)) throw new Error(`${name} was not refused.`);
      called.add(`ECS.${name}`);
      return refused.name;
    },
    advance: (milliseconds) => clock.advance(milliseconds),
    async until(ask) {
      for (let second = 0; second < LONGEST_SECONDS; second += STEP_SECONDS) {
        const found = await ask();
        if (found !== undefined) return found;
        clock.advance(STEP_SECONDS * 1000);
      }
      throw new Error('It never came to be.');
    },
    called: () => [...called].toSorted(),
    requests: () => handler.requests(),
    takeBreaches: () => breaches.splice(0),
  };
}

function schemaOf(command: object): StaticOperationSchema {
  if ('schema' in command && Array.isArray(command.schema)) {
    // Every command of the SDK carries the schema of its operation.
    return command.schema as unknown as StaticOperationSchema;
  }
  throw new Error('The command has no schema.');
}
