import * as ecrApi from '@aws-sdk/client-ecr';
import * as ecsApi from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PutParameterCommand, type PutParameterCommandInput, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from './testing/sandbox.ts';

let sandbox: TestSandbox;
let ecs: ecsApi.ECSClient;
let ecr: ecrApi.ECRClient;
let ssm: SSMClient;
let secrets: SecretsManagerClient;
let states: SFNClient;

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const GROUP = 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web';

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'empty' });
  const { endpoint, region, credentials } = sandbox;
  const client = { endpoint, region, credentials };
  ecs = new ecsApi.ECSClient(client);
  ecr = new ecrApi.ECRClient(client);
  ssm = new SSMClient(client);
  secrets = new SecretsManagerClient(client);
  states = new SFNClient(client);
  await ecr.send(new ecrApi.CreateRepositoryCommand({ repositoryName: 'web' }));
  const definition = {
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'web:1' }],
  } satisfies Partial<ecsApi.RegisterTaskDefinitionRequest>;
  const atLaunch = { name: 'data', configuredAtLaunch: true };
  for (const [family, volume] of [
    ['web', { name: 'fixed' }],
    ['at-launch', atLaunch],
  ] as const) {
    await ecs.send(new ecsApi.RegisterTaskDefinitionCommand({ ...definition, family, volumes: [volume] }));
  }
});
afterAll(() => sandbox.close());

const service = (changes: Partial<ecsApi.CreateServiceRequest>) =>
  ecs.send(
    new ecsApi.CreateServiceCommand({
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...changes,
    }),
  );
const strategy = (...capacityProviderStrategy: ecsApi.CapacityProviderStrategyItem[]) =>
  service({
    serviceName: `web-${capacityProviderStrategy.length}`,
    launchType: undefined,
    capacityProviderStrategy,
  });
const run = (changes: Partial<ecsApi.RunTaskRequest>) =>
  ecs.send(
    new ecsApi.RunTaskCommand({
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...changes,
    }),
  );
const cluster = (changes: Partial<ecsApi.CreateClusterRequest>) =>
  ecs.send(new ecsApi.CreateClusterCommand({ clusterName: 'other', ...changes }));
const provider = (autoScalingGroupProvider: Partial<ecsApi.AutoScalingGroupProvider>) =>
  ecs.send(
    new ecsApi.CreateCapacityProviderCommand({
      name: 'instances',
      autoScalingGroupProvider: { autoScalingGroupArn: GROUP, ...autoScalingGroupProvider },
    }),
  );
const repository = (changes: Partial<ecrApi.CreateRepositoryRequest>) =>
  ecr.send(new ecrApi.CreateRepositoryCommand({ repositoryName: 'other', ...changes }));
const policy = (changes: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*', ...changes }],
  });
const repositoryPolicy = (changes: object) =>
  ecr.send(new ecrApi.SetRepositoryPolicyCommand({ repositoryName: 'web', policyText: policy(changes) }));
const registryPolicy = (Resource: string) =>
  ecr.send(new ecrApi.PutRegistryPolicyCommand({ policyText: policy({ Resource }) }));
const rule = (rulePriority: number, tagStatus: string) => ({
  rulePriority,
  selection: { tagStatus, countType: 'imageCountMoreThan', countNumber: 1 },
  action: { type: 'expire' },
});
const lifecycle = (...rules: readonly object[]) =>
  ecr.send(
    new ecrApi.PutLifecyclePolicyCommand({
      repositoryName: 'web',
      lifecyclePolicyText: JSON.stringify({ rules }),
    }),
  );
const template = (changes: Partial<ecrApi.CreateRepositoryCreationTemplateRequest>) =>
  ecr.send(
    new ecrApi.CreateRepositoryCreationTemplateCommand({
      prefix: 'team',
      appliedFor: ['PULL_THROUGH_CACHE'],
      ...changes,
    }),
  );
const parameter = (changes: Partial<PutParameterCommandInput>) =>
  ssm.send(new PutParameterCommand({ Name: '/web', Value: 'x', Type: 'String', ...changes }));
const machine = (definition: object, roleArn = 'arn:aws:iam::123456789012:role/states') =>
  states.send(
    new CreateStateMachineCommand({ name: 'web', roleArn, definition: JSON.stringify(definition) }),
  );
const PASS = { A: { Type: 'Pass', End: true } };

const fargate = { capacityProvider: 'FARGATE', weight: 1 };
const group = { capacityProvider: 'instances', weight: 1 };
const spot = { capacityProvider: 'FARGATE_SPOT' };

