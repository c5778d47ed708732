import {
  GetRoleCredentialsCommand,
  paginateListAccountRoles,
  paginateListAccounts,
  SSOClient,
  UnauthorizedException,
} from '@aws-sdk/client-sso';
import { SlowDownException, SSOOIDCServiceException } from '@aws-sdk/client-sso-oidc';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { OfferedRole } from '../../../../shared/model/account.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import { createKeptTokens, type SignInPorts } from './kept-tokens.ts';
import { renewToken, signInto } from './sign-in-flow.ts';
import type { SsoSession } from './sso-session.ts';
import { SsoToken } from './token-file.ts';
import { USUAL_ENDPOINTS } from './usual-endpoints.ts';

/** Which role of which account of the Identity Center. */
export interface SsoRole {
  readonly accountId: string;
  readonly roleName: string;
}

/** The sign-ins to IAM Identity Center, shared by all accounts that use the same session. */
export interface SignIns {
  /** Whether a person would have to sign in now. Sends nothing. */
  needsPerson(session: SsoSession): boolean;
  /** Renews the token of a session that needs it, and asks nobody. Rejects with what the SDK throws. */
  renew(session: SsoSession, requestHandler: RequestHandler): Promise<void>;
  /** When the token of a session ends; undefined where there is none that still works. Sends nothing. */
  expiresAt(session: SsoSession): Date | undefined;
  /** What the person of a session may use. Asks to sign in, and rejects, as `roleCredentials` does. */
  roles(session: SsoSession, requestHandler: RequestHandler): Promise<readonly OfferedRole[]>;
  /**
   * The credentials of a role. A person is asked to sign in where the token has ended and cannot be renewed: once for
   * all who wait. Rejects with CANCELLED when it is declined, with AUTH_REQUIRED, or with what the SDK throws.
   */
  roleCredentials(
    session: SsoSession,
    role: SsoRole,
    requestHandler: RequestHandler,
  ): Promise<AwsCredentialIdentity>;
}

/** Tokens are renewed this long before they end. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** No sign-in is in progress; tokens are where the AWS CLI keeps them. */
export function createSignIns(ports: SignInPorts): SignIns {
  const lasts = (moment: string, milliseconds: number): boolean =>
    Date.parse(moment) - ports.clock.now().getTime() > milliseconds;
  /** The refresh tokens that AWS has refused, by file: they end the sign-in, and are not sent again. */
  const ended = new Map<string, string>();
  const tokens = createKeptTokens<SsoToken>(
    {
      shape: SsoToken,
      expiresAt: ({ expiresAt }) => expiresAt,
      secretsOf: ({ accessToken, refreshToken, clientSecret }) => [accessToken, refreshToken, clientSecret],
      isUsable,
    },
    ports,
  );

  /** Undefined when a person has to sign in. */
  async function renewed(
    session: SsoSession,
    old: SsoToken,
    requestHandler: RequestHandler,
  ): Promise<SsoToken | undefined> {
    const renewable = renewableToken(old);
    if (renewable === undefined || hasEnded(session, old)) return undefined;
    try {
      return await renewToken(session, renewable, { clock: ports.clock, requestHandler });
    } catch (error) {
      if (isRefusal(error)) {
        ended.set(session.tokenFile, renewable.refreshToken);
        return undefined;
      }
      // The service does not answer: the token is good to its end.
      if (lasts(old.expiresAt, 0)) return old;
      throw error;
    }
  }

  function hasEnded({ tokenFile }: SsoSession, { refreshToken }: SsoToken): boolean {
    return refreshToken !== undefined && ended.get(tokenFile) === refreshToken;
  }

  function renewableToken(token: SsoToken) {
    const { refreshToken, clientId, clientSecret, registrationExpiresAt } = token;
    if (refreshToken === undefined || clientId === undefined || clientSecret === undefined) return undefined;
    if (registrationExpiresAt === undefined || !lasts(registrationExpiresAt, 0)) return undefined;
    return { ...token, refreshToken, clientId, clientSecret, registrationExpiresAt };
  }

  /** What cannot be renewed is used to its end. */
  function isUsable(token: SsoToken): boolean {
    return lasts(token.expiresAt, renewableToken(token) === undefined ? 0 : RENEW_BEFORE_MS);
  }

  function newToken(session: SsoSession, requestHandler: RequestHandler): Promise<SsoToken> {
    return tokens.replace(session.tokenFile, {
      renew: (old) => renewed(session, old, requestHandler),
      signIn: (signal) => signInto(session, { ...ports, requestHandler, signal }),
    });
  }

  /** A token that the portal does not accept is replaced once. */
  async function withToken<Answer>(
    session: SsoSession,
    requestHandler: RequestHandler,
    use: (token: SsoToken) => Promise<Answer>,
  ): Promise<Answer> {
    const known = tokens.find(session.tokenFile);
    const token = known !== undefined && isUsable(known) ? known : await newToken(session, requestHandler);
    try {
      return await use(token);
    } catch (error) {
      // Signed out elsewhere, or taken away: the file cannot tell.
      if (!(error instanceof UnauthorizedException) || token !== known) throw error;
      return use(await newToken(session, requestHandler));
    }
  }

  return {
    needsPerson(session) {
      const token = tokens.find(session.tokenFile);
      if (token === undefined) return true;
      return !lasts(token.expiresAt, 0) && (renewableToken(token) === undefined || hasEnded(session, token));
    },

    renew: (session, requestHandler) =>
      tokens.renew(session.tokenFile, (old) => renewed(session, old, requestHandler)),

    expiresAt(session) {
      const token = tokens.find(session.tokenFile);
      return token !== undefined && lasts(token.expiresAt, 0) ? new Date(token.expiresAt) : undefined;
    },

    roles: (session, requestHandler) =>
      withToken(session, requestHandler, (token) => rolesOf(session, token, requestHandler)),

    roleCredentials: (session, role, requestHandler) =>
      withToken(session, requestHandler, (token) => credentialsOfRole(session, token, role, requestHandler)),
  };
}

