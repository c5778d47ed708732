import {
  GetScheduleCommand,
  type GetScheduleOutput,
  paginateListSchedules,
  type SchedulerClient,
  type ScheduleSummary,
} from '@aws-sdk/client-scheduler';
import { eachOfFew } from '../ecs/batches.ts';
import { calledTaskDefinition } from './ecs-call.ts';
import { joined, NO_TASK_TRIGGERS, type TaskTriggerReading } from './task-trigger.ts';
import { unlessGone } from './unless-missing.ts';

const DEFAULT_GROUP = 'default';
const PER_PAGE = 100;

/** Schedules that were read before, by ARN. One is read again when its date of change is another one. */
export type KnownSchedules = Map<
  string,
  { readonly changedAt: number; readonly reading: TaskTriggerReading }
>;

const CLUSTER = /^arn:[\w-]+:ecs:[\w-]+:\d{12}:cluster\//;
/** A universal target, such as `arn:aws:scheduler:::aws-sdk:ecs:runTask`: its input is that of the call. */
const ECS_CALL = /^arn:[\w-]+:scheduler:::aws-sdk:ecs:(?<operation>[A-Za-z]+)$/;

/**
 * What the schedules of every group run, disabled ones too (ListSchedules; GetSchedule of those whose target is ECS,
 * since a list does not tell the task definition).
 */
export async function readSchedules(
  client: SchedulerClient,
  known: KnownSchedules,
  signal: AbortSignal,
): Promise<TaskTriggerReading> {
  const summaries: ScheduleSummary[] = [];
  const pages = paginateListSchedules({ client, pageSize: PER_PAGE }, {}, { abortSignal: signal });
  for await (const { Schedules = [] } of pages) summaries.push(...Schedules);
  const concerned = summaries.filter(({ Target }) => isEcs(Target?.Arn));
  return joined(await eachOfFew(concerned, (summary) => readSchedule(client, summary, known, signal)));
}

function isEcs(target = ''): boolean {
  return CLUSTER.test(target) || ECS_CALL.test(target);
}

async function readSchedule(
  client: SchedulerClient,
  { Arn = '', Name, GroupName, LastModificationDate }: ScheduleSummary,
  known: KnownSchedules,
  signal: AbortSignal,
): Promise<TaskTriggerReading> {
  const changedAt = LastModificationDate?.getTime();
  const before = known.get(Arn);
  if (changedAt !== undefined && before?.changedAt === changedAt) return before.reading;
  const command = new GetScheduleCommand({ Name, GroupName });
  const schedule = await unlessGone(() => client.send(command, { abortSignal: signal }));
  if (schedule === undefined) return NO_TASK_TRIGGERS;
  const reading = taskTriggersOf(schedule);
  // Told by the list, not by the schedule itself: what is changed between the two is read again at the next poll.
  if (changedAt !== undefined) known.set(Arn, { changedAt, reading });
  return reading;
}

/** What one schedule runs. */
export function taskTriggersOf({ Name, GroupName, State, Target }: GetScheduleOutput): TaskTriggerReading {
  const inGroup = GroupName === undefined || GroupName === DEFAULT_GROUP ? Name : `${GroupName}/${Name}`;
  const source = `the schedule ${inGroup}`;
  const isDisabled = State === 'DISABLED';
  const templated = Target?.EcsParameters?.TaskDefinitionArn;
  if (templated !== undefined) {
    return { taskTriggers: [{ source, isDisabled, taskDefinition: templated }], unknown: [] };
  }
  const { operation } = ECS_CALL.exec(Target?.Arn ?? '')?.groups ?? {};
  if (operation === undefined) return NO_TASK_TRIGGERS;
  const called = calledTaskDefinition(operation, jsonOf(Target?.Input), isExpression);
  switch (called.kind) {
    case 'named':
      return { taskTriggers: [{ source, isDisabled, taskDefinition: called.taskDefinition }], unknown: [] };
    case 'computed':
      return {
        taskTriggers: [],
        unknown: [{ source, reason: 'has an input that does not name its task definition' }],
      };
    case 'none':
      return NO_TASK_TRIGGERS;
  }
}

/** Scheduler fills `<aws.scheduler.scheduled-time>` and its like in when the time has come. */
function isExpression(text: string): boolean {
  return text.includes('<aws.');
}

/** Undefined for what is no JSON. */
function jsonOf(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
