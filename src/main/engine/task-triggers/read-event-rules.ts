import {
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { eachOfFew } from '../ecs/batches.ts';
import { allPages } from './all-pages.ts';
import { joined, type TaskTriggerReading } from './task-trigger.ts';
import { unlessGone } from './unless-missing.ts';

const DEFAULT_BUS = 'default';
const PER_PAGE = 100;

/** What the rules of every event bus run (ListEventBuses, ListRules, ListTargetsByRule), disabled ones too. */
export async function readEventRules(
  client: EventBridgeClient,
  signal: AbortSignal,
): Promise<TaskTriggerReading> {
  const options = { abortSignal: signal };
  const buses = await allPages(async (NextToken) => {
    const page = await client.send(new ListEventBusesCommand({ Limit: PER_PAGE, NextToken }), options);
    return { items: page.EventBuses, next: page.NextToken };
  });
  const readings = await eachOfFew(buses, async ({ Name: bus = DEFAULT_BUS }) => {
    const rules = await unlessGone(() => listRules(client, bus, signal));
    const ofBus = await eachOfFew(rules ?? [], async (rule) => {
      const targets = await unlessGone(() => listTargets(client, bus, rule, signal));
      return taskTriggersOf(bus, rule, targets ?? []);
    });
    return joined(ofBus);
  });
  return joined(readings);
}

function listRules(
  client: EventBridgeClient,
  EventBusName: string,
  signal: AbortSignal,
): Promise<readonly Rule[]> {
  return allPages(async (NextToken) => {
    const command = new ListRulesCommand({ EventBusName, Limit: PER_PAGE, NextToken });
    const page = await client.send(command, { abortSignal: signal });
    return { items: page.Rules, next: page.NextToken };
  });
}

function listTargets(
  client: EventBridgeClient,
  EventBusName: string,
  { Name }: Rule,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  return allPages(async (NextToken) => {
    const command = new ListTargetsByRuleCommand({ Rule: Name, EventBusName, Limit: PER_PAGE, NextToken });
    const page = await client.send(command, { abortSignal: signal });
    return { items: page.Targets, next: page.NextToken };
  });
}

/** A rule names its task definitions outright; an input of the event can only override containers. */
function taskTriggersOf(bus: string, { Name, State }: Rule, targets: readonly Target[]): TaskTriggerReading {
  const source = `the rule ${bus === DEFAULT_BUS ? Name : `${bus}/${Name}`}`;
  const named = targets.flatMap(({ EcsParameters }) => EcsParameters?.TaskDefinitionArn ?? []);
  return {
    taskTriggers: named.map((taskDefinition) => ({
      source,
      isDisabled: State === 'DISABLED',
      taskDefinition,
    })),
    unknown: [],
  };
}
