import type { AccessTokens } from './access-tokens.ts';

/** What the holder of a password may do: what the key may do that asked for it. */
export interface RegistryAccess {
  /** The region whose repositories it is good for. All regions have one address here, and one each at AWS. */
  readonly region: string;
  readonly reach: 'everything' | 'reads';
}

const REACHES = ['everything', 'reads'] as const;

/** The password of GetAuthorizationToken: its region, its end and a signature. */
export function issuePassword(tokens: AccessTokens, access: RegistryAccess, expiresAt: Date): string {
  return `${access.region}.${tokens.issue(purposeOf(access), expiresAt)}`;
}

/** Undefined for a password that this sandbox did not give out, or whose time is up. */
export function accessOf(tokens: AccessTokens, password: string, now: Date): RegistryAccess | undefined {
  const end = password.indexOf('.');
  const [region, token] = [password.slice(0, Math.max(end, 0)), password.slice(end + 1)];
  const accesses = REACHES.map((reach) => ({ region, reach }));
  return accesses.find((access) => tokens.isValid(purposeOf(access), token, now));
}

function purposeOf({ region, reach }: RegistryAccess): string {
  return `registry password for ${reach} in ${region}`;
}
