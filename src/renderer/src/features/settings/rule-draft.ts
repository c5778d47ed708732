import { EnvironmentRule, type RuledSeverity } from '../../../../shared/model/environment.ts';
import { type TeamDraft, teamDraftOf, teamSettingsOf } from './team-draft.ts';

type Day = NonNullable<EnvironmentRule['window']>['days'][number];

/** What the form of a rule holds: an empty text is a setting that the rule does not have. */
export interface RuleDraft extends TeamDraft {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly environment: '' | NonNullable<EnvironmentRule['environment']>;
  readonly name: string;
  readonly color: '' | NonNullable<EnvironmentRule['color']>;
  readonly confirm: '' | NonNullable<EnvironmentRule['confirm']>;
  readonly access: '' | 'write' | 'read';
  readonly mutableTags: '' | NonNullable<EnvironmentRule['mutableTags']>;
  readonly reason: '' | NonNullable<EnvironmentRule['reason']>;
  readonly refusedFindings: '' | RuledSeverity;
  readonly warnedFindings: '' | RuledSeverity;
  readonly unscanned: '' | 'warn' | 'refuse';
  readonly signature: '' | NonNullable<EnvironmentRule['signature']>;
  readonly shells: '' | NonNullable<EnvironmentRule['shells']>;
  readonly hasWindow: boolean;
  readonly days: readonly Day[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly ledgerTable: string;
  readonly ledgerRegion: string;
  readonly ledgerRequired: '' | 'yes' | 'no';
}

/** A group of fields of the form. */
export interface DraftFieldsProps {
  readonly draft: RuleDraft;
  /** A sentence by the path of the setting that it is about. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<RuleDraft>) => void;
}

export const WEEK: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The form for a rule, or for a new one. */
export function draftOf(rule: EnvironmentRule = {}): RuleDraft {
  const { window } = rule;
  return {
    account: rule.account ?? '',
    region: rule.region ?? '',
    cluster: rule.cluster ?? '',
    service: rule.service ?? '',
    environment: rule.environment ?? '',
    name: rule.name ?? '',
    color: rule.color ?? '',
    confirm: rule.confirm ?? '',
    access: rule.readOnly === undefined ? '' : rule.readOnly ? 'read' : 'write',
    mutableTags: rule.mutableTags ?? '',
    reason: rule.reason ?? '',
    refusedFindings: rule.findings?.refuse ?? '',
    warnedFindings: rule.findings?.warn ?? '',
    unscanned: rule.findings?.unscanned ?? '',
    signature: rule.signature ?? '',
    shells: rule.shells ?? '',
    hasWindow: window !== undefined,
    days: window?.days ?? WEEK.slice(0, 5),
    from: window?.from ?? '09:00',
    to: window?.to ?? '17:00',
    timeZone: window?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    ledgerTable: rule.ledger?.table ?? '',
    ledgerRegion: rule.ledger?.region ?? '',
    ledgerRequired: rule.ledger?.required === undefined ? '' : rule.ledger.required ? 'yes' : 'no',
    ...teamDraftOf(rule),
  };
}

/** What a form says, or why it says no rule: a sentence for each field, and `''` for the rule as a whole. */
export type RuleReading =
  | { readonly rule: EnvironmentRule }
  | { readonly problems: Readonly<Record<string, string>> };

/** Reads the form by the rules of the file. */
export function readDraft(draft: RuleDraft, before: EnvironmentRule = {}): RuleReading {
  const { account, region, cluster, service, name, access } = draft;
  const { environment, color, confirm, mutableTags, reason, signature, shells } = draft;
  const texts = Object.entries({ account, region, cluster, service, name })
    .map(([setting, text]) => [setting, text.trim()] as const)
    .filter(([, text]) => text !== '');
  const choices = chosenOf({ environment, color, confirm, mutableTags, reason, signature, shells });
  const findings = chosenOf({
    refuse: draft.refusedFindings,
    warn: draft.warnedFindings,
    unscanned: draft.unscanned,
  });
  const required = draft.ledgerRequired;
  const ofRequired = required === '' ? {} : { required: required === 'yes' };
  const ledger = chosenOf({ table: draft.ledgerTable.trim(), region: draft.ledgerRegion.trim() });
  const days = WEEK.filter((day) => draft.days.includes(day));
  const parsed = EnvironmentRule.safeParse({
    ...Object.fromEntries(texts),
    ...choices,
    ...(Object.keys(findings).length === 0 ? {} : { findings }),
    ...(Object.keys(ledger).length === 0 && required === '' ? {} : { ledger: { ...ledger, ...ofRequired } }),
    ...teamSettingsOf(draft, before.deployers),
    ...(access === '' ? {} : { readOnly: access === 'read' }),
    ...(draft.hasWindow
      ? { window: { days, from: draft.from, to: draft.to, timeZone: draft.timeZone.trim() } }
      : {}),
  });
  if (parsed.success) return { rule: parsed.data };
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) problems[path.map(String).join('.')] ??= message;
  return { problems };
}

function chosenOf(choices: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(choices).filter(([, choice]) => choice !== ''));
}
