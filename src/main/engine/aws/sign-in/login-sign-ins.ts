import { AccessDeniedException, ValidationException } from '@aws-sdk/nested-clients/signin';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import { createKeptTokens, type SignInPorts } from './kept-tokens.ts';
import { LoginToken, logInto, renewLogin } from './login-flow.ts';
import type { LoginSession } from './login-session.ts';

/** The sign-ins with `aws login`, shared by all accounts that use the same session. */
export interface LoginSignIns {
  /** Whether a person would have to sign in now. Sends nothing. */
  needsPerson(session: LoginSession): boolean;
  /** Renews the keys of a session that need it, and asks nobody. Rejects with AUTH_REQUIRED, or with what the SDK throws. */
  renew(session: LoginSession, requestHandler: RequestHandler): Promise<void>;
  /** When the keys of a session end; undefined where there are none that still work. Sends nothing. */
  expiresAt(session: LoginSession): Date | undefined;
  /**
   * The credentials of a session. A person is asked to sign in where they have ended and cannot be renewed: once for all
   * who wait. Rejects with CANCELLED when it is declined, with AUTH_REQUIRED, or with what the SDK throws.
   */
  credentials(session: LoginSession, requestHandler: RequestHandler): Promise<AwsCredentialIdentity>;
}

/** Keys last 15 minutes, and are renewed this long before: as the SDKs do. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** No sign-in is in progress; tokens are where the AWS CLI keeps them. */
export function createLoginSignIns(ports: SignInPorts): LoginSignIns {
  /** Refresh tokens that the service no longer takes, by their files: nothing else tells when they end. */
  const ended = new Map<string, string>();
  const lasts = ({ accessToken }: LoginToken, milliseconds: number): boolean =>
    Date.parse(accessToken.expiresAt) - ports.clock.now().getTime() > milliseconds;
  const isUsable = (token: LoginToken): boolean => lasts(token, RENEW_BEFORE_MS);
  const tokens = createKeptTokens<LoginToken>(
    { shape: LoginToken, expiresAt: ({ accessToken }) => accessToken.expiresAt, secretsOf, isUsable },
    ports,
  );

  function hasEnded({ tokenFile }: LoginSession, { refreshToken }: LoginToken): boolean {
    return ended.get(tokenFile) === refreshToken;
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
      if (isNotPermitted(error)) throw notPermitted(session, error);
      if (error instanceof AccessDeniedException || error instanceof ValidationException || isBadKey(error)) {
        ended.set(session.tokenFile, old.refreshToken);
        return undefined;
      }
      // The service does not answer: the keys are good to their end.
      if (lasts(old, 0)) return old;
      throw error;
    }
  }

  function newToken(session: LoginSession, requestHandler: RequestHandler): Promise<LoginToken> {
    return tokens.replace(session.tokenFile, {
      renew: (old) => renewed(session, old, requestHandler),
      signIn: (signal) =>
        logInto(session, { ...ports, requestHandler, signal }).catch((error: unknown) => {
          throw refusalOf(session, error);
        }),
    });
  }

  return {
    needsPerson(session) {
      const token = tokens.find(session.tokenFile);
      return token === undefined || (!lasts(token, 0) && hasEnded(session, token));
    },

    renew: (session, requestHandler) =>
      tokens.renew(session.tokenFile, (old) => renewed(session, old, requestHandler)),

    expiresAt(session) {
      const token = tokens.find(session.tokenFile);
      return token !== undefined && lasts(token, 0) ? new Date(token.accessToken.expiresAt) : undefined;
    },

    async credentials(session, requestHandler) {
      const known = tokens.find(session.tokenFile);
      const { accessToken } =
        known !== undefined && isUsable(known) ? known : await newToken(session, requestHandler);
      const { expiresAt, ...keys } = accessToken;
      return { ...keys, expiration: new Date(expiresAt) };
    },
  };
}

/** The lines of the key too: an error would quote one of them. */
function secretsOf({
  accessToken: { secretAccessKey, sessionToken },
  refreshToken,
  idToken,
  dpopKey,
}: LoginToken): readonly (string | undefined)[] {
  return [secretAccessKey, sessionToken, refreshToken, idToken, dpopKey, ...dpopKey.split('\n')].filter(
    (each) => each?.startsWith('-----') !== true,
  );
}

/** The key in the file is none. */
function isBadKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL');
}

function isNotPermitted(error: unknown): error is AccessDeniedException {
  return error instanceof AccessDeniedException && error.error === 'INSUFFICIENT_PERMISSIONS';
}

/** What the service refuses of a sign-in, in a sentence; any other error as it is. */
function refusalOf(session: LoginSession, error: unknown): unknown {
  if (isNotPermitted(error)) return notPermitted(session, error);
  if (!(error instanceof AccessDeniedException) || error.error !== 'AUTHCODE_EXPIRED') return error;
  return new SlipwayError(
    'AUTH_REQUIRED',
    `The authorization code for ${session.profile} has expired or was used before. Sign in again.`,
    { cause: error },
  );
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html */
function notPermitted({ profile, identity }: LoginSession, cause: Error): SlipwayError {
  return new SlipwayError(
    'AUTH_REQUIRED',
    `${identity} of the profile ${profile} is not allowed to sign in for local development (signin:CreateOAuth2Token). Ask your administrator for the policy SignInLocalDevelopmentAccess.`,
    { cause },
  );
}
