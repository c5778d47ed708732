import * as ecsApi from '@aws-sdk/client-ecs';
import * as kmsApi from '@aws-sdk/client-kms';
import * as ssmApi from '@aws-sdk/client-ssm';
import type { ApiCalls } from './api-caller.ts';

const cluster = 'production';
const FARGATE = {
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

/** For the test of every operation: tasks and where they run. */
export const TASK_CALLS: ApiCalls = {
  'tasks and container instances': async ({ ecs }) => {
    const { taskArns = [] } = await ecs(new ecsApi.ListTasksCommand({ cluster }));
    await ecs(new ecsApi.DescribeTasksCommand({ cluster, tasks: taskArns, include: ['TAGS'] }));
    const [task = ''] = taskArns;
    await ecs(new ecsApi.UpdateTaskProtectionCommand({ cluster, tasks: [task], protectionEnabled: true }));
    await ecs(new ecsApi.GetTaskProtectionCommand({ cluster, tasks: [task] }));
    const { tasks = [] } = await ecs(
      new ecsApi.RunTaskCommand({ cluster, taskDefinition: 'web', ...FARGATE }),
    );
    await ecs(new ecsApi.StopTaskCommand({ cluster, task: tasks[0]?.taskArn ?? '', reason: 'walked' }));

    const { containerInstance } = await ecs(
      new ecsApi.RegisterContainerInstanceCommand({
        cluster,
        versionInfo: { agentVersion: '1.90.0' },
        totalResources: [
          { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
          { name: 'MEMORY', type: 'INTEGER', integerValue: 4096 },
        ],
      }),
    );
    const instance = containerInstance?.containerInstanceArn ?? '';
    await ecs(new ecsApi.ListContainerInstancesCommand({ cluster }));
    await ecs(new ecsApi.UpdateContainerAgentCommand({ cluster, containerInstance: instance }));
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
  },
  'the container agent': async ({ ecs }) => {
    await ecs(new ecsApi.DiscoverPollEndpointCommand({ cluster }));
    await ecs(new ecsApi.SubmitTaskStateChangeCommand({ cluster, task: 'walked', status: 'RUNNING' }));
    await ecs(new ecsApi.SubmitContainerStateChangeCommand({ cluster, task: 'walked', status: 'RUNNING' }));
    const attachments = [{ attachmentArn: 'arn:walked', status: 'ATTACHED' }];
    await ecs(new ecsApi.SubmitAttachmentStateChangesCommand({ cluster, attachments }));
  },
  'ECS Exec': async ({ ecs, parameters, keys, refusalOfEcs }) => {
    await keys(new kmsApi.GenerateDataKeyCommand({ KeyId: 'alias/sessions', NumberOfBytes: 64 }));
    const exec = { cluster, command: 'sh', interactive: true } as const;
    const { taskArns: without = [] } = await ecs(
      new ecsApi.ListTasksCommand({ cluster, serviceName: 'web' }),
    );
    const name = await refusalOfEcs(new ecsApi.ExecuteCommandCommand({ ...exec, task: without[0] ?? '' }));
    if (name !== 'InvalidParameterException') throw new Error(`ExecuteCommand was refused with ${name}.`);
    const { taskArns = [] } = await ecs(new ecsApi.ListTasksCommand({ cluster, serviceName: 'search' }));
    const [task = ''] = taskArns;
    const { session } = await ecs(new ecsApi.ExecuteCommandCommand({ ...exec, task }));
    const SessionId = session?.sessionId ?? '';
    await parameters(new ssmApi.ResumeSessionCommand({ SessionId }));
    await parameters(new ssmApi.TerminateSessionCommand({ SessionId }));
    const { tasks = [] } = await ecs(new ecsApi.DescribeTasksCommand({ cluster, tasks: [task] }));
    const id = task.split('/').at(-1);
    const { SessionId: forwarded = '' } = await parameters(
      new ssmApi.StartSessionCommand({
        Target: `ecs:${cluster}_${id}_${tasks[0]?.containers?.[0]?.runtimeId}`,
        DocumentName: 'AWS-StartPortForwardingSession',
        Parameters: { portNumber: ['9200'] },
      }),
    );
    await parameters(new ssmApi.TerminateSessionCommand({ SessionId: forwarded }));
  },
  'task sets': async ({ ecs }) => {
    const service = 'external';
    const { taskDefinition } = await ecs(new ecsApi.DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    const deploymentController = { type: 'EXTERNAL' } as const;
    await ecs(
      new ecsApi.CreateServiceCommand({
        cluster,
        serviceName: service,
        desiredCount: 1,
        deploymentController,
      }),
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
  },
  'account settings': async ({ ecs }) => {
    await ecs(new ecsApi.PutAccountSettingCommand({ name: 'containerInsights', value: 'enabled' }));
    await ecs(new ecsApi.PutAccountSettingDefaultCommand({ name: 'containerInsights', value: 'disabled' }));
    await ecs(new ecsApi.ListAccountSettingsCommand({ effectiveSettings: true }));
    await ecs(new ecsApi.DeleteAccountSettingCommand({ name: 'containerInsights' }));
  },
};
