import { isObject } from '../../../shared/is-object.ts';
import { EnvironmentRule, MOST_RULES } from '../../../shared/model/environment.ts';
import { NO_TICKET } from './ticket.ts';

/** The strictest value of each setting that can be strict. */
const STRICTEST: Readonly<Partial<EnvironmentRule>> = {
  environment: 'production',
  confirm: 'name',
  readOnly: true,
  mutableTags: 'refuse',
  reason: 'required',
  findings: { refuse: 'low', unscanned: 'refuse' },
  signature: 'required',
  shells: 'refuse',
  freezes: [{ from: '2000-01-01', to: '9999-12-31', reason: 'the freezes of the rules are not valid' }],
  deployers: [],
  ticket: NO_TICKET,
  repositories: [],
  tags: [],
  overrides: 'none',
  approvals: 'two-people',
};
const MATCHED_BY = ['account', 'cluster', 'service'] as const;
// A region is none of them: it limits only a name and a color, and what such a rule says besides holds in every region.

/**
 * The rules of a file with a mistake. A rule keeps its valid settings; one that is not valid counts as the strictest, also
 * where its name is written in another case. A rule whose pattern is not valid is left out: nobody knows what it matches.
 */
export function salvagedRules(content: unknown): readonly EnvironmentRule[] {
  const found = isObject(content) ? content.rules : undefined;
  if (!Array.isArray(found)) return [];
  return found.slice(0, MOST_RULES).flatMap((each: unknown) => salvagedRule(each) ?? []);
}

function salvagedRule(content: unknown): EnvironmentRule | undefined {
  if (!isObject(content)) return undefined;
  const patterns = Object.fromEntries(
    MATCHED_BY.flatMap((key) => (content[key] === undefined ? [] : [[key, content[key]]])),
  );
  let rule: EnvironmentRule | undefined = EnvironmentRule.safeParse(patterns).data;
  for (const [key, value] of Object.entries(content)) {
    if (rule === undefined) return undefined;
    rule = EnvironmentRule.safeParse({ ...rule, [key]: value }).data ?? { ...rule, ...strictest(key) };
  }
  return rule;
}

/** Empty for a setting that cannot be strict, such as a colour. */
function strictest(key: string): Partial<EnvironmentRule> {
  const meant = key.toLowerCase().replaceAll(/[-_]/g, '');
  const found = Object.entries(STRICTEST).filter(([name]) => name.toLowerCase() === meant);
  return Object.fromEntries(found);
}
