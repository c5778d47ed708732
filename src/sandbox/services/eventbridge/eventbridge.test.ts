import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createEventRules } from './event-rules.ts';
import { createEventBridge } from './eventbridge.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/tools';
const TARGET: Target = {
  Id: 'report',
  Arn: CLUSTER,
  RoleArn: 'arn:aws:iam::123456789012:role/events',
  EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/report:3' },
};

let api: TestApi;
let client: EventBridgeClient;
beforeAll(async () => {
  const rules = createEventRules();
  const now = () => new Date('2026-01-01T00:00:00Z');
  api = await startTestApi({ json: [createEventBridge(() => rules, now)] });
  client = new EventBridgeClient(api.config);
});
afterAll(() => api.close());

it('EventBridge keeps rules and targets by bus, lists them in pages, and finds rules by target', async () => {
  await client.send(new CreateEventBusCommand({ Name: 'shop' }));
  const { EventBuses } = await client.send(new ListEventBusesCommand({}));
  expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'shop']);

  for (const Name of ['one', 'two', 'three']) {
    await client.send(new PutRuleCommand({ Name, EventBusName: 'shop', EventPattern: '{}' }));
  }
  const first = await client.send(new ListRulesCommand({ EventBusName: 'shop', Limit: 2 }));
  expect(first.Rules?.map(({ Name }) => Name)).toEqual(['one', 'three']);
  const rest = await client.send(new ListRulesCommand({ EventBusName: 'shop', NextToken: first.NextToken }));
  expect(rest).toMatchObject({ Rules: [{ Name: 'two', State: 'ENABLED' }] });
  expect(rest.NextToken).toBeUndefined();

  const rule = { Rule: 'two', EventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/shop' };
  await client.send(new PutTargetsCommand({ ...rule, Targets: [TARGET] }));
  const { RuleNames } = await client.send(
    new ListRuleNamesByTargetCommand({ TargetArn: CLUSTER, EventBusName: 'shop' }),
  );
  expect(RuleNames).toEqual(['two']);
  expect(await client.send(new ListTargetsByRuleCommand(rule))).toMatchObject({ Targets: [TARGET] });

  const remove = new DeleteRuleCommand({ Name: 'two', EventBusName: 'shop' });
  await expect(client.send(remove)).rejects.toThrow("Rule can't be deleted since it has targets.");
  await client.send(new RemoveTargetsCommand({ ...rule, Ids: ['report'] }));
  await client.send(remove);
  await expect(client.send(new DescribeRuleCommand({ Name: 'two', EventBusName: 'shop' }))).rejects.toThrow(
    'Rule two does not exist on EventBus shop.',
  );
});

it('EventBridge refuses what it refuses in AWS', async () => {
  await expect(client.send(new ListRulesCommand({ EventBusName: 'nowhere' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Event bus nowhere does not exist.',
  });
  await expect(client.send(new PutRuleCommand({ Name: 'empty' }))).rejects.toThrow(
    'Parameter(s) EventPattern or ScheduleExpression must be specified.',
  );
  await client.send(new PutRuleCommand({ Name: 'daily', ScheduleExpression: 'rate(1 day)' }));
  const { RoleArn: _role, ...withoutRole } = TARGET;
  await expect(client.send(new PutTargetsCommand({ Rule: 'daily', Targets: [withoutRole] }))).rejects.toThrow(
    `RoleArn is required for target ${CLUSTER}.`,
  );
});
