import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceAlreadyExistsException$,
  ResourceNotFoundException$,
} from '@aws-sdk/client-eventbridge';
import { type PageRequest, pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsError,
  type AwsJsonService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import { type EventRules, type RuleRecord, ruleKey } from './event-rules.ts';
import { checkTarget } from './target-rules.ts';

const DEFAULT_BUS = 'default';
const MOST_LISTED = 100;

/**
 * The event buses of EventBridge with their rules and targets. No event ever comes, so no rule starts anything: they
 * are there for those who look at what could.
 */
export function createEventBridge(rulesIn: (region: string) => EventRules, now: () => Date): AwsJsonService {
  /** The bus that a request names, by its name or ARN. */
  function busOf(name: string | undefined, { region }: CallContext): string {
    const bus = name?.split('event-bus/').at(-1) ?? DEFAULT_BUS;
    if (bus !== DEFAULT_BUS && rulesIn(region).buses.get(bus) === undefined) {
      throw awsError(ResourceNotFoundException$, `Event bus ${bus} does not exist.`);
    }
    return bus;
  }

  function ruleOf(name: string | undefined, bus: string | undefined, context: CallContext): RuleRecord {
    const onBus = busOf(bus, context);
    const rule = rulesIn(context.region).rules.get(ruleKey(onBus, name ?? ''));
    if (rule !== undefined) return rule;
    throw awsError(ResourceNotFoundException$, `Rule ${name} does not exist on EventBus ${onBus}.`);
  }

  return {
    name: 'Events',
    targetPrefix: 'AWSEvents',
    operations: operationsByName([
      operation(CreateEventBusCommand, ({ Name: name = '', Description }, context) => {
        const { buses } = rulesIn(context.region);
        if (name === DEFAULT_BUS || buses.get(name) !== undefined) {
          throw awsError(ResourceAlreadyExistsException$, `Event bus ${name} already exists.`);
        }
        const Arn = arnOf(`event-bus/${name}`, context);
        buses.put({ Name: name, Arn, Description, CreationTime: now(), LastModifiedTime: now() });
        return { EventBusArn: Arn, Description };
      }),

      operation(ListEventBusesCommand, ({ NamePrefix = '', Limit, NextToken }, context) => {
        const byDefault = { Name: DEFAULT_BUS, Arn: arnOf(`event-bus/${DEFAULT_BUS}`, context) };
        const all = [byDefault, ...rulesIn(context.region).buses.all()];
        const named = all.filter(({ Name }) => Name.startsWith(NamePrefix));
        const page = pageByKey(named, ({ Name }) => Name, pageOf(Limit, NextToken), badToken);
        return { EventBuses: page.items, NextToken: page.nextToken };
      }),

      operation(PutRuleCommand, ({ Tags: _tags, ...input }, context) => {
        const { Name: name = '', EventBusName, EventPattern, ScheduleExpression } = input;
        const bus = busOf(EventBusName, context);
        if (EventPattern === undefined && ScheduleExpression === undefined) {
          throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
        }
        if (ScheduleExpression !== undefined && bus !== DEFAULT_BUS) {
          throw invalid('ScheduleExpression is supported only on the default event bus.');
        }
        const { rules } = rulesIn(context.region);
        const Arn = arnOf(`rule/${bus === DEFAULT_BUS ? name : `${bus}/${name}`}`, context);
        const { targets = [] } = rules.get(ruleKey(bus, name)) ?? {};
        const rule = { State: 'ENABLED' as const, ...input, Arn, EventBusName: bus };
        rules.put({ bus, name, rule, targets });
        return { RuleArn: Arn };
      }),

      operation(ListRulesCommand, ({ NamePrefix = '', EventBusName, Limit, NextToken }, context) => {
        const onBus = [...rulesIn(context.region).rules.inGroup(busOf(EventBusName, context))];
        const named = onBus.filter(({ name }) => name.startsWith(NamePrefix));
        const page = pageByKey(named, ({ name }) => name, pageOf(Limit, NextToken), badToken);
        return { Rules: page.items.map(({ rule }) => rule), NextToken: page.nextToken };
      }),

      operation(DescribeRuleCommand, ({ Name, EventBusName }, context) => {
        const { rule } = ruleOf(Name, EventBusName, context);
        return { ...rule, CreatedBy: context.accountId };
      }),

      operation(DeleteRuleCommand, ({ Name: name = '', EventBusName }, context) => {
        const { rules } = rulesIn(context.region);
        const key = ruleKey(busOf(EventBusName, context), name);
        if ((rules.get(key)?.targets.length ?? 0) > 0) {
          throw invalid("Rule can't be deleted since it has targets.");
        }
        rules.delete(key);
        return {};
      }),

      operation(PutTargetsCommand, ({ Rule, EventBusName, Targets = [] }, context) => {
        const record = ruleOf(Rule, EventBusName, context);
        for (const target of Targets) checkTarget(target);
        const put = new Set(Targets.map(({ Id }) => Id));
        const others = record.targets.filter(({ Id }) => !put.has(Id));
        rulesIn(context.region).rules.put({ ...record, targets: [...others, ...Targets] });
        return { FailedEntryCount: 0, FailedEntries: [] };
      }),

      operation(RemoveTargetsCommand, ({ Rule, EventBusName, Ids = [] }, context) => {
        const record = ruleOf(Rule, EventBusName, context);
        const targets = record.targets.filter(({ Id = '' }) => !Ids.includes(Id));
        rulesIn(context.region).rules.put({ ...record, targets });
        return { FailedEntryCount: 0, FailedEntries: [] };
      }),

      operation(ListTargetsByRuleCommand, ({ Rule, EventBusName, Limit, NextToken }, context) => {
        const { targets } = ruleOf(Rule, EventBusName, context);
        const page = pageByKey(targets, ({ Id = '' }) => Id, pageOf(Limit, NextToken), badToken);
        return { Targets: page.items, NextToken: page.nextToken };
      }),

      operation(ListRuleNamesByTargetCommand, ({ TargetArn, EventBusName, Limit, NextToken }, context) => {
        const onBus = [...rulesIn(context.region).rules.inGroup(busOf(EventBusName, context))];
        const names = onBus
          .filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn))
          .map(({ name }) => name);
        const page = pageByKey(names, (name) => name, pageOf(Limit, NextToken), badToken);
        return { RuleNames: page.items, NextToken: page.nextToken };
      }),
    ]),
  };
}

function pageOf(limit: number | undefined, token: string | undefined): PageRequest {
  if (limit !== undefined && (limit < 1 || limit > MOST_LISTED)) {
    throw invalid(`Value '${limit}' at 'limit' failed to satisfy constraint: Member must be from 1 to 100`);
  }
  return { limit: limit ?? MOST_LISTED, token };
}

function arnOf(resource: string, { region, accountId }: CallContext): string {
  return `arn:${partitionOf(region)}:events:${region}:${accountId}:${resource}`;
}

function invalid(message: string): AwsError {
  return awsError('ValidationException', message);
}

function badToken(): AwsError {
  return invalid('The token is not valid.');
}
