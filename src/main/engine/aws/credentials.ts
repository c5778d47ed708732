import type { AwsCredentialIdentity } from '@smithy/types';
import type { SlipwayError } from '../../../shared/errors.ts';
import type { Clock, Ports } from '../ports/ports.ts';
import { credentialsRefused, isDeclined } from './credential-errors.ts';
import { USUAL_ENDPOINTS } from './endpoints.ts';
import { currentKeys, environmentCredentials, instanceCredentials } from './environment-credentials.ts';
import type { CredentialSource, KnownAccount } from './known-account.ts';
import { credentialsOfProfile, type ProfilePorts, type StsConfig } from './profile-credentials.ts';
import { assumeProjectRole } from './role-accounts.ts';
import type { SignIns } from './sign-in/sign-ins.ts';

/** The credentials of one account, shared by all of its clients. */
export interface AccountCredentials {
  /**
   * Roles are assumed in the region of the account, or where it has none in the one that is given: the region of the call.
   * Fails with AUTH_REQUIRED, MFA_REQUIRED or UNAVAILABLE.
   */
  provide(region: string): Promise<AwsCredentialIdentity>;
  /** Whether `provide` would ask a person for an MFA code or a sign-in now. */
  asksForCode(): boolean;
  /** Whether `provide` might ask a person for something now: a code, or whatever a program of the profile asks for. */
  mayAsk(): boolean;
  /** Renews the sign-in that they come from where it needs that, and asks nobody. `mayAsk` knows more then. */
  renewSignIn(): Promise<void>;
  /** When they expire, or else the sign-in that they come from; undefined where neither is known. */
  expiresAt(): Date | undefined;
  /** Forgets these, because AWS has refused them: the next request asks again. Others, which were fetched since, are kept: then false. */
  forget(refused: AwsCredentialIdentity): boolean;
  /** The id of the key in use, which is no secret; undefined where none was fetched, or AWS has refused it. */
  accessKeyId(): string | undefined;
  /** Lets `provide` ask at once, also shortly after a person has declined. */
  askAgain(): void;
}

type CredentialPorts = ProfilePorts & Pick<Ports, 'clock'>;

/** Credentials are fetched again this long before they expire, or when a quarter of their life is left. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** After a declined prompt, Slipway does not ask again for this long. */
const QUIET_MS = 30_000;

/** A question that was declined, and until when the session was signed in then. */
interface Refused {
  readonly error: SlipwayError;
  readonly at: number;
  readonly until: number | undefined;
}

type LoadCredentials = (region: string) => Promise<AwsCredentialIdentity>;

