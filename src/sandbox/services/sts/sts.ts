import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import type { AccessKey, AccessKeys, TemporaryKey } from '../../aws-api/access-keys.ts';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import {
  type AwsError,
  awsError,
  type CallContext,
  operation,
  operationsByName,
  publicOperation,
} from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import { createMfaDevice } from './mfa-device.ts';
import { readWebIdentity } from './web-identity.ts';

export interface StsOptions {
  readonly accountId: string;
  readonly accessKeys: AccessKeys;
  /** The sandbox's time, by which sessions end. */
  readonly now: () => Date;
  /** The wall-clock time, by which tokens of identity providers end. */
  readonly wallTime: () => Date;
}

/** The user id that GetCallerIdentity shows for the sandbox's users, and the role id of its roles. */
const USER_ID = 'AIDASANDBOXSANDBOXSBX';
const ROLE_ID = 'AROASANDBOXSANDBOXSBX';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):role\/(?:[\w+=,.@-]+\/)*(?<name>[\w+=,.@-]{1,64})$/;
const ROLE_SECONDS = 3600;
const SESSION_TOKEN_SECONDS = 43_200;

/**
 * STS as far as a client needs it to know whose keys it holds, to work with a role and to get keys after MFA. Any role
 * of the sandbox's account can be assumed, but for those with `denied` in their name; those with `readonly` may only
 * read, and those with `mfa` need a code of the MFA device.
 */
export function createSts({ accountId, accessKeys, now, wallTime }: StsOptions): AwsQueryService {
  function issue(key: Pick<AccessKey, 'principalArn' | 'permissions'>, seconds: number): TemporaryKey {
    return accessKeys.issue({ ...key, expiresAt: new Date(now().getTime() + seconds * 1000) });
  }

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

  function assume(action: string, request: AssumeRequest, context: CallContext): TemporaryKey {
    const { accountId, region } = context;
    const { RoleArn: roleArn = '', RoleSessionName: session = '', DurationSeconds = ROLE_SECONDS } = request;
    const { account, name } = ROLE_ARN.exec(roleArn)?.groups ?? {};
    if (name === undefined) throw awsError('ValidationError', `${roleArn} is invalid`);
    if (account !== accountId || /denied/i.test(name)) throw mayNotAssume(action, roleArn, context);
    requireRightCode(request);
    if (/mfa/i.test(name) && request.TokenCode === undefined) throw mayNotAssume(action, roleArn, context);
    const principalArn = `arn:${partitionOf(region)}:sts::${accountId}:assumed-role/${name}/${session}`;
    const permissions = /read-?only/i.test(name) ? 'reads' : 'everything';
    return issue({ principalArn, permissions }, DurationSeconds);
  }

  return {
    name: 'STS',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: operationsByName([
      operation(GetCallerIdentityCommand, (_input, { accountId, principalArn }) => ({
        UserId: userIdOf(principalArn),
        Account: accountId,
        Arn: principalArn,
      })),

      operation(AssumeRoleCommand, (input, context) => assumedRole(assume('sts:AssumeRole', input, context))),

      // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
      publicOperation(
        operation(AssumeRoleWithWebIdentityCommand, (input, context) => {
          const { subject, audience, issuer } = readWebIdentity(input.WebIdentityToken ?? '', wallTime());
          return {
            ...assumedRole(assume('sts:AssumeRoleWithWebIdentity', input, context)),
            SubjectFromWebIdentityToken: subject,
            Audience: audience,
            Provider: issuer,
          };
        }),
      ),

      // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
      operation(GetSessionTokenCommand, (input, context) => {
        const { DurationSeconds = SESSION_TOKEN_SECONDS } = input;
        if (context.hasSessionToken) throw noSessionCredentials();
        requireRightCode(input);
        return { Credentials: credentialsOf(issue(context, DurationSeconds)) };
      }),
    ]),
  };
}

interface MfaRequest {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

interface AssumeRequest extends MfaRequest {
  readonly RoleArn: string | undefined;
  readonly RoleSessionName: string | undefined;
  readonly DurationSeconds?: number | undefined;
}

function assumedRole(key: TemporaryKey) {
  const { principalArn } = key;
  return {
    Credentials: credentialsOf(key),
    AssumedRoleUser: { AssumedRoleId: userIdOf(principalArn), Arn: principalArn },
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

function userIdOf(principalArn: string): string {
  const session = /:assumed-role\/[^/]+\/(?<session>.+)$/.exec(principalArn)?.groups?.session;
  return session === undefined ? USER_ID : `${ROLE_ID}:${session}`;
}

function mayNotAssume(action: string, roleArn: string, { principalArn }: CallContext): AwsError {
  // Nobody is named where the caller has no keys.
  const isAnonymous = principalArn.endsWith(':anonymous');
  const message = isAnonymous
    ? `Not authorized to perform ${action}`
    : `User: ${principalArn} is not authorized to perform: ${action} on resource: ${roleArn}`;
  return awsError('AccessDeniedException', message, { status: 403 });
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