it.each<readonly [string, () => Promise<unknown>, string, string]>([
  [
    'a service: both kinds of capacity',
    () => strategy(fargate, group),
    'InvalidParameterException',
    'a mix of',
  ],
  ['a service: one provider twice', () => strategy(fargate, fargate), 'InvalidParameterException', 'once'],
  [
    'a service: no weight',
    () => strategy({ ...fargate, weight: 0 }, spot),
    'InvalidParameterException',
    'weight greater than 0',
  ],
  [
    'a service: a placement strategy on Fargate',
    () => service({ placementStrategy: [{ type: 'random' }] }),
    'InvalidParameterException',
    'placementStrategy is not supported',
  ],
  [
    'a service: platform 9.9.9',
    () => service({ platformVersion: '9.9.9' }),
    'PlatformUnknownException',
    'version',
  ],
  [
    'a service: six security groups',
    () =>
      service({
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-1'],
            securityGroups: Array.from({ length: 6 }, (_, index) => `sg-${index}`),
          },
        },
      }),
    'InvalidParameterException',
    'at most 5 items',
  ],
  [
    'a service: rebalancing that may start no task',
    () =>
      service({
        availabilityZoneRebalancing: 'ENABLED',
        deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
      }),
    'InvalidParameterException',
    'greater than 100',
  ],
  [
    'a service: a volume that is not configured at launch',
    () => service({ volumeConfigurations: [{ name: 'fixed' }] }),
    'InvalidParameterException',
    "'fixed' is not configured at launch",
  ],
  [
    'a task: a volume that is not configured at launch',
    () => run({ volumeConfigurations: [{ name: 'fixed' }] }),
    'InvalidParameterException',
    "'fixed' is not configured at launch",
  ],
  [
    'a task: a volume at launch without its configuration',
    () => run({ taskDefinition: 'at-launch' }),
    'InvalidParameterException',
    'volumeConfigurations does not name it',
  ],
  [
    'a service: a volume at launch without its configuration',
    () => service({ taskDefinition: 'at-launch' }),
    'InvalidParameterException',
    'volumeConfigurations does not name it',
  ],
  [
    'a task: long overrides',
    () => run({ overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8200)] }] } }),
    'InvalidParameterException',
    'at most 8192',
  ],
  [
    'a task: 300 CPU units',
    () => run({ overrides: { cpu: '300' } }),
    'ClientException',
    'No Fargate configuration',
  ],
  ['a task: a long startedBy', () => run({ startedBy: 'x'.repeat(129) }), 'InvalidParameterException', '128'],
  [
    'a cluster: an unknown provider',
    () => cluster({ capacityProviders: ['none'] }),
    'InvalidParameterException',
    "'none' was not found",
  ],
  [
    'a cluster: a strategy of another provider',
    () =>
      cluster({ capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: [{ ...spot, weight: 1 }] }),
    'InvalidParameterException',
    'not associated',
  ],
  [
    'a provider: steps in the wrong order',
    () => provider({ managedScaling: { minimumScalingStepSize: 9, maximumScalingStepSize: 3 } }),
    'InvalidParameterException',
    'minimumScalingStepSize',
  ],
  [
    'a provider: protection without scaling',
    () => provider({ managedTerminationProtection: 'ENABLED' }),
    'InvalidParameterException',
    'managed scaling',
  ],
  [
    'a repository: a tag of AWS',
    () => repository({ tags: [{ Key: 'aws:x', Value: '' }] }),
    'InvalidTagParameterException',
    'aws:',
  ],
  [
    'a repository: a tag twice',
    () => repository({ tags: ['1', '2'].map((Value) => ({ Key: 'x', Value })) }),
    'InvalidTagParameterException',
    'twice',
  ],
  [
    'a repository: 51 tags',
    () => repository({ tags: Array.from({ length: 51 }, (_, index) => ({ Key: `${index}`, Value: '' })) }),
    'TooManyTagsException',
    '50',
  ],
  [
    'a repository: exclusions without their mode',
    () =>
      repository({
        imageTagMutability: 'IMMUTABLE',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev*' }],
      }),
    'InvalidParameterException',
    'has no exclusion filters',
  ],
  [
    'a repository: a mode without its exclusions',
    () =>
      ecr.send(
        new ecrApi.PutImageTagMutabilityCommand({
          repositoryName: 'web',
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        }),
      ),
    'InvalidParameterException',
    'at least one filter',
  ],
  ['a policy: a resource', () => repositoryPolicy({ Resource: '*' }), 'InvalidParameterException', 'policy'],
  [
    'a policy: an unknown member',
    () => repositoryPolicy({ When: 'now' }),
    'InvalidParameterException',
    'policy',
  ],
  [
    'a policy: an unknown operator',
    () => repositoryPolicy({ Condition: { StringAlmost: { 'aws:PrincipalOrgID': 'o-1' } } }),
    'InvalidParameterException',
    'policy',
  ],
  [
    'a policy: a principal that is none',
    () => repositoryPolicy({ Principal: { AWS: 'somebody' } }),
    'InvalidParameterException',
    'policy',
  ],
  [
    'a registry policy: a bucket',
    () => registryPolicy('arn:aws:s3:::web'),
    'InvalidParameterException',
    'policy',
  ],
  [
    'a lifecycle policy: a rule after one for any tag',
    () => lifecycle(rule(1, 'any'), rule(2, 'untagged')),
    'InvalidParameterException',
    'highest rulePriority',
  ],
  [
    'a lifecycle policy: a key that no rule has',
    () => lifecycle({ ...rule(1, 'any'), note: 'x' }),
    'InvalidParameterException',
    'properties which are not allowed by the schema: ["note"]',
  ],
  [
    'images: a page of named ones',
    () =>
      ecr.send(
        new ecrApi.DescribeImagesCommand({
          repositoryName: 'web',
          imageIds: [{ imageTag: '1' }],
          maxResults: 5,
        }),
      ),
    'InvalidParameterException',
    'maxResults',
  ],
  [
    'a cache rule of Docker Hub: no credentials',
    () =>
      ecr.send(
        new ecrApi.CreatePullThroughCacheRuleCommand({
          ecrRepositoryPrefix: 'hub',
          upstreamRegistryUrl: 'registry-1.docker.io',
        }),
      ),
    'InvalidParameterException',
    'credentialArn',
  ],
  ['a template: no JSON', () => template({ repositoryPolicy: '{' }), 'InvalidParameterException', 'policy'],
  [
    'a template: no rules',
    () => template({ lifecyclePolicy: '{"rules":[]}' }),
    'InvalidParameterException',
    'the policy has no rules',
  ],
  [
    'a parameter: 16 levels',
    () => parameter({ Name: '/a'.repeat(16) }),
    'HierarchyLevelLimitExceededException',
    '15',
  ],
  ['a parameter: 4097 bytes', () => parameter({ Value: 'x'.repeat(4097) }), 'ValidationException', '4096'],
  [
    'a parameter: another pattern',
    () => parameter({ AllowedPattern: '^\\d+$' }),
    'ParameterPatternMismatchException',
    'allowedPattern',
  ],
  [
    'a parameter: no pattern',
    () => parameter({ AllowedPattern: '(' }),
    'InvalidAllowedPatternException',
    '(',
  ],
  [
    'a secret: text and bytes',
    () =>
      secrets.send(
        new CreateSecretCommand({ Name: 'web', SecretString: 'x', SecretBinary: new Uint8Array([1]) }),
      ),
    'InvalidParameterException',
    'both SecretString and SecretBinary',
  ],
  [
    'a state machine: a start that is not there',
    () => machine({ StartAt: 'B', States: PASS }),
    'InvalidDefinition',
    'MISSING_TRANSITION_TARGET',
  ],
  [
    'a state machine: no role',
    () => machine({ StartAt: 'A', States: PASS }, 'states'),
    'InvalidArn',
    'states',
  ],
])('AWS refuses what its models allow, and so does the sandbox: %s', async (_what, send, name, message) => {
  await expect(send()).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

it.each<readonly [string, () => Promise<unknown>]>([
  ['a strategy with one weight of two', () => strategy(fargate, spot)],
  ['a strategy without weights of one provider', () => strategy(spot)],
  [
    'a policy for another account with a condition',
    () =>
      repositoryPolicy({
        Sid: 'pull',
        Principal: { AWS: ['210987654321', 'arn:aws:iam::210987654321:role/ci'] },
        Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
      }),
  ],
  ['a rule for any tag at the end', () => lifecycle(rule(1, 'untagged'), rule(2, 'any'))],
  ['an advanced parameter', () => parameter({ Name: '/long', Value: 'x'.repeat(8192), Tier: 'Advanced' })],
  [
    'a parameter that fits its pattern',
    () => parameter({ Name: '/port', Value: '80', AllowedPattern: '\\d+' }),
  ],
  [
    'a provider with protection and scaling',
    () => provider({ managedTerminationProtection: 'ENABLED', managedScaling: { status: 'ENABLED' } }),
  ],
])('the sandbox takes %s', async (_what, send) => {
  await expect(send()).resolves.toBeDefined();
});
