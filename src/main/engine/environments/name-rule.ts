import type { Environment } from '../../../shared/model/account.ts';

const PRODUCTION = new Set(['prod', 'production', 'prd', 'live']);
const STAGING = new Set(['stag', 'stage', 'staging', 'stg', 'preprod', 'preproduction', 'uat', 'qa']);
const DEVELOPMENT = new Set([
  'dev',
  'devel',
  'develop',
  'development',
  'demo',
  'lab',
  'local',
  'nonprod',
  'nonproduction',
  'playground',
  'sandbox',
  'test',
  'testing',
  'tests',
]);
/** `non-prod` and `pre-prod` are written in one word or in two. */
const NOT_YET = new Set(['non', 'not', 'pre']);

/** Whether a lower-case word says which environment a name belongs to, such as `staging`. */
export function isEnvironmentWord(word: string): boolean {
  return PRODUCTION.has(word) || STAGING.has(word) || DEVELOPMENT.has(word) || NOT_YET.has(word);
}

/**
 * How careful to be, judged by whole words of the names: `prod-eu` is production, `product` is not. The stricter of
 * account and cluster wins; names that say nothing are unclassified, which is guarded like production.
 */
export function environmentOfNames(
  account: { readonly kind: 'sandbox' | 'profile'; readonly name: string },
  clusterName?: string,
): Environment {
  const cluster = clusterName === undefined ? undefined : environmentOfName(clusterName);
  if (account.kind === 'sandbox') return cluster ?? 'sandbox';
  const named = [cluster, environmentOfName(account.name)];
  for (const environment of ['production', 'staging', 'development'] as const) {
    if (named.includes(environment)) return environment;
  }
  return 'unclassified';
}

/** What whole words of one name say; undefined where they say nothing. */
export function environmentOfName(name: string): 'production' | 'staging' | 'development' | undefined {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  const found = new Set<'staging' | 'development'>();
  for (const [index, word] of words.entries()) {
    const isProduction = PRODUCTION.has(word);
    const before = words[index - 1];
    const isNotYet = isProduction && before !== undefined && NOT_YET.has(before);
    if (isProduction && !isNotYet) return 'production';
    if (STAGING.has(word) || (isNotYet && before === 'pre')) found.add('staging');
    else if (DEVELOPMENT.has(word) || isNotYet) found.add('development');
  }
  if (found.has('staging')) return 'staging';
  return found.has('development') ? 'development' : undefined;
}
