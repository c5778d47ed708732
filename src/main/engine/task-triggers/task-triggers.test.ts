import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { type KnownTaskTriggers, noTaskTriggersKnown, readTaskTriggers } from './read-task-triggers.ts';
import type { TaskTriggerReading } from './task-trigger.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/tools';
const ROLE = 'arn:aws:iam::123456789012:role/starter';
const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:123456789012:task-definition/${name}`;

let sandbox: TestSandbox;
let engine: ReleaseEngine;
beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'empty' });
  engine = await openReleaseEngine(sandbox);
});
afterEach(async () => {
  engine.close();
  await sandbox.close();
});

function read(
  service: Parameters<typeof readTaskTriggers>[1],
  known: KnownTaskTriggers = noTaskTriggersKnown(),
): Promise<TaskTriggerReading> {
  const clients = { aws: engine.dependencies.aws, scope: engine.scope, priority: 'visible' } as const;
  return readTaskTriggers(clients, service, known, new AbortController().signal);
}

const callsOf = (wanted: string): number =>
  sandbox.calls().filter(({ operation }) => operation === wanted).length;

describe('event rules', () => {
  it('are read from every page of every bus, with all of their targets', async () => {
    const events = new EventBridgeClient(sandbox);
    await events.send(new CreateEventBusCommand({ Name: 'shop' }));
    const put = async (EventBusName: string, Name: string, State: 'ENABLED' | 'DISABLED') => {
      await events.send(new PutRuleCommand({ EventBusName, Name, State, EventPattern: '{}' }));
      const target = { Id: 'task', Arn: CLUSTER, RoleArn: ROLE };
      const EcsParameters = { TaskDefinitionArn: arnOf(`${Name}:1`) };
      const Targets = [
        { ...target, EcsParameters },
        { Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:1:queue' },
      ];
      await events.send(new PutTargetsCommand({ EventBusName, Rule: Name, Targets }));
    };
    const numbers = Array.from({ length: 105 }, (_, index) => 100 + index);
    await Promise.all(numbers.map((number) => put('default', `rule-${number}`, 'ENABLED')));
    await put('shop', 'closed', 'DISABLED');

    const { taskTriggers, unknown } = await read('EventBridge rules');
    expect(taskTriggers).toHaveLength(106);
    expect(taskTriggers).toContainEqual({
      source: 'the rule rule-204',
      isDisabled: false,
      taskDefinition: arnOf('rule-204:1'),
    });
    expect(taskTriggers.at(-1)).toEqual({
      source: 'the rule shop/closed',
      isDisabled: true,
      taskDefinition: arnOf('closed:1'),
    });
    expect(unknown).toEqual([]);
    expect(callsOf('ListRules')).toBe(3);
  });
});

describe('schedules', () => {
  let scheduler: SchedulerClient;
  beforeEach(() => {
    scheduler = new SchedulerClient(sandbox);
  });

  const schedule = (Name: string, Target: CreateScheduleInput['Target']): CreateScheduleInput => ({
    Name,
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target,
  });
  const templated = (name: string) => ({
    Arn: CLUSTER,
    RoleArn: ROLE,
    EcsParameters: { TaskDefinitionArn: arnOf(name) },
  });
  const universal = (input: object | string, call = 'runTask') => ({
    Arn: `arn:aws:scheduler:::aws-sdk:ecs:${call}`,
    RoleArn: ROLE,
    Input: typeof input === 'string' ? input : JSON.stringify(input),
  });

  it('are read from every page and group, and only those of ECS one by one', async () => {
    await scheduler.send(new CreateScheduleGroupCommand({ Name: 'reports' }));
    for (let number = 0; number < 101; number += 1) {
      const queue = { Arn: 'arn:aws:sqs:us-east-1:123456789012:queue', RoleArn: ROLE };
      await scheduler.send(new CreateScheduleCommand(schedule(`queue-${number}`, queue)));
    }
    const nightly = { ...schedule('nightly', templated('report:3')), GroupName: 'reports' };
    await scheduler.send(new CreateScheduleCommand({ ...nightly, State: 'DISABLED' }));
    expect(await read('EventBridge Scheduler')).toEqual({
      taskTriggers: [
        { source: 'the schedule reports/nightly', isDisabled: true, taskDefinition: arnOf('report:3') },
      ],
      unknown: [],
    });
    expect(callsOf('ListSchedules')).toBe(2);
    expect(callsOf('GetSchedule')).toBe(1);
  });

  it('can call ECS directly, and are resolved only if their input names the task definition', async () => {
    const targets = {
      plain: universal({ Cluster: 'tools', TaskDefinition: 'report:3' }),
      service: universal({ service: 'web', taskDefinition: 'web:4' }, 'updateService'),
      stopping: universal({ Task: 'a' }, 'stopTask'),
      unclear: universal({ Cluster: 'tools' }),
      broken: universal('no JSON'),
      timed: universal({ TaskDefinition: '<aws.scheduler.execution-id>' }),
    };
    for (const [name, target] of Object.entries(targets)) {
      await scheduler.send(new CreateScheduleCommand(schedule(name, target)));
    }
    const { taskTriggers, unknown } = await read('EventBridge Scheduler');
    expect(taskTriggers.map(({ source, taskDefinition }) => [source, taskDefinition])).toEqual([
      ['the schedule plain', 'report:3'],
      ['the schedule service', 'web:4'],
    ]);
    expect(unknown.map(({ source }) => source)).toEqual([
      'the schedule broken',
      'the schedule timed',
      'the schedule unclear',
    ]);
  });

  it('are read again only after a change', async () => {
    const known = noTaskTriggersKnown();
    await scheduler.send(new CreateScheduleCommand(schedule('nightly', templated('report:3'))));
    await read('EventBridge Scheduler', known);
    expect((await read('EventBridge Scheduler', known)).taskTriggers).toHaveLength(1);
    expect(callsOf('GetSchedule')).toBe(1);

    // Without a later time the change could not be told from what was read.
    sandbox.clock.advance(1000);
    await scheduler.send(new UpdateScheduleCommand(schedule('nightly', templated('report:4'))));
    expect((await read('EventBridge Scheduler', known)).taskTriggers).toMatchObject([
      { taskDefinition: arnOf('report:4') },
    ]);
    await scheduler.send(new DeleteScheduleCommand({ Name: 'nightly' }));
    expect((await read('EventBridge Scheduler', known)).taskTriggers).toEqual([]);
  });
});

describe('state machines', () => {
  let machines: SFNClient;
  beforeEach(() => {
    machines = new SFNClient(sandbox);
  });

  const definitionOf = (parameters: object): string =>
    JSON.stringify({
      StartAt: 'Run',
      States: {
        Run: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask', Parameters: parameters, End: true },
      },
    });
  const create = (name: string, parameters: object) =>
    machines.send(
      new CreateStateMachineCommand({ name, roleArn: ROLE, definition: definitionOf(parameters) }),
    );
  const named = (TaskDefinition: string) => ({ TaskDefinition });

  it('include their versions, which are listed again only after a change', async () => {
    const { stateMachineArn } = await create('month-end', named('report:1'));
    const update = (name: string, publish: boolean) =>
      machines.send(
        new UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(named(name)), publish }),
      );
    await update('report:2', true);
    await update('report:3', false);
    const known = noTaskTriggersKnown();
    const found = async () =>
      (await read('Step Functions', known)).taskTriggers.map((each) => [each.source, each.taskDefinition]);
    const expected = [
      ['the state machine month-end', 'report:3'],
      ['version 1 of the state machine month-end', 'report:2'],
    ];
    expect(await found()).toEqual(expected);
    expect(await found()).toEqual(expected);
    expect(callsOf('ListStateMachineVersions')).toBe(1);

    await update('report:4', true);
    await update('report:5', false);
    expect(await found()).toEqual([
      ['the state machine month-end', 'report:5'],
      ['version 2 of the state machine month-end', 'report:4'],
      ['version 1 of the state machine month-end', 'report:2'],
    ]);
    // The first version is cached permanently.
    expect(callsOf('DescribeStateMachine')).toBe(3 + 2);
  });

  it('that compute their task definition are listed once, whatever their versions do', async () => {
    const { stateMachineArn } = await create('dynamic', { 'TaskDefinition.$': '$.revision' });
    await machines.send(new UpdateStateMachineCommand({ stateMachineArn, publish: true }));
    expect(await read('Step Functions')).toEqual({
      taskTriggers: [],
      unknown: [{ source: 'the state machine dynamic', reason: 'computes its task definition when it runs' }],
    });
  });

  it('whose definition cannot be decrypted are reported', async () => {
    await machines.send(
      new CreateStateMachineCommand({
        name: 'secret',
        roleArn: ROLE,
        definition: definitionOf(named('report:1')),
        encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/denied' },
      }),
    );
    await expect(read('Step Functions')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/^The state machine secret could not be read\./),
      detail: { action: 'kms:Decrypt' },
    });
  });
});
