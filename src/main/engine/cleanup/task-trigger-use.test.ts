import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CleanupPlan } from '../../../shared/model/cleanup.ts';
import type { Priority } from '../aws/aws.ts';
import { type CleanupEngine, openCleanupEngine } from '../testing/cleanup-engine.ts';
import { aPolicy } from '../testing/cleanup-policy.ts';
import { refuse } from '../testing/counted-requests.ts';
import { aCall } from '../testing/release-engine.ts';
import type { CleanupJobs } from './cleanup-jobs.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/tools';
const ROLE = 'arn:aws:iam::123456789012:role/starter';
const DYNAMIC = 'the state machine dynamic';

let engine: CleanupEngine;
let jobs: CleanupJobs;
let cleanup: ReturnType<CleanupEngine['handlers']>;

beforeEach(async () => {
  engine = await openCleanupEngine();
  jobs = engine.openJobs();
  cleanup = engine.handlers(jobs);
});
afterEach(async () => {
  await jobs.close();
  await engine.closeAll();
});

function plan(family: string, keepNewest = 1): Promise<CleanupPlan> {
  const policy = aPolicy({ keepNewest });
  return cleanup['cleanup.plan']({ ...engine.scope, families: [family], policy }, aCall());
}

const keptOf = ({ items }: CleanupPlan): readonly (readonly string[])[] =>
  items.filter(({ verdict }) => verdict === 'keep').map(({ name, reason }) => [name, reason]);

const clientsOf = (priority: Priority) => ({
  events: engine.cleaning.aws.eventRules(engine.scope, priority),
  scheduler: engine.cleaning.aws.schedules(engine.scope, priority),
  states: engine.cleaning.aws.stateMachines(engine.scope, priority),
});

/** A schedule at the time of the clean-up, which names a revision by its number or the family. */
async function schedule(taskDefinition: string): Promise<void> {
  await clientsOf('visible').scheduler.send(
    new CreateScheduleCommand({
      Name: 'late',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
        RoleArn: ROLE,
        Input: JSON.stringify({ Cluster: 'tools', TaskDefinition: taskDefinition }),
      },
    }),
  );
}

async function computeAtRunTime(name: string): Promise<void> {
  const run = {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask',
    Parameters: { 'TaskDefinition.$': '$.revision' },
    End: true,
  };
  const definition = JSON.stringify({ StartAt: 'Run', States: { Run: run } });
  await clientsOf('visible').states.send(new CreateStateMachineCommand({ name, roleArn: ROLE, definition }));
}

describe('a task trigger', () => {
  it('keeps the revisions that it names, and is named as the reason', async () => {
    expect(keptOf(await plan('report-nightly'))).toEqual([
      ['report-nightly:17', 'the newest one'],
      ['report-nightly:14', 'the schedule nightly-report runs it'],
      ['report-nightly:9', 'the state machine month-end runs it'],
    ]);
  });

  it('keeps the newest ACTIVE revision of a family that it names without a number', async () => {
    const reason = 'the rule migrate-orders runs the newest of its family';
    expect(keptOf(await plan('orders-migrate'))).toEqual([['orders-migrate:12', reason]]);
    await engine.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'orders-migrate:12' }));
    expect(keptOf(await plan('orders-migrate'))).toEqual([['orders-migrate:11', reason]]);
  });

  it('counts when it is disabled', async () => {
    const { events } = clientsOf('visible');
    await events.send(new PutRuleCommand({ Name: 'paused', EventPattern: '{}', State: 'DISABLED' }));
    const EcsParameters = {
      TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/legacy-cart:2',
    };
    const Targets = [{ Id: 'task', Arn: CLUSTER, RoleArn: ROLE, EcsParameters }];
    await events.send(new PutTargetsCommand({ Rule: 'paused', Targets }));
    expect(keptOf(await plan('legacy-cart'))).toContainEqual([
      'legacy-cart:2',
      'the rule paused would run it if it were enabled',
    ]);
  });

  it('is read again before each batch: a revision scheduled since the plan is kept', async () => {
    const made = await plan('legacy-cart');
    await schedule('legacy-cart:3');
    const job = await cleanup['cleanup.run']({ plan: made.id }, aCall());
    expect(job).toMatchObject({
      spared: [{ name: 'legacy-cart:3', message: 'the schedule late runs it' }],
      deregistered: made.removing - 1,
    });
  });
});

describe('a trigger that may not be read', () => {
  it.each([
    ['events', 'ListEventBuses', 'EventBridge rules'],
    ['events', 'ListRules', 'EventBridge rules'],
    ['events', 'ListTargetsByRule', 'EventBridge rules'],
    ['scheduler', 'ListSchedules', 'EventBridge Scheduler'],
    ['scheduler', 'GetSchedule', 'EventBridge Scheduler'],
    ['states', 'ListStateMachines', 'Step Functions'],
    ['states', 'DescribeStateMachine', 'Step Functions'],
    ['states', 'ListStateMachineVersions', 'Step Functions'],
  ] as const)(
    'stops every removal, and the family page names the action: %s:%s',
    async (service, operation, part) => {
      const made = await plan('legacy-cart');
      for (const priority of ['visible', 'background'] as const) {
        const clients = clientsOf(priority);
        switch (service) {
          case 'events':
            refuse(clients.events, operation, 'AccessDeniedException', () => true, service);
            break;
          case 'scheduler':
            refuse(clients.scheduler, operation, 'AccessDeniedException', () => true, service);
            break;
          case 'states':
            refuse(clients.states, operation, 'AccessDeniedException', () => true, service);
            break;
        }
      }
      await expect(plan('legacy-cart')).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(new RegExp(`^Nothing was removed, because ${part} could not be read`)),
        detail: { action: `${service}:${operation}` },
      });
      // What the plan has read of schedules and versions, and what has not changed since, is not asked for again.
      if (operation === 'GetSchedule' || operation === 'ListStateMachineVersions') return;
      await expect(cleanup['cleanup.run']({ plan: made.id }, aCall())).rejects.toThrow(
        `${service}:${operation}`,
      );
      expect(engine.calls('DeregisterTaskDefinition')).toBe(0);
    },
  );
});

describe('a trigger that computes its task definition', () => {
  it('must be acknowledged by name before anything is removed', async () => {
    await computeAtRunTime('dynamic');
    const made = await plan('legacy-cart');
    expect(made.unknown).toEqual([{ source: DYNAMIC, reason: 'computes its task definition when it runs' }]);
    await expect(cleanup['cleanup.start']({ plan: made.id }, aCall())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(DYNAMIC),
    });
    const request = { plan: made.id, acknowledged: [DYNAMIC] };
    expect(await cleanup['cleanup.run'](request, aCall())).toMatchObject({ deregistered: made.removing });
  });

  it('stops a clean-up for which it was not acknowledged', async () => {
    const made = await plan('legacy-cart');
    await computeAtRunTime('dynamic');
    await expect(cleanup['cleanup.run']({ plan: made.id }, aCall())).rejects.toThrow(
      /Nothing more is removed: since the preview, the state machine dynamic computes/,
    );
    expect(engine.calls('DeregisterTaskDefinition')).toBe(0);
  });
});
