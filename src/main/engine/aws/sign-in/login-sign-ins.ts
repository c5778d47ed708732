import { AccessDeniedException, ValidationException } from '@aws-sdk/nested-clients/signin';
import type { AwsCredentialIdentity } from '@smithy/types';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import { LoginToken, logInto, renewLogin } from './login-flow.ts';
import type { LoginSession } from './login-session.ts';
import type { SignInPorts } from './sign-ins.ts';
import { readTokenFile, writeTokenFile } from './token-file.ts';

/** The sign-ins with `aws login`, shared by all accounts that use the same session. */
export interface LoginSignIns {
  /** Whether a person would have to sign in now. Sends nothing. */
  needsPerson(session: LoginSession): boolean;
  /**
   * The credentials of a session. A person is asked to sign in where they have ended and cannot be renewed: once for all
   * who wait. Rejects with CANCELLED when it is declined, with AUTH_REQUIRED, or with what the SDK throws.
   */
  credentials(session: LoginSession, requestHandler: RequestHandler): Promise<AwsCredentialIdentity>;
}

/** Keys last 15 minutes, and are renewed this long before: as the SDKs do. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** No sign-in is in progress; tokens are where the AWS CLI keeps them. */
export function createLoginSignIns(ports: Omit<SignInPorts, 'watch'>): LoginSignIns {
  /** Those that could not be written, for as long as Slipway runs. */
  const kept = new Map<string, LoginToken>();
  const inProgress = new Map<string, Promise<LoginToken>>();
  /** Refresh tokens that the service no longer takes, by their files: nothing else tells when they end. */
  const ended = new Map<string, string>();
  const lasts = ({ accessToken }: LoginToken, milliseconds: number): boolean =>
    Date.parse(accessToken.expiresAt) - ports.clock.now().getTime() > milliseconds;

  function find({ tokenFile }: LoginSession): LoginToken | undefined {
    const [inFile, inMemory] = [readTokenFile(tokenFile, LoginToken), kept.get(tokenFile)];
    if (inFile === undefined || inMemory === undefined) return inFile ?? inMemory;
    const isOlder = Date.parse(inFile.accessToken.expiresAt) < Date.parse(inMemory.accessToken.expiresAt);
    return isOlder ? inMemory : inFile;
  }

  function keep({ tokenFile }: LoginSession, token: LoginToken): void {
    hide(token);
    try {
      writeTokenFile(tokenFile, token);
      kept.delete(tokenFile);
    } catch (error) {
      ports.logger.warn({ err: error }, 'A sign-in could not be kept for the AWS CLI.');
      kept.set(tokenFile, token);
    }
  }

  function hide({ accessToken, refreshToken, idToken, dpopKey }: LoginToken): void {
    const { secretAccessKey, sessionToken } = accessToken;
    // The lines of the key too: an error would quote one of them.
    const secrets = [secretAccessKey, sessionToken, refreshToken, idToken, dpopKey, ...dpopKey.split('\n')];
    ports.secrets.add(...secrets.filter((each) => each?.startsWith('-----') !== true));
  }

  function hasEnded({ tokenFile }: LoginSession, { refreshToken }: LoginToken): boolean {
    return ended.get(tokenFile) === refreshToken;
  }

  async function newToken(session: LoginSession, requestHandler: RequestHandler): Promise<LoginToken> {
    const old = find(session);
    if (old !== undefined) hide(old);
    const token =
      (old && (await renewed(session, old, requestHandler))) ?? (await ask(session, requestHandler));
    keep(session, token);
    return token;
  }

  async function ask(session: LoginSession, requestHandler: RequestHandler): Promise<LoginToken> {
    if (ports.prompt.isUnattended === true) throw cancelled('The sign-in');
    return logInto(session, { ...ports, requestHandler });
  }

  /** Undefined when a person has to sign in. */
  async function renewed(
    session: LoginSession,
    old: LoginToken,
    requestHandler: RequestHandler,
  ): Promise<LoginToken | undefined> {
    if (hasEnded(session, old)) return undefined;
    try {
      return await renewLogin(session, old, { clock: ports.clock, requestHandler });
    } catch (error) {
      if (error instanceof AccessDeniedException && error.error === 'INSUFFICIENT_PERMISSIONS')
        throw notPermitted(session, error);
      if (error instanceof AccessDeniedException || error instanceof ValidationException || isBadKey(error)) {
        ended.set(session.tokenFile, old.refreshToken);
        return undefined;
      }
      // The service does not answer: the keys are good to their end.
      if (lasts(old, 0)) return old;
      throw error;
    }
  }

  /** One for all who ask at the same time. */
  function replace(session: LoginSession, requestHandler: RequestHandler): Promise<LoginToken> {
    const key = session.tokenFile;
    const running = inProgress.get(key);
    if (running !== undefined) return running;
    const started = newToken(session, requestHandler).finally(() => inProgress.delete(key));
    inProgress.set(key, started);
    return started;
  }

  return {
    needsPerson(session) {
      const token = find(session);
      return token === undefined || (!lasts(token, 0) && hasEnded(session, token));
    },

    async credentials(session, requestHandler) {
      const known = find(session);
      if (known !== undefined) hide(known);
      const isUsable = known !== undefined && lasts(known, RENEW_BEFORE_MS);
      const { accessToken } = isUsable ? known : await replace(session, requestHandler);
      const { expiresAt, ...keys } = accessToken;
      return { ...keys, expiration: new Date(expiresAt) };
    },
  };
}

/** The key in the file is none. */
function isBadKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL');
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html */
function notPermitted({ profile, identity }: LoginSession, cause: Error): SlipwayError {
  return new SlipwayError(
    'AUTH_REQUIRED',
    `${identity} of the profile ${profile} is not allowed to sign in for local development (signin:CreateOAuth2Token). Ask your administrator for the policy SignInLocalDevelopmentAccess.`,
    { cause },
  );
}
