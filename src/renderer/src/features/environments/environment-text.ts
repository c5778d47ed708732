import type { Environment } from '../../../../shared/model/account.ts';
import type { EnvironmentRule, Guard, GuardedPlace } from '../../../../shared/model/environment.ts';

/** What the badge is, for a screen reader and as its hint. */
export function environmentLabel({ environment, from }: Guard): string {
  if (from === 'nobody') return 'Environment: unclassified. Say what it is.';
  return `Environment: ${environment}`;
}

/** Why the place is what it is, and what that means for a change. */
export function reasonLabel({ environment, from, confirm, readOnly }: Guard): string {
  const because = {
    rule: `A rule makes this ${environment}.`,
    name: `The name makes this ${environment}.`,
    nobody: 'Not classified yet.',
  }[from];
  if (readOnly) return `${because} Nothing can be changed.`;
  return confirm === 'name'
    ? `${because} Changes are confirmed by typing a name.`
    : `${because} Changes are confirmed with one click.`;
}

/** Such as `The cluster web is staging`. */
export function choiceLabel({ cluster, service }: GuardedPlace, environment: Environment): string {
  const what = service ?? cluster;
  if (what === undefined) return `This account is ${environment}`;
  return `The ${service === undefined ? 'cluster' : 'service'} ${what} is ${environment}`;
}

/** The sentences of the settings page. */
export const settingsText = {
  title: 'Settings',
  rules: 'Environments',
  noRules: 'No rules yet',
  howToClassify:
    'Environments follow from names: prod, staging, dev and the like. Other places are unclassified and are guarded like ' +
    'production. Click the badge in the header to say what an account or a cluster is.',
  matches: 'Matches',
  environment: 'Environment',
  guards: 'Changes',
  file: 'The first matching rule decides. Edit the rules in',
} as const;

/** What a rule matches, such as `cluster payments-*`. */
export function matchLabels({ account, cluster, service }: EnvironmentRule): readonly string[] {
  return Object.entries({ account, cluster, service }).flatMap(([what, pattern]) =>
    pattern === undefined ? [] : [`${what} ${pattern}`],
  );
}

/** What a rule says about changes. */
export function guardLabels({ confirm, readOnly, mutableTags, window }: EnvironmentRule): readonly string[] {
  return [
    ...(readOnly === undefined ? [] : [readOnly ? 'read-only' : 'can be changed']),
    ...(confirm === undefined ? [] : [confirm === 'name' ? 'confirmed by name' : 'confirmed with a click']),
    ...(mutableTags === undefined
      ? []
      : [mutableTags === 'refuse' ? 'no tags that can be overwritten' : 'any tag']),
    ...(window === undefined
      ? []
      : [`${window.days.join(', ')} ${window.from} to ${window.to} (${window.timeZone})`]),
  ];
}
