import type { EventBus, Rule, Target } from '@aws-sdk/client-eventbridge';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

/** A bus that was made; the default one is always there. */
export type Bus = EventBus & { readonly Name: string };

/** A rule with its targets. */
export interface RuleRecord {
  readonly bus: string;
  readonly name: string;
  readonly rule: Rule;
  readonly targets: readonly Target[];
}

/** The event buses of a region, and the rules on them. */
export interface EventRules {
  readonly buses: Table<Bus>;
  /** Grouped by their bus; `ruleKey` makes the key. */
  readonly rules: Table<RuleRecord>;
}

export function createEventRules(stored: (table: string) => StoredTable = () => KEEPS_NOTHING): EventRules {
  return {
    buses: createTable<Bus>(
      ({ Name }) => Name,
      () => '',
      stored('event-buses'),
    ),
    rules: createTable<RuleRecord>(
      ({ bus, name }) => ruleKey(bus, name),
      ({ bus }) => bus,
      stored('event-rules'),
    ),
  };
}

export function ruleKey(bus: string, rule: string): string {
  return `${bus}/${rule}`;
}
