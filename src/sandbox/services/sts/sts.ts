import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import type { AccessKeys, TemporaryKey } from '../../aws-api/access-keys.ts';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import {
  type AwsError,
  awsError,
  operation,
  operationsByName,
  publicOperation,
} from '../../aws-api/service.ts';
import type { RoleRecord, Roles } from '../iam/roles.ts';
import { createMfaDevice } from './mfa-device.ts';
import { createRoleSessions, type RoleSession } from './role-sessions.ts';
import { readWebIdentity } from './web-identity.ts';

export interface StsOptions {
  readonly accountId: string;
  readonly roles: Roles;
  readonly foreignRole: RoleRecord;
  readonly accessKeys: AccessKeys;
  /** The sandbox's time, by which sessions end. */
  readonly now: () => Date;
  /** The wall-clock time, by which tokens of identity providers end. */
  readonly wallTime: () => Date;
}

/** The user id that GetCallerIdentity shows for the sandbox's users, and of a role that has been deleted since. */
const USER_ID = 'AIDASANDBOXSANDBOXSBX';
const ROLE_ID = 'AROASANDBOXSANDBOXSBX';

const SESSION_TOKEN_SECONDS = 43_200;

/**
 * STS as far as a client needs it to know whose keys it holds, to work with a role and to get keys after MFA. The trust
 * policy of a role says who may assume it. A role with `readonly` in its name may only read.
 */
export function createSts(options: StsOptions): AwsQueryService {
  const { accountId, roles, foreignRole, accessKeys, now, wallTime } = options;
  const sessions = createRoleSessions({ roles, foreignRole, accessKeys, now });
  const device = createMfaDevice(accountId, wallTime);

  function requireRightCode({ SerialNumber: serialNumber, TokenCode: code }: MfaRequest): void {
    if (serialNumber === undefined && code === undefined) return;
    if (serialNumber === undefined || code === undefined) {
      throw mfaFailed('must provide both MFA serial number and one time pass code. ');
    }
    if (serialNumber !== device.serialNumber) {
      throw mfaFailed(
        'unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      );
    }
    if (!device.accepts(code)) throw mfaFailed('with invalid MFA one time pass code. ');
  }

  return {
    name: 'STS',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: operationsByName([
      operation(GetCallerIdentityCommand, (_input, { principalArn }) => ({
        UserId: userIdOf(principalArn),
        Account: principalArn.split(':')[4],
        Arn: principalArn,
      })),

      operation(AssumeRoleCommand, (input, context) => {
        requireRightCode(input);
        const request = { ...input, hasMfaCode: input.TokenCode !== undefined };
        return assumedRole(sessions.assume(request, context));
      }),

      // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
      publicOperation(
        operation(AssumeRoleWithWebIdentityCommand, (input, context) => {
          const identity = readWebIdentity(input.WebIdentityToken ?? '', wallTime());
          const request = { ...input, hasMfaCode: false };
          return {
            ...assumedRole(sessions.assumeWithWebIdentity(request, identity, context)),
            SubjectFromWebIdentityToken: identity.subject,
            Audience: identity.audience,
            Provider: identity.issuer,
          };
        }),
      ),

      // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
      operation(GetSessionTokenCommand, (input, context) => {
        const { DurationSeconds = SESSION_TOKEN_SECONDS } = input;
        if (context.hasSessionToken) throw noSessionCredentials();
        requireRightCode(input);
        const { principalArn, permissions } = context;
        const expiresAt = new Date(now().getTime() + DurationSeconds * 1000);
        const mfaAt = input.TokenCode === undefined ? undefined : now();
        return {
          Credentials: credentialsOf(accessKeys.issue({ principalArn, permissions, mfaAt, expiresAt })),
        };
      }),
    ]),
  };

  function userIdOf(principalArn: string): string {
    const { role, session } =
      /:assumed-role\/(?<role>[^/]+)\/(?<session>.+)$/.exec(principalArn)?.groups ?? {};
    return role === undefined ? USER_ID : `${sessions.roleIdOf(role) ?? ROLE_ID}:${session}`;
  }
}

interface MfaRequest {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

function assumedRole({ key, roleId }: RoleSession) {
  const { principalArn, sourceIdentity } = key;
  return {
    Credentials: credentialsOf(key),
    AssumedRoleUser: { AssumedRoleId: `${roleId}:${principalArn.split('/').at(-1)}`, Arn: principalArn },
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: TemporaryKey): Credentials {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  };
}

function mfaFailed(what: string): AwsError {
  return awsError('AccessDenied', `MultiFactorAuthentication failed, ${what}`.replace(', with', ' with'), {
    status: 403,
  });
}

function noSessionCredentials(): AwsError {
  return awsError('AccessDeniedException', 'Cannot call GetSessionToken with session credentials', {
    status: 403,
  });
}
