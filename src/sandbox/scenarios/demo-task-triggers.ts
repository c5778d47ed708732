import type { TaskTriggers } from '../services/task-triggers.ts';
import type { DemoStage } from './demo-history.ts';
import { daysBefore } from './demo-time.ts';

/**
 * What starts tasks of the families without a service: a schedule and a state machine that name a revision by its
 * number, and a rule that names the family alone.
 */
export function addDemoTaskTriggers(
  { eventRules, schedules, stateMachines }: TaskTriggers,
  { region, accountId, now }: DemoStage,
): void {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const cluster = arn('ecs', 'cluster/tools');
  const taskDefinition = (name: string) => arn('ecs', `task-definition/${name}`);
  const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

  schedules.schedules.put({
    Name: 'nightly-report',
    GroupName: 'default',
    Arn: arn('scheduler', 'schedule/default/nightly-report'),
    ScheduleExpression: 'cron(30 2 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    CreationDate: daysBefore(now, 60),
    LastModificationDate: daysBefore(now, 45),
    Target: {
      Arn: cluster,
      RoleArn: role('scheduler'),
      EcsParameters: { TaskDefinitionArn: taskDefinition('report-nightly:14'), TaskCount: 1 },
    },
  });

  const rule = 'migrate-orders';
  eventRules.rules.put({
    bus: 'default',
    name: rule,
    rule: {
      Name: rule,
      Arn: arn('events', `rule/${rule}`),
      EventBusName: 'default',
      EventPattern: JSON.stringify({ source: ['shop.orders'], 'detail-type': ['Import finished'] }),
      State: 'ENABLED',
    },
    targets: [
      {
        Id: 'migrate',
        Arn: cluster,
        RoleArn: role('events'),
        EcsParameters: { TaskDefinitionArn: taskDefinition('orders-migrate'), TaskCount: 1 },
      },
    ],
  });

  stateMachines.put({
    arn: arn('states', 'stateMachine:month-end'),
    name: 'month-end',
    type: 'STANDARD',
    roleArn: role('month-end'),
    revisionId: '0d9d7f0e-7e1c-4c53-9c5c-54d2b9a8c3f1',
    createdAt: daysBefore(now, 90),
    definition: JSON.stringify(monthEnd(cluster, taskDefinition('report-nightly:9'))),
    versions: [],
  });
}

function monthEnd(cluster: string, taskDefinition: string): object {
  return {
    StartAt: 'Close the books',
    States: {
      'Close the books': { Type: 'Pass', Next: 'Reports' },
      Reports: {
        Type: 'Parallel',
        End: true,
        Branches: [
          {
            StartAt: 'Report',
            States: {
              Report: {
                Type: 'Task',
                Resource: 'arn:aws:states:::ecs:runTask.sync',
                Parameters: { Cluster: cluster, TaskDefinition: taskDefinition, LaunchType: 'FARGATE' },
                End: true,
              },
            },
          },
        ],
      },
    },
  };
}
