import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  paginateListSchedules,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createScheduler } from './scheduler.ts';
import { createSchedules } from './schedules.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const SCHEDULE = {
  Name: 'nightly',
  ScheduleExpression: 'rate(1 day)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/tools',
    RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
    EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/report' },
  },
} satisfies CreateScheduleInput;

let api: TestApi;
let client: SchedulerClient;
beforeAll(async () => {
  const schedules = createSchedules();
  api = await startTestApi({
    rest: [
      createScheduler(
        () => schedules,
        () => NOW,
      ),
    ],
  });
  client = new SchedulerClient(api.config);
});
afterAll(() => api.close());

it('EventBridge Scheduler keeps schedules by group over REST: names in the path, the rest in query and body', async () => {
  await client.send(new CreateScheduleGroupCommand({ Name: 'reports' }));
  const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
  expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'reports']);

  const StartDate = new Date('2026-02-01T00:00:00Z');
  const inGroup = { ...SCHEDULE, GroupName: 'reports' };
  await client.send(new CreateScheduleCommand({ ...inGroup, StartDate }));
  await client.send(new UpdateScheduleCommand({ ...inGroup, StartDate, State: 'DISABLED' }));
  const found = await client.send(new GetScheduleCommand({ Name: 'nightly', GroupName: 'reports' }));
  expect(found).toMatchObject({
    ...inGroup,
    Arn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/reports/nightly',
    State: 'DISABLED',
    StartDate,
    CreationDate: NOW,
  });
  const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: 'reports' }));
  expect(Schedules).toMatchObject([{ Name: 'nightly', Target: { Arn: SCHEDULE.Target.Arn } }]);

  await client.send(new DeleteScheduleCommand({ Name: 'nightly', GroupName: 'reports' }));
  const after = await client.send(new ListSchedulesCommand({ GroupName: 'reports' }));
  expect(after.Schedules).toEqual([]);
});

it('EventBridge Scheduler lists the schedules of all groups in pages', async () => {
  for (const Name of ['one', 'two', 'three', 'four', 'five']) {
    await client.send(new CreateScheduleCommand({ ...SCHEDULE, Name }));
  }
  const sizes: number[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client, pageSize: 2 }, {})) {
    sizes.push(Schedules.length);
  }
  expect(sizes).toEqual([2, 2, 1]);
});

it('EventBridge Scheduler refuses what it refuses in AWS', async () => {
  await expect(client.send(new GetScheduleCommand({ Name: 'a-b' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Schedule a-b does not exist.',
    $metadata: { httpStatusCode: 404 },
  });
  await client.send(new CreateScheduleCommand({ ...SCHEDULE, Name: 'twice' }));
  await expect(client.send(new CreateScheduleCommand({ ...SCHEDULE, Name: 'twice' }))).rejects.toMatchObject({
    name: 'ConflictException',
    message: 'Schedule twice already exists.',
  });
  await expect(
    client.send(new CreateScheduleCommand({ ...SCHEDULE, Name: 'never', ScheduleExpression: 'never' })),
  ).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(client.send(new ListSchedulesCommand({ MaxResults: 0 }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

it('EventBridge Scheduler names an unknown operation, and an action that a key is denied', async () => {
  const answer = await fetch(`${api.config.endpoint}/schedules/nightly`, { method: 'PATCH' });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  const credentials = { accessKeyId: 'readonly', secretAccessKey: 'readonly' };
  const reader = new SchedulerClient({ ...api.config, credentials });
  await expect(reader.send(new CreateScheduleCommand(SCHEDULE))).rejects.toThrow(
    /not authorized to perform: scheduler:CreateSchedule/,
  );
});
