import type { Environment } from '../../../../shared/model/account.ts';
import type { Guard, GuardedPlace } from '../../../../shared/model/environment.ts';

/** What the badge is, for a screen reader and as its hint. */
export function environmentLabel({ environment, name, from }: Guard): string {
  if (from === 'none') return 'Environment: unclassified. Say what it is.';
  return name === undefined ? `Environment: ${environment}` : `Environment: ${name} (${environment})`;
}

/** Why the place is what it is, and what that means for a change. */
export function reasonLabel({ environment, from, confirm, readOnly }: Guard): string {
  const because = {
    rule: `A rule makes this ${environment}.`,
    name: `The name makes this ${environment}.`,
    none: 'Not classified yet.',
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
