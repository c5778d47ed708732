import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentRule, Guard } from '../../../shared/model/environment.ts';
import { type Freeze, isDate, type OverrideRule } from '../../../shared/model/team-rules.ts';
import { NO_TICKET } from './ticket.ts';

/** What rules say about how a team works. */
type TeamRules = Pick<
  Guard,
  'freezes' | 'deployers' | 'ticket' | 'repositories' | 'tags' | 'overrides' | 'approvals'
>;

/** Those of a place. `first`: what the first rule says that has the setting. */
export function teamRules(
  first: <K extends keyof EnvironmentRule>(key: K) => EnvironmentRule[K] | undefined,
): TeamRules {
  const { freezes, deployers, ticket, repositories, tags, overrides } = {
    freezes: first('freezes'),
    deployers: first('deployers'),
    ticket: first('ticket'),
    repositories: first('repositories'),
    tags: first('tags'),
    overrides: first('overrides'),
  };
  return {
    ...(freezes === undefined ? {} : { freezes: [...freezes] }),
    ...(deployers === undefined ? {} : { deployers: [...deployers] }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(repositories === undefined ? {} : { repositories: [...repositories] }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(overrides === undefined ? {} : { overrides }),
    ...(first('approvals') === 'two-people' ? { approvals: 'two-people' } : {}),
  };
}

/** The stricter of two for each setting, while the file has a mistake: what both allow. */
export function stricterTeamRules(one: TeamRules, other: TeamRules): TeamRules {
  const { freezes: before = [] } = one;
  const isNew = (freeze: Freeze): boolean => !before.some((each) => isDeepStrictEqual(each, freeze));
  const freezes = [...before, ...(other.freezes ?? []).filter(isNew)];
  const deployers = both(one.deployers, other.deployers);
  const repositories = both(one.repositories, other.repositories);
  const tags = both(one.tags, other.tags);
  const tickets = [one.ticket, other.ticket];
  const ticket = tickets.includes(NO_TICKET) ? NO_TICKET : (one.ticket ?? other.ticket);
  const overrides = stricterOverrides(one.overrides, other.overrides);
  return {
    ...(freezes.length === 0 ? {} : { freezes }),
    ...(deployers === undefined ? {} : { deployers }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(repositories === undefined ? {} : { repositories }),
    ...(tags === undefined ? {} : { tags }),
    ...(overrides === undefined ? {} : { overrides }),
    ...((one.approvals ?? other.approvals) === undefined ? {} : { approvals: 'two-people' }),
  };
}

function stricterOverrides(
  one: OverrideRule | undefined,
  other: OverrideRule | undefined,
): OverrideRule | undefined {
  if (one === 'none' || other === 'none') return 'none';
  return both(one, other);
}

/** The entries that both lists have; the one list, where there is one. */
function both<Entry>(
  one: readonly Entry[] | undefined,
  other: readonly Entry[] | undefined,
): Entry[] | undefined {
  if (one === undefined || other === undefined) return (one ?? other)?.slice();
  return one.filter((entry) => other.some((each) => isDeepStrictEqual(each, entry)));
}

/** The first of the freezes that a moment is in. A date is the whole day, on the clock of the time zone. */
export function freezeAt(freezes: readonly Freeze[], moment: Date): Freeze | undefined {
  return freezes.find(({ from, to, timeZone = 'UTC' }) => {
    const day = dayOf(moment, timeZone);
    const hasBegun = isDate(from) ? from <= day : Date.parse(from) <= moment.getTime();
    const isOver = isDate(to) ? to < day : Date.parse(to) <= moment.getTime();
    return hasBegun && !isOver;
  });
}

/** Until when it lasts, for a sentence. */
export function freezeText({ from, to, timeZone, reason }: Freeze): string {
  const zone = isDate(from) || isDate(to) ? ` (${timeZone ?? 'UTC'})` : '';
  return `from ${from} to ${to}${zone}: ${reason}`;
}

/** The date of a moment on the clock of a time zone, as 2026-12-20. */
function dayOf(moment: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}