/**
 * Whether the service itself does not renew a token, whatever it says of the refresh token or the client: only a sign-in
 * helps. A page of a proxy has no such answer.
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors
 */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof SSOOIDCServiceException &&
    error.$fault === 'client' &&
    'error' in error &&
    typeof error.error === 'string' &&
    !(error instanceof SlowDownException)
  );
}

async function rolesOf(
  session: SsoSession,
  { accessToken }: SsoToken,
  requestHandler: RequestHandler,
): Promise<readonly OfferedRole[]> {
  const client = portalClient(session, requestHandler);
  const roles: OfferedRole[] = [];
  for await (const { accountList = [] } of paginateListAccounts({ client }, { accessToken })) {
    for (const { accountId, accountName } of accountList) {
      if (accountId === undefined) continue;
      for await (const { roleList = [] } of paginateListAccountRoles(
        { client },
        { accessToken, accountId },
      )) {
        for (const { roleName } of roleList) {
          if (roleName !== undefined)
            roles.push({ accountId, roleName, ...(accountName === undefined ? {} : { accountName }) });
        }
      }
    }
  }
  return roles;
}

/** Never destroyed: that would end the connections of the account, whose handler it has. */
function portalClient({ region, portalEndpoint }: SsoSession, requestHandler: RequestHandler): SSOClient {
  return new SSOClient({
    region,
    requestHandler,
    ...USUAL_ENDPOINTS,
    ignoreConfiguredEndpointUrls: true,
    ...(portalEndpoint === undefined ? {} : { endpoint: portalEndpoint }),
  });
}

async function credentialsOfRole(
  session: SsoSession,
  { accessToken }: SsoToken,
  { accountId, roleName }: SsoRole,
  requestHandler: RequestHandler,
): Promise<AwsCredentialIdentity> {
  const { title } = session;
  const client = portalClient(session, requestHandler);
  try {
    const { roleCredentials } = await client.send(
      new GetRoleCredentialsCommand({ accessToken, accountId, roleName }),
    );
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = roleCredentials ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) {
      throw new SlipwayError(
        'UNAVAILABLE',
        `${title} gave no credentials of the role ${roleName}. Try again.`,
      );
    }
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration), accountId };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ForbiddenException') throw error;
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `${title} gives you no access to the role ${roleName} in the account ${accountId}. Check sso_account_id and sso_role_name, or ask your administrator for the role.`,
      { cause: error },
    );
  }
}
