import {
  ConflictException$,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ResourceNotFoundException$,
  UpdateScheduleCommand,
  ValidationException$,
} from '@aws-sdk/client-scheduler';
import { type PageRequest, pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsError,
  type AwsService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import { type Schedule, type Schedules, scheduleKey } from './schedules.ts';

const DEFAULT_GROUP = 'default';
const MOST_LISTED = 100;
const EXPRESSION = /^(?:rate|cron|at)\(.+\)$/;

/** EventBridge Scheduler: groups and schedules are kept, and their time never comes. */
export function createScheduler(schedulesIn: (region: string) => Schedules, now: () => Date): AwsService {
  function checkGroup(name: string, { region }: CallContext): void {
    if (name === DEFAULT_GROUP || schedulesIn(region).groups.get(name) !== undefined) return;
    throw notFound(`Schedule group ${name} does not exist.`);
  }

  function find(group: string, name: string, context: CallContext): Schedule {
    checkGroup(group, context);
    const schedule = schedulesIn(context.region).schedules.get(scheduleKey(group, name));
    if (schedule === undefined) throw notFound(`Schedule ${name} does not exist.`);
    return schedule;
  }

  function put(
    { ClientToken: _token, ...input }: CreateScheduleInput,
    context: CallContext,
    created: Date,
  ): { readonly ScheduleArn: string } {
    const { Name = '', GroupName = DEFAULT_GROUP, ScheduleExpression = '' } = input;
    if (!EXPRESSION.test(ScheduleExpression)) {
      throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
    }
    const Arn = arnOf(`schedule/${GroupName}/${Name}`, context);
    schedulesIn(context.region).schedules.put({
      State: 'ENABLED',
      ...input,
      Arn,
      Name,
      GroupName,
      CreationDate: created,
      LastModificationDate: now(),
    });
    return { ScheduleArn: Arn };
  }

  return {
    name: 'Scheduler',
    operations: operationsByName([
      operation(CreateScheduleGroupCommand, ({ Name: name = '' }, context) => {
        const { groups } = schedulesIn(context.region);
        if (name === DEFAULT_GROUP || groups.get(name) !== undefined) {
          throw conflict(`Schedule group ${name} already exists.`);
        }
        const Arn = arnOf(`schedule-group/${name}`, context);
        groups.put({ ...activeGroup(name, Arn), CreationDate: now(), LastModificationDate: now() });
        return { ScheduleGroupArn: Arn };
      }),

      operation(ListScheduleGroupsCommand, ({ NamePrefix = '', MaxResults, NextToken }, context) => {
        const byDefault = activeGroup(DEFAULT_GROUP, arnOf(`schedule-group/${DEFAULT_GROUP}`, context));
        const named = [byDefault, ...schedulesIn(context.region).groups.all()].filter(({ Name }) =>
          Name.startsWith(NamePrefix),
        );
        const page = pageByKey(named, ({ Name }) => Name, pageOf(MaxResults, NextToken), badToken);
        return { ScheduleGroups: page.items, NextToken: page.nextToken };
      }),

      operation(CreateScheduleCommand, (input, context) => {
        const { Name: name = '', GroupName: group = DEFAULT_GROUP } = input;
        checkGroup(group, context);
        if (schedulesIn(context.region).schedules.get(scheduleKey(group, name)) !== undefined) {
          throw conflict(`Schedule ${name} already exists.`);
        }
        return put(input, context, now());
      }),

      operation(UpdateScheduleCommand, (input, context) => {
        const known = find(input.GroupName ?? DEFAULT_GROUP, input.Name ?? '', context);
        return put(input, context, known.CreationDate ?? now());
      }),

      operation(GetScheduleCommand, ({ Name = '', GroupName = DEFAULT_GROUP }, context) =>
        find(GroupName, Name, context),
      ),

      operation(DeleteScheduleCommand, ({ Name = '', GroupName = DEFAULT_GROUP }, context) => {
        find(GroupName, Name, context);
        schedulesIn(context.region).schedules.delete(scheduleKey(GroupName, Name));
        return {};
      }),

      operation(ListSchedulesCommand, (input, context) => {
        const { GroupName, NamePrefix = '', State, MaxResults, NextToken } = input;
        const { schedules } = schedulesIn(context.region);
        if (GroupName !== undefined) checkGroup(GroupName, context);
        const inGroup = GroupName === undefined ? schedules.all() : schedules.inGroup(GroupName);
        const wanted = [...inGroup].filter(
          (each) => each.Name.startsWith(NamePrefix) && (State === undefined || State === each.State),
        );
        const keyOf = (each: Schedule) => scheduleKey(each.GroupName, each.Name);
        const page = pageByKey(wanted, keyOf, pageOf(MaxResults, NextToken), badToken);
        const summaries = page.items.map((each) => ({ ...each, Target: { Arn: each.Target?.Arn } }));
        return { Schedules: summaries, NextToken: page.nextToken };
      }),
    ]),
  };
}

function activeGroup(name: string, arn: string) {
  return { Name: name, Arn: arn, State: 'ACTIVE' } as const;
}

function pageOf(limit: number | undefined, token: string | undefined): PageRequest {
  if (limit !== undefined && (limit < 1 || limit > MOST_LISTED)) {
    throw invalid('MaxResults must be from 1 to 100.');
  }
  return { limit: limit ?? MOST_LISTED, token };
}

function arnOf(resource: string, { region, accountId }: CallContext): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${accountId}:${resource}`;
}

function notFound(message: string): AwsError {
  return awsError(ResourceNotFoundException$, message, { status: 404 });
}

function conflict(message: string): AwsError {
  return awsError(ConflictException$, message, { status: 409 });
}

function invalid(message: string): AwsError {
  return awsError(ValidationException$, message);
}

function badToken(): AwsError {
  return invalid('The token is not valid.');
}
