import * as alarmApi from '@aws-sdk/client-cloudwatch';
import * as logApi from '@aws-sdk/client-cloudwatch-logs';
import * as ecrApi from '@aws-sdk/client-ecr';
import * as ecsApi from '@aws-sdk/client-ecs';
import * as balancerApi from '@aws-sdk/client-elastic-load-balancing-v2';
import * as stsApi from '@aws-sdk/client-sts';
import type { CommandIO, MetadataBearer, StaticOperationSchema } from '@smithy/types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSteppedClock } from './clock.ts';
import { digestOf } from './registry/digest.ts';
import { type Sandbox, startSandbox } from './start.ts';
import { breachesOf, createRecordingHandler } from './test-answers.ts';

// Each operation is called through the SDK's client, which must accept the answer, and the answer on the wire must
// hold nothing that the SDK's schema does not know. The last test fails when an operation was not called.

const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
const handler = createRecordingHandler();
const walked = new Set<string>();
const breaches: string[] = [];
let sandbox: Sandbox;
let ecs: Send;
let ecr: Send;
let logs: Send;
let alarms: Send;
let balancers: Send;
let sts: Send;

type Send = <I extends object, O extends MetadataBearer>(command: CommandIO<I, O>) => Promise<O>;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'demo', clock });
  const { endpoint, region, credentials } = sandbox;
  const config = { endpoint, region, credentials, maxAttempts: 1, requestHandler: handler };
  ecs = checked('ECS', new ecsApi.ECSClient(config));
  ecr = checked('ECR', new ecrApi.ECRClient(config));
  logs = checked('Logs', new logApi.CloudWatchLogsClient(config));
  alarms = checked('CloudWatch', new alarmApi.CloudWatchClient(config));
  balancers = checked('ElasticLoadBalancing', new balancerApi.ElasticLoadBalancingV2Client(config));
  sts = checked('STS', new stsApi.STSClient(config));
});
afterAll(() => sandbox.close());

function checked(service: string, client: { send(command: never): Promise<unknown> }): Send {
  return async (command) => {
    const output = await client.send(command as never);
    const [, , name, , , outputSchema] = schemaOf(command);
    walked.add(`${service}.${name}`);
    // Query answers are XML, which the SDK has read already.
    const text = handler.lastAnswer();
    if (!text.startsWith('<'))
      breaches.push(...breachesOf(outputSchema, JSON.parse(text)).map((each) => `${name}${each}`));
    return output as never;
  };
}

function schemaOf(command: object): StaticOperationSchema {
  if ('schema' in command && Array.isArray(command.schema))
    return command.schema as unknown as StaticOperationSchema;
  throw new Error('The command has no schema.');
}

/** A test that makes calls: each answer is accepted, and none breaks its schema. */
function walk(what: string, calls: () => Promise<void>): void {
  it(`answer as their schemas say: ${what}`, async () => {
    await calls();
    expect(breaches.splice(0)).toEqual([]);
  });
}

