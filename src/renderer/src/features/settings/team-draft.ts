import type { EnvironmentRule } from '../../../../shared/model/environment.ts';
import { isTimeZone } from '../../../../shared/model/team-rules.ts';

/** The settings of a team in the form of a rule: one entry per line, and `none` for an empty list. */
export interface TeamDraft {
  /** Each from, to, a time zone if it has one, and the reason. */
  readonly freezes: string;
  readonly deployers: string;
  readonly ticket: string;
  readonly repositories: string;
  readonly tags: string;
  /** Each a check, and after `:` who may override it. */
  readonly overrides: string;
  readonly approvals: '' | NonNullable<EnvironmentRule['approvals']>;
}

/** The sentences of these settings. */
export const TEAM_TEXT = {
  team: 'Team rules',
  onePerLine: 'One entry per line. Enter none for an empty list, which allows nobody or no image.',
  lists: {
    freezes: { label: 'Freezes', example: '2026-12-20 2027-01-02 Europe/Berlin holidays' },
    deployers: { label: 'Who may deploy', example: 'role/deployer' },
    repositories: { label: 'Allowed repositories', example: 'shop/*' },
    tags: { label: 'Allowed tags', example: 'v*' },
    overrides: { label: 'Checks that may be overridden', example: 'freeze: role/incident-lead' },
  },
  inEntry: (entry: number, problem: string) => `Entry ${entry} ${problem}`,
  ticket: 'Ticket in the reason or the link',
  ticketHelp: 'A regular expression, such as [A-Z]+-\\d+',
  approvals: 'Approvals of a release',
  approvalsKinds: { '': 'Not set', none: 'None', 'two-people': 'Two people' },
} as const;

const NONE = 'none';

export function teamDraftOf(rule: EnvironmentRule): TeamDraft {
  const { freezes, deployers, ticket = '', repositories, tags, overrides, approvals = '' } = rule;
  return {
    freezes: linesOf(
      freezes?.map(({ from, to, timeZone, reason }) =>
        [from, to, ...(timeZone === undefined ? [] : [timeZone]), reason].join(' '),
      ),
    ),
    deployers: linesOf(deployers?.map(({ identity }) => identity)),
    ticket,
    repositories: linesOf(repositories),
    tags: linesOf(tags),
    overrides:
      overrides === NONE
        ? NONE
        : linesOf(
            overrides?.map((each) =>
              typeof each === 'string' ? each : `${each.check}: ${each.by.join(', ')}`,
            ),
          ),
    approvals,
  };
}

/** What the form says, not yet checked against the schema of the file. `before` has the windows of deployers, which the form does not show. */
export function teamSettingsOf(draft: TeamDraft, before: EnvironmentRule['deployers']): object {
  const freezes = entriesOf(draft.freezes)?.map(freezeOf);
  // An identity with several windows is on as many lines, and each of them means all its windows.
  const identities = entriesOf(draft.deployers);
  const deployers =
    identities &&
    [...new Set(identities)].flatMap((identity) => {
      const known = before?.filter((each) => each.identity === identity) ?? [];
      return known.length > 0 ? known : [{ identity }];
    });
  const repositories = entriesOf(draft.repositories);
  const tags = entriesOf(draft.tags);
  const overrides = draft.overrides.trim() === NONE ? NONE : entriesOf(draft.overrides)?.map(overrideOf);
  return {
    ...(freezes === undefined ? {} : { freezes }),
    ...(deployers === undefined ? {} : { deployers }),
    ...(draft.ticket.trim() === '' ? {} : { ticket: draft.ticket.trim() }),
    ...(repositories === undefined ? {} : { repositories }),
    ...(tags === undefined ? {} : { tags }),
    ...(overrides === undefined ? {} : { overrides }),
    ...(draft.approvals === '' ? {} : { approvals: draft.approvals }),
  };
}

function linesOf(entries: readonly string[] | undefined): string {
  if (entries === undefined) return '';
  return entries.length === 0 ? NONE : entries.join('\n');
}

function entriesOf(text: string): readonly string[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) return undefined;
  return lines.length === 1 && lines[0] === NONE ? [] : lines;
}

function freezeOf(line: string) {
  const [from = '', to = '', ...rest] = line.split(/\s+/);
  const [zone = ''] = rest;
  const hasZone = isZoneOfFreeze(zone);
  return {
    from,
    to,
    ...(hasZone ? { timeZone: zone } : {}),
    reason: rest.slice(hasZone ? 1 : 0).join(' '),
  };
}

function overrideOf(line: string) {
  const colon = line.indexOf(':');
  if (colon === -1) return line;
  const by = line.slice(colon + 1).split(',');
  return { check: line.slice(0, colon).trim(), by: by.map((each) => each.trim()).filter(Boolean) };
}

/** A zone that the file may have, such as `UTC` or `Europe/Berlin`, and not a word such as `Cuba` that a reason may begin with. */
function isZoneOfFreeze(word: string): boolean {
  return /\/|^(?:[A-Z]{3}|utc|[+-]\d{2}:?\d{2})$/.test(word) && isTimeZone(word);
}

/** The settings of a team as short labels. */
export function teamLabels(rule: EnvironmentRule): readonly string[] {
  const { freezes, deployers, ticket, repositories, tags, overrides, approvals } = rule;
  return [
    ...(freezes === undefined ? [] : [`Freezes: ${freezes.length}`]),
    ...(deployers === undefined
      ? []
      : [`Deployed by ${listLabel(deployers.map(({ identity }) => identity))}`]),
    ...(ticket === undefined ? [] : [`Ticket ${ticket}`]),
    ...(repositories === undefined ? [] : [`Images from ${listLabel(repositories)}`]),
    ...(tags === undefined ? [] : [`Tags ${listLabel(tags)}`]),
    ...(overrides === undefined ? [] : [overridesLabel(overrides)]),
    ...(approvals === undefined ? [] : [approvals === 'two-people' ? 'Two people' : 'One person']),
  ];
}

function listLabel(entries: readonly string[]): string {
  if (entries.length === 0) return NONE;
  return entries.length > 2
    ? `${entries.slice(0, 2).join(', ')} and ${entries.length - 2} more`
    : entries.join(', ');
}

function overridesLabel(overrides: NonNullable<EnvironmentRule['overrides']>): string {
  if (overrides === NONE || overrides.length === 0) return 'No overrides';
  return `Overrides: ${listLabel(overrides.map((each) => (typeof each === 'string' ? each : each.check)))}`;
}
