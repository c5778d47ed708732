import {
  GetRoleCredentialsCommand,
  paginateListAccountRoles,
  paginateListAccounts,
  SSOClient,
  UnauthorizedException,
} from '@aws-sdk/client-sso';
import { InvalidClientException, InvalidGrantException } from '@aws-sdk/client-sso-oidc';
import type { AwsCredentialIdentity } from '@smithy/types';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { OfferedRole } from '../../../../shared/model/account.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import type { KnownSecrets } from '../../ports/known-secrets.ts';
import type { Clock, Logger, Prompt } from '../../ports/ports.ts';
import { renewToken, signInto } from './sign-in-flow.ts';
import type { SsoSession } from './sso-session.ts';
import { readTokenFile, SsoToken, writeTokenFile } from './token-file.ts';

export interface SignInPorts {
  readonly clock: Clock;
  readonly prompt: Prompt;
  readonly secrets: KnownSecrets;
  readonly logger: Logger;
  /** Waits between two polls; real time where it is missing. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  /** Calls back after each change of the files. */
  readonly watch: (files: readonly string[], onChange: () => void) => { close(): void };
}

/** Which role of which account of the Identity Center. */
export interface SsoRole {
  readonly accountId: string;
  readonly roleName: string;
}

/** The sign-ins to IAM Identity Center, shared by all accounts that use the same session. */
export interface SignIns {
  /** Whether a person would have to sign in now. Sends nothing. */
  needsPerson(session: SsoSession): boolean;
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
  /** Those that could not be written, for as long as Slipway runs. */
  const kept = new Map<string, SsoToken>();
  const inProgress = new Map<string, Promise<SsoToken>>();
  const now = (): number => ports.clock.now().getTime();
  const lasts = (moment: string, milliseconds: number): boolean => Date.parse(moment) - now() > milliseconds;

  function find({ tokenFile }: SsoSession): SsoToken | undefined {
    const [inFile, inMemory] = [readTokenFile(tokenFile, SsoToken), kept.get(tokenFile)];
    if (inFile === undefined || inMemory === undefined) return inFile ?? inMemory;
    return Date.parse(inFile.expiresAt) >= Date.parse(inMemory.expiresAt) ? inFile : inMemory;
  }

  function keep({ tokenFile }: SsoSession, token: SsoToken): void {
    hide(token);
    try {
      writeTokenFile(tokenFile, token);
      kept.delete(tokenFile);
    } catch (error) {
      ports.logger.warn({ err: error }, 'A sign-in could not be kept for the AWS CLI.');
      kept.set(tokenFile, token);
    }
  }

  function hide({ accessToken, refreshToken, clientSecret }: SsoToken): void {
    for (const secret of [accessToken, refreshToken, clientSecret]) ports.secrets.add(secret);
  }

  async function newToken(session: SsoSession, requestHandler: RequestHandler): Promise<SsoToken> {
    const old = find(session);
    const token =
      (old && (await renewed(session, old, requestHandler))) ?? (await ask(session, old, requestHandler));
    keep(session, token);
    return token;
  }

  /** Also `aws sso login` in a terminal ends the question. */
  async function ask(
    session: SsoSession,
    old: SsoToken | undefined,
    requestHandler: RequestHandler,
  ): Promise<SsoToken> {
    if (ports.prompt.isUnattended === true) throw cancelled('The sign-in');
    const over = new AbortController();
    const elsewhere = Promise.withResolvers<SsoToken>();
    const look = (): void => {
      const token = readTokenFile(session.tokenFile, SsoToken);
      if (token !== undefined && token.accessToken !== old?.accessToken && isUsable(token))
        elsewhere.resolve(token);
    };
    const watching = ports.watch([session.tokenFile], look);
    look();
    const asked = signInto(session, { ...ports, requestHandler, signal: over.signal });
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, elsewhere.promise]);
    } finally {
      watching.close();
      over.abort();
    }
  }

  /** Undefined when a person has to sign in. */
  async function renewed(
    session: SsoSession,
    old: SsoToken,
    requestHandler: RequestHandler,
  ): Promise<SsoToken | undefined> {
    const renewable = renewableToken(old);
    if (renewable === undefined) return undefined;
    try {
      return await renewToken(session, renewable, { clock: ports.clock, requestHandler });
    } catch (error) {
      if (error instanceof InvalidGrantException || error instanceof InvalidClientException) return undefined;
      throw error;
    }
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

  /** One for all who ask at the same time. */
  function replace(session: SsoSession, requestHandler: RequestHandler): Promise<SsoToken> {
    const key = session.tokenFile;
    const running = inProgress.get(key);
    if (running !== undefined) return running;
    const started = newToken(session, requestHandler).finally(() => inProgress.delete(key));
    inProgress.set(key, started);
    return started;
  }

  /** A token that the portal does not accept is replaced once. */
  async function withToken<Answer>(
    session: SsoSession,
    requestHandler: RequestHandler,
    use: (token: SsoToken) => Promise<Answer>,
  ): Promise<Answer> {
    const known = find(session);
    if (known !== undefined) hide(known);
    const token = known !== undefined && isUsable(known) ? known : await replace(session, requestHandler);
    try {
      return await use(token);
    } catch (error) {
      // Signed out elsewhere, or taken away: the file cannot tell.
      if (!(error instanceof UnauthorizedException) || token !== known) throw error;
      return use(await replace(session, requestHandler));
    }
  }

  return {
    needsPerson(session) {
      const token = find(session);
      if (token === undefined) return true;
      return !lasts(token.expiresAt, 0) && renewableToken(token) === undefined;
    },

    expiresAt(session) {
      const token = find(session);
      return token !== undefined && lasts(token.expiresAt, 0) ? new Date(token.expiresAt) : undefined;
    },

    roles: (session, requestHandler) =>
      withToken(session, requestHandler, (token) => rolesOf(session, token, requestHandler)),

    roleCredentials: (session, role, requestHandler) =>
      withToken(session, requestHandler, (token) => credentialsOfRole(session, token, role, requestHandler)),
  };
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
