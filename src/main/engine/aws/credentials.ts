import { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Clock, Ports, Prompt } from '../ports/ports.ts';
import type { CredentialProcesses } from './credential-process.ts';
import { environmentCredentials, instanceCredentials } from './environment-credentials.ts';
import { clockSkewOf } from './errors.ts';
import type { CredentialSource, KnownAccount } from './known-account.ts';
import { networkErrorCode } from './network-errors.ts';
import { commandOf, usesSso } from './profile-kind.ts';
import { missingSsoSetting, problemOfProfile } from './profile-problems.ts';
import { assumeProjectRole } from './role-accounts.ts';
import { sdkProfileName, shareWithSdk } from './sdk-config.ts';
import { sessionOfProfile } from './session-of-profile.ts';
import { assumeRolesOf, rolesOfSource } from './session-roles.ts';
import { readSharedConfig, type SharedConfig, type SharedSection, sharedFilePaths } from './shared-config.ts';
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
  /** When they expire, or else the sign-in that they come from; undefined where neither is known. */
  expiresAt(): Date | undefined;
  /** Forgets these, because AWS has refused them: the next request asks again. Others, which were fetched since, are kept: then false. */
  forget(refused: AwsCredentialIdentity): boolean;
  /** Lets `provide` ask at once, also shortly after a person has declined. */
  askAgain(): void;
}

interface CredentialPorts extends Pick<Ports, 'environment' | 'clock'> {
  readonly prompt: Prompt;
  readonly secrets: KnownSecrets;
  readonly signIns: SignIns;
  readonly processes: CredentialProcesses;
  /** Sends the requests of roles and SSO sessions. */
  readonly requestHandler: RequestHandler;
}

/** Credentials are fetched again this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** After a declined prompt, Slipway does not ask again for this long. */
const QUIET_MS = 30_000;

type LoadCredentials = (region: string) => Promise<AwsCredentialIdentity>;

