import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AccessKeys } from '../../aws-api/access-keys.ts';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import { type AwsError, awsError, operation, operationsByName } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';

export interface StsOptions {
  readonly accessKeys: AccessKeys;
  /** The sandbox's time, by which sessions end. */
  readonly now: () => Date;
}

/** The user id that GetCallerIdentity shows for the sandbox's users, and the role id of its roles. */
const USER_ID = 'AIDASANDBOXSANDBOXSBX';
const ROLE_ID = 'AROASANDBOXSANDBOXSBX';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):role\/(?:[\w+=,.@-]+\/)*(?<name>[\w+=,.@-]{1,64})$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 900;
const MOST_SECONDS = 43_200;

/**
 * STS as far as a client needs it to know whose keys it holds and to work with a role. Any role of the sandbox's
 * account can be assumed, but for those with `denied` in their name; those with `readonly` may only read.
 */
export function createSts({ accessKeys, now }: StsOptions): AwsQueryService {
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

      operation(AssumeRoleCommand, (input, { accountId, principalArn, region }) => {
        const { RoleArn: roleArn = '', RoleSessionName: session = '', DurationSeconds } = input;
        const seconds = checkDuration(DurationSeconds);
        if (!SESSION_NAME.test(session)) {
          throw invalid(
            session,
            'roleSessionName',
            `Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
          );
        }
        const { account, name } = ROLE_ARN.exec(roleArn)?.groups ?? {};
        if (name === undefined) throw awsError('ValidationError', `${roleArn} is invalid`);
        if (account !== accountId || /denied/i.test(name)) throw mayNotAssume(principalArn, roleArn);

        const key = accessKeys.issue({
          principalArn: `arn:${partitionOf(region)}:sts::${accountId}:assumed-role/${name}/${session}`,
          permissions: /read-?only/i.test(name) ? 'reads' : 'everything',
          expiresAt: new Date(now().getTime() + seconds * 1000),
        });
        return {
          Credentials: {
            AccessKeyId: key.accessKeyId,
            SecretAccessKey: key.secretAccessKey,
            SessionToken: key.sessionToken,
            Expiration: key.expiresAt,
          },
          AssumedRoleUser: { AssumedRoleId: `${ROLE_ID}:${session}`, Arn: key.principalArn },
        };
      }),
    ]),
  };
}

function userIdOf(principalArn: string): string {
  const session = /:assumed-role\/[^/]+\/(?<session>.+)$/.exec(principalArn)?.groups?.session;
  return session === undefined ? USER_ID : `${ROLE_ID}:${session}`;
}

function checkDuration(seconds = DEFAULT_SECONDS): number {
  if (seconds < LEAST_SECONDS) {
    throw invalid(
      seconds,
      'durationSeconds',
      `Member must have value greater than or equal to ${LEAST_SECONDS}`,
    );
  }
  if (seconds > MOST_SECONDS) {
    throw invalid(seconds, 'durationSeconds', `Member must have value less than or equal to ${MOST_SECONDS}`);
  }
  return seconds;
}

function invalid(value: string | number, member: string, constraint: string): AwsError {
  return awsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function mayNotAssume(principalArn: string, roleArn: string): AwsError {
  return awsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    { status: 403 },
  );
}