/** Lets the sandbox's time pass until something is so. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let second = 0; second < 7200; second += 5) {
    const found = await ask();
    if (found !== undefined) return found;
    clock.advance(5000);
  }
  throw new Error('It never came to be.');
}

const cluster = 'production';
const ROLE = 'arn:aws:iam::123456789012:role/sandbox';
const FARGATE = {
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

walk('clusters and capacity providers', async () => {
  await ecs(new ecsApi.ListClustersCommand({}));
  await ecs(
    new ecsApi.DescribeClustersCommand({
      clusters: [cluster, 'none'],
      include: ['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'],
    }),
  );
  const clusterName = 'walked';
  await ecs(new ecsApi.CreateClusterCommand({ clusterName, tags: [{ key: 'team', value: 'walk' }] }));
  await ecs(new ecsApi.UpdateClusterCommand({ cluster: clusterName, configuration: {} }));
  const settings = [{ name: 'containerInsights', value: 'enabled' }] as const;
  await ecs(new ecsApi.UpdateClusterSettingsCommand({ cluster: clusterName, settings: [...settings] }));
  const autoScalingGroupArn =
    'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/walked';
  await ecs(
    new ecsApi.CreateCapacityProviderCommand({
      name: 'walked',
      autoScalingGroupProvider: { autoScalingGroupArn },
    }),
  );
  await ecs(new ecsApi.DescribeCapacityProvidersCommand({ capacityProviders: ['walked', 'FARGATE'] }));
  await ecs(
    new ecsApi.UpdateCapacityProviderCommand({
      name: 'walked',
      autoScalingGroupProvider: { managedTerminationProtection: 'DISABLED' },
    }),
  );
  await ecs(
    new ecsApi.PutClusterCapacityProvidersCommand({
      cluster: clusterName,
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    }),
  );
  await ecs(new ecsApi.DeleteCapacityProviderCommand({ capacityProvider: 'walked' }));
  await ecs(new ecsApi.DeleteClusterCommand({ cluster: clusterName }));
});

walk('services and their deployments', async () => {
  const { serviceArns = [] } = await ecs(new ecsApi.ListServicesCommand({ cluster, maxResults: 100 }));
  await ecs(
    new ecsApi.DescribeServicesCommand({
      cluster,
      services: [...serviceArns.slice(0, 9), 'none'],
      include: ['TAGS'],
    }),
  );
  await ecs(new ecsApi.ListServicesByNamespaceCommand({ namespace: 'shop' }));
  const { serviceDeployments = [] } = await ecs(
    new ecsApi.ListServiceDeploymentsCommand({ cluster, service: serviceArns[0] ?? '' }),
  );
  const described = await ecs(
    new ecsApi.DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: serviceDeployments
        .map(({ serviceDeploymentArn = '' }) => serviceDeploymentArn)
        .slice(0, 20),
    }),
  );
  const serviceRevisionArns = (described.serviceDeployments ?? []).map(
    ({ targetServiceRevision }) => targetServiceRevision?.arn ?? '',
  );
  await ecs(new ecsApi.DescribeServiceRevisionsCommand({ serviceRevisionArns }));
});

walk('a service from its beginning to its end', async () => {
  const { taskDefinitionArns = [] } = await ecs(
    new ecsApi.ListTaskDefinitionsCommand({ familyPrefix: 'web', sort: 'DESC' }),
  );
  const [taskDefinition = ''] = taskDefinitionArns;
  const group = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/1`;
  const where = { cluster, service: 'walked' };
  await ecs(
    new ecsApi.CreateServiceCommand({
      cluster,
      serviceName: 'walked',
      taskDefinition,
      desiredCount: 1,
      ...FARGATE,
      loadBalancers: [
        {
          targetGroupArn: group('blue'),
          containerName: 'app',
          containerPort: 8080,
          advancedConfiguration: {
            alternateTargetGroupArn: group('blue'),
            productionListenerRule: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/1',
            roleArn: ROLE,
          },
        },
      ],
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    }),
  );
  const look = async (serviceDeploymentArn: string) => {
    const answer = await ecs(
      new ecsApi.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
    );
    return answer.serviceDeployments?.[0];
  };
  const latest = async () => {
    const { serviceDeployments } = await ecs(new ecsApi.ListServiceDeploymentsCommand(where));
    return serviceDeployments?.[0]?.serviceDeploymentArn;
  };
  const continueAndEnd = async (serviceDeploymentArn: string) =>
    until(async () => {
      const { finishedAt, lifecycleHookDetails = [] } = (await look(serviceDeploymentArn)) ?? {};
      const hook = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION');
      if (hook?.hookId !== undefined) {
        await ecs(
          new ecsApi.ContinueServiceDeploymentCommand({
            serviceDeploymentArn,
            hookId: hook.hookId,
            action: 'CONTINUE',
          }),
        );
      }
      return finishedAt;
    });

  await continueAndEnd(await until(latest));
  await balancers(new balancerApi.DescribeTargetGroupsCommand({}));
  await until(async () => {
    const { TargetHealthDescriptions } = await balancers(
      new balancerApi.DescribeTargetHealthCommand({ TargetGroupArn: group('blue') }),
    );
    return TargetHealthDescriptions?.[0];
  });

  await ecs(new ecsApi.UpdateServiceCommand({ ...where, forceNewDeployment: true }));
  const second = await until(latest);
  await continueAndEnd(second);
  await ecs(new ecsApi.UpdateServiceCommand({ ...where, forceNewDeployment: true }));
  const third = await until(async () => {
    const arn = await latest();
    return arn === second ? undefined : arn;
  });
  await until(async () => ((await look(third))?.status === 'IN_PROGRESS' ? true : undefined));
  await ecs(new ecsApi.StopServiceDeploymentCommand({ serviceDeploymentArn: third, stopType: 'ROLLBACK' }));
  await ecs(new ecsApi.DeleteServiceCommand({ ...where, force: true }));
});

walk('task definitions', async () => {
  await ecs(new ecsApi.ListTaskDefinitionFamiliesCommand({}));
  await ecs(new ecsApi.DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }));
  const { taskDefinition } = await ecs(
    new ecsApi.RegisterTaskDefinitionCommand({
      family: 'walked',
      containerDefinitions: [{ name: 'app', image: 'web:latest', memory: 128 }],
      tags: [{ key: 'team', value: 'walk' }],
    }),
  );
  const arn = taskDefinition?.taskDefinitionArn ?? '';
  await ecs(new ecsApi.TagResourceCommand({ resourceArn: arn, tags: [{ key: 'tier', value: '1' }] }));
  await ecs(new ecsApi.ListTagsForResourceCommand({ resourceArn: arn }));
  await ecs(new ecsApi.UntagResourceCommand({ resourceArn: arn, tagKeys: ['tier'] }));
  await ecs(new ecsApi.DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
  await ecs(new ecsApi.DeleteTaskDefinitionsCommand({ taskDefinitions: [arn, 'none:1'] }));
});

walk('tasks and container instances', async () => {
  const { taskArns = [] } = await ecs(new ecsApi.ListTasksCommand({ cluster }));
  await ecs(new ecsApi.DescribeTasksCommand({ cluster, tasks: taskArns, include: ['TAGS'] }));
  const [task = ''] = taskArns;
  await ecs(new ecsApi.UpdateTaskProtectionCommand({ cluster, tasks: [task], protectionEnabled: true }));
  await ecs(new ecsApi.GetTaskProtectionCommand({ cluster, tasks: [task] }));
  const { tasks = [] } = await ecs(new ecsApi.RunTaskCommand({ cluster, taskDefinition: 'web', ...FARGATE }));
  await ecs(new ecsApi.StopTaskCommand({ cluster, task: tasks[0]?.taskArn ?? '', reason: 'walked' }));

  const { containerInstance } = await ecs(
    new ecsApi.RegisterContainerInstanceCommand({
      cluster,
      totalResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
        { name: 'MEMORY', type: 'INTEGER', integerValue: 4096 },
      ],
    }),
  );
  const instance = containerInstance?.containerInstanceArn ?? '';
  await ecs(new ecsApi.ListContainerInstancesCommand({ cluster }));
  await ecs(
    new ecsApi.DescribeContainerInstancesCommand({
      cluster,
      containerInstances: [instance, 'none'],
      include: ['TAGS'],
    }),
  );
  const attributes = [
    { name: 'rack', value: '1', targetType: 'container-instance', targetId: instance },
  ] as const;
  await ecs(new ecsApi.PutAttributesCommand({ cluster, attributes: [...attributes] }));
  await ecs(
    new ecsApi.ListAttributesCommand({ cluster, targetType: 'container-instance', attributeName: 'rack' }),
  );
  await ecs(new ecsApi.DeleteAttributesCommand({ cluster, attributes: [...attributes] }));
  const { taskDefinition } = await ecs(
    new ecsApi.RegisterTaskDefinitionCommand({
      family: 'started',
      containerDefinitions: [{ name: 'app', image: 'web:latest', memory: 128 }],
    }),
  );
  await ecs(
    new ecsApi.StartTaskCommand({
      cluster,
      taskDefinition: taskDefinition?.taskDefinitionArn ?? '',
      containerInstances: [instance],
    }),
  );
  await ecs(
    new ecsApi.UpdateContainerInstancesStateCommand({
      cluster,
      containerInstances: [instance],
      status: 'DRAINING',
    }),
  );
  await ecs(
    new ecsApi.DeregisterContainerInstanceCommand({ cluster, containerInstance: instance, force: true }),
  );
});

walk('task sets', async () => {
  const service = 'external';
  const { taskDefinition } = await ecs(new ecsApi.DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
  const deploymentController = { type: 'EXTERNAL' } as const;
  await ecs(
    new ecsApi.CreateServiceCommand({ cluster, serviceName: service, desiredCount: 1, deploymentController }),
  );
  const { taskSet } = await ecs(
    new ecsApi.CreateTaskSetCommand({
      cluster,
      service,
      taskDefinition: taskDefinition?.taskDefinitionArn ?? '',
      ...FARGATE,
    }),
  );
  const id = taskSet?.taskSetArn ?? '';
  await ecs(new ecsApi.DescribeTaskSetsCommand({ cluster, service, taskSets: [id], include: ['TAGS'] }));
  await ecs(new ecsApi.UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: id }));
  const scale = { value: 50, unit: 'PERCENT' } as const;
  await ecs(new ecsApi.UpdateTaskSetCommand({ cluster, service, taskSet: id, scale }));
  await ecs(new ecsApi.DeleteTaskSetCommand({ cluster, service, taskSet: id, force: true }));
});

walk('account settings', async () => {
  await ecs(new ecsApi.PutAccountSettingCommand({ name: 'containerInsights', value: 'enabled' }));
  await ecs(new ecsApi.PutAccountSettingDefaultCommand({ name: 'containerInsights', value: 'disabled' }));
  await ecs(new ecsApi.ListAccountSettingsCommand({ effectiveSettings: true }));
  await ecs(new ecsApi.DeleteAccountSettingCommand({ name: 'containerInsights' }));
});

walk('repositories', async () => {
  const repositoryName = 'walked';
  const registry = new ecrApi.DescribeRegistryCommand({});
  await ecr(registry);
  await ecr(new ecrApi.GetAuthorizationTokenCommand({}));
  await ecr(new ecrApi.DescribeRepositoriesCommand({}));
  const { repository } = await ecr(new ecrApi.CreateRepositoryCommand({ repositoryName }));
  const resourceArn = repository?.repositoryArn ?? '';
  await ecr(new ecrApi.TagResourceCommand({ resourceArn, tags: [{ Key: 'team', Value: 'walk' }] }));
  await ecr(new ecrApi.ListTagsForResourceCommand({ resourceArn }));
  await ecr(new ecrApi.UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  await ecr(
    new ecrApi.PutImageTagMutabilityCommand({
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    }),
  );
  const scanOnPush = { scanOnPush: true };
  await ecr(
    new ecrApi.PutImageScanningConfigurationCommand({
      repositoryName,
      imageScanningConfiguration: scanOnPush,
    }),
  );
  await ecr(
    new ecrApi.BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repositoryName, 'none'] }),
  );
  await ecr(new ecrApi.PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }));
  await ecr(new ecrApi.GetRegistryScanningConfigurationCommand({}));
  const rules = [{ destinations: [{ region: 'eu-west-1', registryId: '123456789012' }] }];
  await ecr(new ecrApi.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
  await ecr(registry);
  await ecr(new ecrApi.PutRegistryPolicyCommand({ policyText: '{"Statement":[]}' }));
  await ecr(new ecrApi.GetRegistryPolicyCommand({}));
  await ecr(new ecrApi.DeleteRegistryPolicyCommand({}));
  await ecr(new ecrApi.PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value: 'V2' }));
  await ecr(new ecrApi.GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }));
  await ecr(new ecrApi.SetRepositoryPolicyCommand({ repositoryName, policyText: '{"Statement":[]}' }));
  await ecr(new ecrApi.GetRepositoryPolicyCommand({ repositoryName }));
  await ecr(new ecrApi.DeleteRepositoryPolicyCommand({ repositoryName }));

  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 };
  const rule = {
    rulePriority: 1,
    description: 'Keeps the newest three.',
    selection,
    action: { type: 'expire' },
  };
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  await ecr(new ecrApi.PutLifecyclePolicyCommand({ repositoryName: 'web', lifecyclePolicyText }));
  await ecr(new ecrApi.GetLifecyclePolicyCommand({ repositoryName: 'web' }));
  await ecr(new ecrApi.StartLifecyclePolicyPreviewCommand({ repositoryName: 'web' }));
  clock.advance(10_000);
  await ecr(new ecrApi.GetLifecyclePolicyPreviewCommand({ repositoryName: 'web' }));
  await ecr(new ecrApi.DeleteLifecyclePolicyCommand({ repositoryName: 'web' }));
  await ecr(new ecrApi.DeleteRepositoryCommand({ repositoryName, force: true }));
});

walk('images and layers', async () => {
  const repositoryName = 'layers';
  await ecr(new ecrApi.CreateRepositoryCommand({ repositoryName }));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { 'slipway.sandbox.findings': 'HIGH=1' } },
    }),
  );
  const layerDigest = digestOf(config);
  const { uploadId } = await ecr(new ecrApi.InitiateLayerUploadCommand({ repositoryName }));
  await ecr(
    new ecrApi.UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: config.length - 1,
      layerPartBlob: config,
    }),
  );
  await ecr(new ecrApi.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }));
  await ecr(
    new ecrApi.BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layerDigest, 'none'] }),
  );
  await ecr(new ecrApi.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: layerDigest,
      size: config.length,
    },
    layers: [],
  });
  const { image } = await ecr(new ecrApi.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
  const imageId = { imageDigest: image?.imageId?.imageDigest ?? '' };
  await ecr(new ecrApi.StartImageScanCommand({ repositoryName, imageId }));
  clock.advance(60_000);
  await ecr(new ecrApi.DescribeImageScanFindingsCommand({ repositoryName, imageId }));
  await ecr(new ecrApi.DescribeImagesCommand({ repositoryName }));
  await ecr(new ecrApi.ListImagesCommand({ repositoryName }));
  await ecr(new ecrApi.BatchGetImageCommand({ repositoryName, imageIds: [imageId, { imageTag: 'none' }] }));
  await ecr(new ecrApi.ListImageReferrersCommand({ repositoryName, subjectId: imageId }));
  await ecr(new ecrApi.DescribeImageReplicationStatusCommand({ repositoryName, imageId }));
  await ecr(
    new ecrApi.UpdateImageStorageClassCommand({ repositoryName, imageId, targetStorageClass: 'ARCHIVE' }),
  );
  await ecr(
    new ecrApi.BatchDeleteImageCommand({ repositoryName, imageIds: [imageId, { imageTag: 'none' }] }),
  );
});

walk('alarms, logs and identities', async () => {
  const AlarmName = 'walked';
  const metric = { MetricName: '5xx', Namespace: 'Shop', Threshold: 1, EvaluationPeriods: 1 };
  await alarms(
    new alarmApi.PutMetricAlarmCommand({ AlarmName, ...metric, ComparisonOperator: 'GreaterThanThreshold' }),
  );
  await alarms(new alarmApi.SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'walked' }));
  await alarms(new alarmApi.DescribeAlarmsCommand({}));
  await alarms(new alarmApi.DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));

  const logGroupName = '/walked';
  const stream = { logGroupName, logStreamName: 'app/1' };
  await logs(new logApi.CreateLogGroupCommand({ logGroupName }));
  await logs(new logApi.CreateLogStreamCommand(stream));
  const logEvents = [{ timestamp: 1, message: 'walked' }];
  await logs(new logApi.PutLogEventsCommand({ ...stream, logEvents }));
  await logs(new logApi.DescribeLogGroupsCommand({}));
  await logs(new logApi.DescribeLogStreamsCommand({ logGroupName }));
  await logs(new logApi.GetLogEventsCommand(stream));
  await logs(new logApi.FilterLogEventsCommand({ logGroupName }));

  await sts(new stsApi.GetCallerIdentityCommand({}));
  await sts(new stsApi.AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'walk' }));
});

it('were all called', () => {
  expect([...walked].toSorted()).toEqual(sandbox.operations);
});
