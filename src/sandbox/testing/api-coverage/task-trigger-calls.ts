import * as stackApi from '@aws-sdk/client-cloudformation';
import * as eventApi from '@aws-sdk/client-eventbridge';
import * as objectApi from '@aws-sdk/client-s3';
import * as scheduleApi from '@aws-sdk/client-scheduler';
import * as machineApi from '@aws-sdk/client-sfn';
import type { ApiCalls } from './api-caller.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/tools';
const TASK_DEFINITION = 'arn:aws:ecs:us-east-1:123456789012:task-definition/legacy-cart:1';
const ROLE = 'arn:aws:iam::123456789012:role/sandbox';

/** For the test of every operation: what starts tasks by itself. */
export const TASK_TRIGGER_CALLS: ApiCalls = {
  'event rules': async ({ events }) => {
    const EventBusName = 'walked';
    const rule = { Rule: 'walked', EventBusName };
    await events(new eventApi.CreateEventBusCommand({ Name: EventBusName }));
    await events(new eventApi.ListEventBusesCommand({}));
    const EventPattern = JSON.stringify({ source: ['walked'] });
    await events(new eventApi.PutRuleCommand({ Name: 'walked', EventBusName, EventPattern }));
    const EcsParameters = { TaskDefinitionArn: TASK_DEFINITION };
    const target = { Id: 'task', Arn: CLUSTER, RoleArn: ROLE, EcsParameters };
    await events(new eventApi.PutTargetsCommand({ ...rule, Targets: [target] }));
    await events(new eventApi.ListRulesCommand({ EventBusName }));
    await events(new eventApi.DescribeRuleCommand({ Name: 'walked', EventBusName }));
    await events(new eventApi.ListTargetsByRuleCommand(rule));
    await events(new eventApi.ListRuleNamesByTargetCommand({ TargetArn: CLUSTER, EventBusName }));
    await events(new eventApi.RemoveTargetsCommand({ ...rule, Ids: ['task'] }));
    await events(new eventApi.DeleteRuleCommand({ Name: 'walked', EventBusName }));
  },

  schedules: async ({ schedules }) => {
    const GroupName = 'walked';
    const schedule = {
      Name: 'walked',
      GroupName,
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      StartDate: new Date('2026-02-01T00:00:00Z'),
      Target: { Arn: CLUSTER, RoleArn: ROLE, EcsParameters: { TaskDefinitionArn: TASK_DEFINITION } },
    } as const;
    await schedules(new scheduleApi.CreateScheduleGroupCommand({ Name: GroupName }));
    await schedules(new scheduleApi.ListScheduleGroupsCommand({}));
    await schedules(new scheduleApi.CreateScheduleCommand(schedule));
    await schedules(new scheduleApi.UpdateScheduleCommand({ ...schedule, State: 'DISABLED' }));
    await schedules(new scheduleApi.GetScheduleCommand({ Name: 'walked', GroupName }));
    await schedules(new scheduleApi.ListSchedulesCommand({ GroupName, MaxResults: 1 }));
    await schedules(new scheduleApi.DeleteScheduleCommand({ Name: 'walked', GroupName }));
  },

  'state machines': async ({ stateMachines }) => {
    const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const created = await stateMachines(
      new machineApi.CreateStateMachineCommand({ name: 'walked', roleArn: ROLE, definition }),
    );
    const { stateMachineArn } = created;
    await stateMachines(new machineApi.UpdateStateMachineCommand({ stateMachineArn, publish: true }));
    await stateMachines(new machineApi.PublishStateMachineVersionCommand({ stateMachineArn }));
    await stateMachines(new machineApi.ListStateMachinesCommand({}));
    await stateMachines(new machineApi.ListStateMachineVersionsCommand({ stateMachineArn }));
    await stateMachines(new machineApi.DescribeStateMachineCommand({ stateMachineArn }));
    await stateMachines(new machineApi.DeleteStateMachineCommand({ stateMachineArn }));
  },

  'stacks and objects': async ({ stacks, objects }) => {
    const StackName = 'shop-network';
    await stacks(new stackApi.DescribeStacksCommand({ StackName }));
    await stacks(new stackApi.DescribeStackResourcesCommand({ StackName }));
    await stacks(new stackApi.GetTemplateCommand({ StackName }));
    await stacks(new stackApi.ListExportsCommand({}));
    await objects(
      new objectApi.GetObjectCommand({ Bucket: 'acme-terraform-state', Key: 'network/terraform.tfstate' }),
    );
  },
};
