import type { Difference } from '../../../../shared/model/revision.ts';

const SHOWN = 3;
const PLURALS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  environment: ['variable', 'variables'],
  secret: ['secret', 'secrets'],
  port: ['port', 'ports'],
  mount: ['mount', 'mounts'],
  volume: ['volume', 'volumes'],
  limit: ['limit', 'limits'],
  tag: ['tag', 'tags'],
  role: ['role', 'roles'],
  container: ['container', 'containers'],
};

/** The differences in a few words: `cpu 0.25 vCPU → 0.5 vCPU, 2 variables`. Empty when there are none. */
export function summarize(differences: readonly Difference[]): string {
  const bySubject = Map.groupBy(differences, (difference) => difference.subject);
  const phrases = [...bySubject].map(([subject, group]) => phraseOf(subject, group));
  const hidden = phrases.length - SHOWN;
  return hidden > 0 ? `${phrases.slice(0, SHOWN).join(', ')} and ${hidden} more` : phrases.join(', ');
}

function phraseOf(subject: string, group: readonly Difference[]): string {
  const [only] = group;
  const plural = PLURALS[subject];
  if (only === undefined) return '';
  if (group.length > 1) return plural === undefined ? subject : `${group.length} ${plural[1]}`;
  if (plural !== undefined) return `${plural[0]} ${only.name}`;
  const label = only.name === '' ? subject : `${subject} ${only.name}`;
  const isShort = (only.before?.length ?? 0) + (only.after?.length ?? 0) <= 40;
  if (only.kind !== 'changed') return `${label} ${only.kind}`;
  return isShort ? `${label} ${only.before} → ${only.after}` : label;
}
