import type { Tag } from '@aws-sdk/client-ecs';
import { tagValue } from '../../register/revision-tags.ts';

/** Each change has a tag of its own on the service, so that no claim overwrites another one. */
const PREFIX = 'slipway:change:';

/** What a change says of itself in a tag of its service. */
export interface Claim {
  readonly key: string;
  /** Orders the claims: the earliest goes ahead. ISO 8601. */
  readonly since: string;
  /** The claim counts until then. ISO 8601. */
  readonly until: string;
  /** `deploy by ci-role on runner-3`. */
  readonly what: string;
}

/** `entry`: the id of the change in the journal of its machine, by which its claim is found after a crash. */
export function claimKey(entry: string): string {
  return `${PREFIX}${entry}`;
}

export function claimTag({ key, since, until, what }: Claim): Tag {
  return { key, value: tagValue(`${since} ${until} ${what}`) };
}

/** The claims among the tags of a service. One that can't be read has ended: it would hold up the service forever. */
export function claimsAmong(tags: readonly Tag[] = []): readonly Claim[] {
  return tags.flatMap(({ key = '', value = '' }) => {
    if (!key.startsWith(PREFIX)) return [];
    const [since = '', until = '', ...what] = value.split(' ');
    return [{ key, since, until, what: what.join(' ') }];
  });
}

/** No claim is made for so long: a clock is wrong, or the tag was set by hand. It would hold up the service for years. */
const LONGEST_CLAIM_MS = 60 * 60_000;

export function hasEnded({ until }: Claim, now: Date): boolean {
  const left = Date.parse(until) - now.getTime();
  return Number.isNaN(left) || left <= 0 || left > LONGEST_CLAIM_MS;
}

/** Whether a claim goes ahead of another one. The same answer on every machine. */
export function isAhead(claim: Claim, other: Claim): boolean {
  if (claim.since !== other.since) return claim.since < other.since;
  return claim.key < other.key;
}