/** Credentials that are fetched once for all who ask at the same time, and kept until they are about to expire. */
export function openCredentials(known: KnownAccount, ports: CredentialPorts): AccountCredentials {
  const load = loaderOf(known, ports);
  let kept: AwsCredentialIdentity | undefined;
  let loading: Promise<AwsCredentialIdentity> | undefined;
  let refused: { readonly error: SlipwayError; readonly at: number } | undefined;

  async function loadAndKeep(region: string): Promise<AwsCredentialIdentity> {
    try {
      kept = await load(region);
      ports.secrets.add(kept.secretAccessKey, kept.sessionToken);
      refused = undefined;
      return kept;
    } catch (error) {
      const sentence = credentialsRefused(error, known.account.name, ports.clock.now());
      if (sentence.code === 'MFA_REQUIRED' || isDeclined(error))
        refused = { error: sentence, at: ports.clock.now().getTime() };
      throw sentence;
    } finally {
      loading = undefined;
    }
  }

  function signsIn(): boolean {
    const { source } = known;
    return (
      source.kind === 'profile' && source.session !== undefined && ports.signIns.needsPerson(source.session)
    );
  }

  return {
    async provide(region) {
      if (kept && isFresh(kept, ports.clock)) return kept;
      if (refused && ports.clock.now().getTime() - refused.at < QUIET_MS) throw refused.error;
      loading ??= loadAndKeep(region);
      return loading;
    },
    asksForCode() {
      if (kept && isFresh(kept, ports.clock)) return false;
      const source = firstSourceOf(known);
      return source.kind === 'profile' && (source.asksForCode || signsIn());
    },
    mayAsk() {
      if (kept && isFresh(kept, ports.clock)) return false;
      const source = firstSourceOf(known);
      return source.kind === 'profile' && (source.asksForCode || source.runsProcess === true || signsIn());
    },
    expiresAt: () =>
      kept?.expiration ?? (kept === undefined ? expiryOfSignIn(known, ports.signIns) : undefined),
    forget(refused) {
      if (kept === undefined || !areSame(kept, refused)) return false;
      kept = undefined;
      return true;
    },
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

/** A person mistypes once or twice; after that the device may be the wrong one. */
const MOST_CODES = 3;

/** Whether STS has refused an MFA code, and not the device or the role. */
function isWrongCode(error: unknown): boolean {
  return error instanceof Error && /invalid MFA one time pass code/i.test(error.message);
}

/** Whether a person has said no to a question. */
function isDeclined(error: unknown): boolean {
  if (!(error instanceof SlipwayError)) return false;
  return error.code === 'CANCELLED' || isDeclined(error.cause);
}

function notSignedIn(account: string, cause: unknown): SlipwayError {
  const { command } = signInWith('aws sso login', account);
  return new SlipwayError(
    'AUTH_REQUIRED',
    `${account} is not signed in. Sign in when Slipway asks, or run \`aws sso login --profile ${account}\`, and try again.`,
    { cause, ...(command === undefined ? {} : { detail: { command } }) },
  );
}

function isFresh({ expiration }: AwsCredentialIdentity, clock: Clock): boolean {
  return expiration === undefined || expiration.getTime() - clock.now().getTime() > RENEW_BEFORE_MS;
}

/** The source that the credentials of a role come from. */
function firstSourceOf({ source }: KnownAccount): CredentialSource {
  return source.kind === 'role' ? firstSourceOf(source.base) : source;
}

function loaderOf({ account, source, endpoints }: KnownAccount, ports: CredentialPorts): LoadCredentials {
  const { requestHandler } = ports;
  const stsConfigIn = (region: string) => ({
    region: account.region ?? region,
    requestHandler,
    ...(endpoints.sts ? { endpoint: endpoints.sts } : {}),
  });
  switch (source.kind) {
    case 'fixed':
      return async () => source.credentials;
    case 'environment':
      return (region) => environmentCredentials(source.from, ports.environment, stsConfigIn(region));
    case 'instance':
      return instanceCredentials;
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
      const options = {
        profile: sdkProfileName(source.profile),
        ...sharedFilePaths(ports.environment),
        ignoreCache: true,
      };
      let isAgain = false;
      const mfaCode = (serial: string): Promise<string> => {
        const question = `MFA code of ${serial}, for the profile ${source.profile}`;
        return ports.prompt.mfaCode(
          isAgain ? `AWS did not accept the code. Wait for the next one. ${question}` : question,
        );
      };
      const signInBy = (config: SharedConfig, name: string): Promise<AwsCredentialIdentity> => {
        const profile = config.profiles.get(name);
        const session = profile && sessionOfProfile(config, profile, ports.environment);
        const [accountId, roleName] = ['sso_account_id', 'sso_role_name'].map(
          (setting) => profile?.settings.get(setting)?.text,
        );
        if (session === undefined || accountId === undefined || roleName === undefined)
          throw new Error(`The profile ${name} has no SSO session.`);
        return ports.signIns
          .roleCredentials(session, { accountId, roleName }, requestHandler)
          .catch((error: unknown) => {
            throw isDeclined(error) ? notSignedIn(account.name, error) : error;
          });
      };
      const fetch = async (region: string): Promise<AwsCredentialIdentity> => {
        const stsConfig = stsConfigIn(region);
        const config = await readSharedConfig(ports.environment);
        const profile = config.profiles.get(source.profile);
        const roles = profile && rolesOfSource(config, profile);
        const signsIn = roles?.at(-1) ?? profile;
        const problem =
          profile && (problemOfProfile(config, profile) ?? (signsIn && missingSsoSetting(config, signsIn)));
        if (problem !== undefined) throw new SlipwayError('AUTH_REQUIRED', problem);
        shareWithSdk(sharedFilePaths(ports.environment), config);
        const fromSource = (section: SharedSection): Promise<AwsCredentialIdentity> => {
          const command = commandOf(section);
          return command === undefined ? signInBy(config, section.name) : ports.processes.run(command);
        };
        if (roles !== undefined)
          return assumeRolesOf(roles, {
            source: fromSource,
            assumeRole: getDefaultRoleAssumer(stsConfig),
            mfaCode,
          });
        if (profile !== undefined && (usesSso(profile) || commandOf(profile) !== undefined))
          return fromSource(profile);
        const fromProfile = fromIni({
          ...options,
          mfaCodeProvider: mfaCode,
          // Without them a role of a web identity is asked for past the proxy and the endpoint of the profile.
          roleAssumer: getDefaultRoleAssumer(stsConfig),
          roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
          clientConfig: { requestHandler },
        });
        return fromProfile();
      };
      return async (region) => {
        for (let attempt = 1; ; attempt += 1) {
          isAgain = attempt > 1;
          try {
            return await fetch(region);
          } catch (error) {
            if (!isWrongCode(error) || attempt === MOST_CODES) throw error;
          }
        }
      };
    }
  }
}

/**
 * Why an account could not give credentials. The provider's own text is not shown: it can quote the command of
 * a `credential_process` with what that command is given.
 */
function credentialsRefused(error: unknown, account: string, now: Date): SlipwayError {
  if (error instanceof SlipwayError) return promptRefused(error, account);
  const text = error instanceof Error ? error.message : '';
  const clock = clockSkewOf(error, now);
  if (clock !== undefined)
    return new SlipwayError('AUTH_REQUIRED', clock, { cause: error, detail: { clock: 'skewed' } });

  if (networkErrorCode(error) !== undefined) {
    return new SlipwayError(
      'UNAVAILABLE',
      `The credentials of ${account} could not be fetched, because the sign-in service did not answer. Check the network and try again.`,
      { retryable: true, cause: error },
    );
  }
  if (/MultiFactorAuthentication|MFA/i.test(text)) {
    return new SlipwayError(
      'MFA_REQUIRED',
      `AWS did not accept the MFA code for ${account}. Wait for the next code and try again.`,
      { cause: error },
    );
  }
  const { sentence, command } = reasonOf(text, account);
  return new SlipwayError('AUTH_REQUIRED', sentence, {
    cause: error,
    ...(command === undefined ? {} : { detail: { command } }),
  });
}

/** Why a session of IAM Identity Center did not list its roles. */
export function sessionRefused(error: unknown, session: string): SlipwayError {
  if (isDeclined(error)) {
    return new SlipwayError('AUTH_REQUIRED', `${session} is not signed in. Sign in when Slipway asks.`, {
      cause: error,
    });
  }
  if (error instanceof SlipwayError) return error;
  return new SlipwayError(
    'UNAVAILABLE',
    `IAM Identity Center did not list the roles of ${session}. Check the network, and sso_region and sso_start_url of the session.`,
    { retryable: true, cause: error },
  );
}

function promptRefused(error: SlipwayError, account: string): SlipwayError {
  if (error.code !== 'CANCELLED') return error;
  return new SlipwayError(
    'MFA_REQUIRED',
    `${account} needs an MFA code, and none was entered. Try again to enter one.`,
    { cause: error },
  );
}

/** Why there are no credentials, and the command that signs in, where one does. */
interface Reason {
  readonly sentence: string;
  readonly command?: string;
}

function reasonOf(text: string, account: string): Reason {
  if (/sso/i.test(text) || /token is expired/i.test(text)) return signInWith('aws sso login', account);
  if (/login session|aws login/i.test(text)) return signInWith('aws login', account);
  if (/Could not resolve credentials using profile/i.test(text)) {
    return {
      sentence: `The profile ${account} has no credentials. Add keys, a role or an SSO session to it in the shared AWS files.`,
    };
  }
  if (/not authorized to perform: sts:AssumeRole/i.test(text)) {
    return {
      sentence: `The profile ${account} isn't allowed to assume its role (sts:AssumeRole). Check role_arn and the role's trust policy.`,
    };
  }
  return {
    sentence: `The profile ${account} couldn't provide credentials. Run \`aws sts get-caller-identity --profile ${account}\` to see the reason.`,
  };
}

/** A name with other characters is quoted by whoever runs it: nothing is copied that a shell reads in another way. */
const PLAIN_NAME = /^[\w.@/+-]+$/;

function signInWith(login: string, account: string): Reason {
  const command = `${login} --profile ${account}`;
  return {
    sentence: `The sign-in of ${account} has expired. Run \`${command}\` and try again.`,
    ...(PLAIN_NAME.test(account) ? { command } : {}),
  };
}