/** Credentials that are fetched once for all who ask at the same time, and kept until they are about to expire. */
export function openCredentials(known: KnownAccount, ports: CredentialPorts): AccountCredentials {
  const load = loaderOf(known, ports);
  let kept: AwsCredentialIdentity | undefined;
  let renewBefore = RENEW_BEFORE_MS;
  let loading: Promise<AwsCredentialIdentity> | undefined;
  let refused: Refused | undefined;

  async function loadAndKeep(region: string): Promise<AwsCredentialIdentity> {
    try {
      kept = await load(region);
      renewBefore = renewalTimeOf(kept, ports.clock);
      ports.secrets.add(kept.secretAccessKey, kept.sessionToken);
      refused = undefined;
      return kept;
    } catch (error) {
      const sentence = credentialsRefused(error, known.account.name, ports.clock.now());
      if (sentence.code === 'MFA_REQUIRED' || isDeclined(error))
        refused = { error: sentence, at: ports.clock.now().getTime(), until: signedInUntil() };
      throw sentence;
    } finally {
      loading = undefined;
    }
  }

  const isFresh = (): boolean => kept !== undefined && lifeOf(kept, ports.clock) > renewBefore;

  function signsIn(): boolean {
    const source = firstSourceOf(known);
    if (source.kind !== 'profile') return false;
    const { session, login } = source;
    return (
      (session !== undefined && ports.signIns.needsPerson(session)) ||
      (login !== undefined && ports.logins.needsPerson(login))
    );
  }

  /** Changes when somebody signs in elsewhere. */
  function signedInUntil(): number | undefined {
    const source = firstSourceOf(known);
    if (source.kind !== 'profile') return undefined;
    const { session, login } = source;
    const end = session ? ports.signIns.expiresAt(session) : login && ports.logins.expiresAt(login);
    return end?.getTime();
  }

  const isQuiet = ({ at, until }: Refused): boolean =>
    ports.clock.now().getTime() - at < QUIET_MS && until === signedInUntil();

  return {
    async provide(region) {
      if (kept && isFresh()) return kept;
      if (refused && isQuiet(refused)) throw refused.error;
      loading ??= loadAndKeep(region);
      return loading;
    },
    asksForCode() {
      if (isFresh()) return false;
      const source = firstSourceOf(known);
      return source.kind === 'profile' && (source.asksForCode || signsIn());
    },
    mayAsk() {
      if (isFresh()) return false;
      const source = firstSourceOf(known);
      return source.kind === 'profile' && (source.asksForCode || source.runsProcess === true || signsIn());
    },
    async renewSignIn() {
      const source = firstSourceOf(known);
      if (isFresh() || source.kind !== 'profile') return;
      const { session, login } = source;
      try {
        if (session !== undefined) await ports.signIns.renew(session, ports.requestHandler);
        if (login !== undefined) await ports.logins.renew(login, ports.requestHandler);
      } catch {
        // The next request needs the sign-in too, and says what is wrong with it.
      }
    },
    expiresAt: () =>
      kept?.expiration ?? (kept === undefined ? expiryOfSignIn(known, ports.signIns) : undefined),
    forget(refused) {
      if (kept === undefined || !areSame(kept, refused)) return false;
      kept = undefined;
      return true;
    },
    accessKeyId: () => kept?.accessKeyId,
    askAgain() {
      refused = undefined;
    },
  };
}

export function areSame(one: AwsCredentialIdentity, other: AwsCredentialIdentity): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;
}

/** When the sign-in of an account ends; undefined for one that has none, or none that is still good. */
export function expiryOfSignIn(known: KnownAccount, signIns: SignIns): Date | undefined {
  const source = firstSourceOf(known);
  return source.kind === 'profile' && source.session !== undefined
    ? signIns.expiresAt(source.session)
    : undefined;
}

/** How long credentials last; endless where nothing says so. */
function lifeOf({ expiration }: AwsCredentialIdentity, clock: Clock): number {
  return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - clock.now().getTime();
}

/** What lasts some minutes, as in a sandbox whose clock is fast, is not fetched with every request. */
function renewalTimeOf(credentials: AwsCredentialIdentity, clock: Clock): number {
  return Math.min(RENEW_BEFORE_MS, lifeOf(credentials, clock) / 4);
}

/** The source that the credentials of a role come from. */
function firstSourceOf({ source }: KnownAccount): CredentialSource {
  return source.kind === 'role' ? firstSourceOf(source.base) : source;
}

function loaderOf(
  { account, source, endpoints, variants }: KnownAccount,
  ports: CredentialPorts,
): LoadCredentials {
  const { requestHandler } = ports;
  const stsConfigIn = (region: string): StsConfig => ({
    region: account.region ?? region,
    requestHandler,
    ...(endpoints.sts ? { ...USUAL_ENDPOINTS, endpoint: endpoints.sts } : variants),
  });
  switch (source.kind) {
    case 'fixed':
      return async () => source.credentials;
    case 'environment':
      return async (region) =>
        source.from === 'keys'
          ? currentKeys(ports.environment, ports.clock.now())
          : environmentCredentials(source.from, ports.environment, stsConfigIn(region));
    case 'instance':
      return () => instanceCredentials(ports.environment);
    case 'role': {
      const { role, base } = source;
      const loadBase = loaderOf(base, ports);
      return async (region) => {
        const credentials = await loadBase(region);
        ports.secrets.add(credentials.secretAccessKey, credentials.sessionToken);
        return assumeProjectRole(role, { name: base.account.name, credentials }, stsConfigIn(region));
      };
    }
    case 'profile': {
      const { profile } = source;
      return (region) =>
        credentialsOfProfile({ account: account.name, profile, stsConfig: stsConfigIn(region) }, ports);
    }
  }
}
