import {
  GetRoleCredentialsCommand,
  InvalidRequestException$,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  ResourceNotFoundException$,
  UnauthorizedException$,
} from '@aws-sdk/client-sso';
import type { AccessKeys } from '../../aws-api/access-keys.ts';
import { pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsService,
  awsError,
  operation,
  operationsByName,
  publicOperation,
} from '../../aws-api/service.ts';
import type { Clock } from '../../core/clock.ts';
import type { SignIns } from './sign-ins.ts';

export interface PortalOptions {
  readonly signIns: SignIns;
  readonly accessKeys: AccessKeys;
  readonly accountId: string;
  readonly clock: Clock;
}

/** The roles that a person may take in the sandbox's account. */
const ROLES = ['Administrator', 'Developer', 'ReadOnly'] as const;
/** A permission set gives credentials for an hour where its administrator sets nothing else. */
const ROLE_SECONDS = 3600;
const USUAL_PAGE = 100;

/**
 * The access portal of IAM Identity Center: accounts and roles of the person that a token stands for, and credentials
 * of a role.
 * https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html
 */
export function createPortal({ signIns, accessKeys, accountId, clock }: PortalOptions): AwsService {
  function checkToken(accessToken = ''): void {
    const token = signIns.ofAccess(accessToken);
    if (token === undefined || signIns.isOver(token))
      throw awsError(UnauthorizedException$, 'Session token not found or invalid', { status: 401 });
  }

  function checkAccount(asked = ''): void {
    if (asked !== accountId) throw awsError('ForbiddenException', 'No access', { status: 403 });
  }

  return {
    name: 'SSO',
    operations: operationsByName([
      // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html
      publicOperation(
        operation(ListAccountsCommand, ({ accessToken }) => {
          checkToken(accessToken);
          return {
            accountList: [{ accountId, accountName: 'sandbox', emailAddress: 'sandbox@example.com' }],
          };
        }),
      ),

      // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html
      publicOperation(
        operation(ListAccountRolesCommand, ({ accessToken, accountId: asked, maxResults, nextToken }) => {
          checkToken(accessToken);
          if (asked !== accountId)
            throw awsError(ResourceNotFoundException$, 'Account not found', { status: 404 });
          const page = pageByKey(
            ROLES.map((roleName) => ({ roleName, accountId })),
            ({ roleName }) => roleName,
            { limit: maxResults ?? USUAL_PAGE, token: nextToken },
            () => awsError(InvalidRequestException$, 'The next token is not valid.'),
          );
          return { roleList: page.items, nextToken: page.nextToken };
        }),
      ),

      // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
      publicOperation(
        operation(GetRoleCredentialsCommand, ({ accessToken, accountId: asked, roleName = '' }) => {
          checkToken(accessToken);
          checkAccount(asked);
          if (!ROLES.some((role) => role === roleName))
            throw awsError('ForbiddenException', 'No access', { status: 403 });
          const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = accessKeys.issue({
            principalArn: `arn:aws:sts::${accountId}:assumed-role/AWSReservedSSO_${roleName}_0123456789abcdef/ana`,
            permissions: roleName === 'ReadOnly' ? 'reads' : 'everything',
            expiresAt: new Date(clock.now().getTime() + ROLE_SECONDS * 1000),
          });
          return {
            // In milliseconds, a number: no timestamp that would be turned into the wall's time.
            roleCredentials: {
              accessKeyId,
              secretAccessKey,
              sessionToken,
              expiration: clock.toWallTime(expiresAt).getTime(),
            },
          };
        }),
      ),

      // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
      publicOperation(
        operation(LogoutCommand, ({ accessToken = '' }) => {
          checkToken(accessToken);
          signIns.signOut(accessToken);
          return {};
        }),
      ),
    ]),
  };
}
