import type { Environment } from '../../../shared/model/account.ts';

const PRODUCTION = new Set(['prod', 'production', 'prd', 'live']);
const STAGING = new Set(['stag', 'stage', 'staging', 'stg', 'preprod', 'preproduction', 'uat', 'qa']);
/** `non-prod` and `pre-prod` are written in one word or in two. */
const NOT_YET = new Set(['non', 'not', 'pre']);

/** How careful to be, judged by whole words of the names: `prod-eu` is production, `product` is not. */
export function environmentOf(
  account: { readonly kind: 'sandbox' | 'profile'; readonly name: string },
  clusterName?: string,
): Environment {
  const cluster = clusterName === undefined ? undefined : environmentOfName(clusterName);
  if (account.kind === 'sandbox') return cluster ?? 'sandbox';
  const named = [cluster, environmentOfName(account.name)];
  if (named.includes('production')) return 'production';
  if (named.includes('staging')) return 'staging';
  return 'development';
}

function environmentOfName(name: string): 'production' | 'staging' | undefined {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  let staging = false;
  for (const [index, word] of words.entries()) {
    const isProduction = PRODUCTION.has(word);
    const before = words[index - 1];
    const isNotYet = isProduction && before !== undefined && NOT_YET.has(before);
    if (isProduction && !isNotYet) return 'production';
    if (STAGING.has(word) || (isNotYet && before === 'pre')) staging = true;
  }
  return staging ? 'staging' : undefined;
}
