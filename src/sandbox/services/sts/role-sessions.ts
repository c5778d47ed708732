import type { AccessKeys, TemporaryKey } from '../../aws-api/access-keys.ts';
import { type AwsError, awsError, type CallContext } from '../../aws-api/service.ts';
import { inPartitionOf, partitionOf } from '../../core/partition.ts';
import { readTrustPolicy } from '../iam/policy-document.ts';
import type { RoleRecord, Roles } from '../iam/roles.ts';
import { type Asker, mayAssume, namesProvider } from '../iam/trust.ts';
import type { WebIdentity } from './web-identity.ts';

/** What AssumeRole and AssumeRoleWithWebIdentity have in common. */
export interface AssumeRequest {
  readonly RoleArn: string | undefined;
  readonly RoleSessionName: string | undefined;
  readonly DurationSeconds?: number | undefined;
  readonly ExternalId?: string | undefined;
  readonly SourceIdentity?: string | undefined;
  readonly Tags?: readonly unknown[] | undefined;
  /** Whether the request carried a code of the MFA device, which was right. */
  readonly hasMfaCode: boolean;
}

/** A role session and the role that it is of. */
export interface RoleSession {
  readonly key: TemporaryKey;
  readonly roleId: string;
}

interface RoleSessionOptions {
  readonly roles: Roles;
  /** The one role of another account. */
  readonly foreignRole: RoleRecord;
  readonly accessKeys: AccessKeys;
  /** The sandbox's time, by which sessions end. */
  readonly now: () => Date;
}

/** A session lasts so long where the request says nothing, and at most so long where a session assumed the role. */
const HOUR_SECONDS = 3600;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*(?<name>[\w+=,.@-]{1,64})$/;

/** Who may assume which role, and for how long. */
export function createRoleSessions({ roles, foreignRole, accessKeys, now }: RoleSessionOptions) {
  function findRole(roleArn: string, region: string): RoleRecord | undefined {
    const { name } = ROLE_ARN.exec(roleArn)?.groups ?? {};
    if (name === undefined) throw awsError('ValidationError', `${roleArn} is invalid`);
    return [roles.get(name), foreignRole].find(
      (record) => record !== undefined && inPartitionOf(region, record.role.Arn) === roleArn,
    );
  }

  function open(record: RoleRecord, request: AssumeRequest, context: CallContext): RoleSession {
    const { region, accountId, session } = context;
    const { RoleName: name, Arn, RoleId: roleId = '' } = record.role;
    const account = Arn.split(':')[4] ?? accountId;
    const seconds = request.DurationSeconds ?? HOUR_SECONDS;
    const partition = partitionOf(region);
    const key = accessKeys.issue({
      principalArn: `arn:${partition}:sts::${account}:assumed-role/${name}/${request.RoleSessionName ?? ''}`,
      permissions: account === accountId ? (/read-?only/i.test(name) ? 'reads' : 'everything') : 'nothing',
      sourceIdentity: request.SourceIdentity ?? session.sourceIdentity,
      expiresAt: new Date(now().getTime() + seconds * 1000),
    });
    return { key, roleId };
  }

  return {
    /**
     * AssumeRole with the keys of the caller.
     * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
     */
    assume(request: AssumeRequest, context: CallContext): RoleSession {
      const { RoleArn: roleArn = '', DurationSeconds: seconds = HOUR_SECONDS } = request;
      const { principalArn, region, hasSessionToken, session } = context;
      const record = findRole(roleArn, region);
      const asker: Asker = { kind: 'AWS', principalArn };
      const keys = keysOf(request, context, now());
      for (const action of actionsOf('sts:AssumeRole', request, session.sourceIdentity)) {
        const isTrusted = record !== undefined && mayAssume(trustOf(record), action, asker, keys);
        if (!isTrusted) throw mayNotAssume(action, roleArn, principalArn);
      }
      if (record === undefined) throw mayNotAssume('sts:AssumeRole', roleArn, principalArn);
      const before = session.sourceIdentity;
      // "The value that is set cannot be changed during the role session": IAM User Guide, "Monitor and control actions taken with assumed roles".
      if (before !== undefined && request.SourceIdentity !== undefined && request.SourceIdentity !== before)
        throw mayNotAssume('sts:SetSourceIdentity', roleArn, principalArn);
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
      if (hasSessionToken && seconds > HOUR_SECONDS) throw tooLongFor('chain');
      checkDuration(record, seconds);
      return open(record, request, context);
    },

    /**
     * AssumeRoleWithWebIdentity with the token of an identity provider. A provider is in the account where the trust
     * policy of a role names it.
     * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
     */
    assumeWithWebIdentity(request: AssumeRequest, identity: WebIdentity, context: CallContext): RoleSession {
      const { RoleArn: roleArn = '', DurationSeconds: seconds = HOUR_SECONDS } = request;
      const { accountId, region } = context;
      const record = findRole(roleArn, region);
      const provider = identity.issuer.replace(/^https:\/\//, '');
      const providerArn = `arn:${partitionOf(region)}:iam::${accountId}:oidc-provider/${provider}`;
      const isKnown = [...roles.all()].some((each) => namesProvider(trustOf(each), providerArn));
      if (!isKnown) {
        throw awsError(
          'InvalidIdentityToken',
          `No OpenIDConnect provider found in your account for ${identity.issuer}`,
        );
      }
      const keys = new Map([
        [`${provider}:aud`.toLowerCase(), identity.audience],
        [`${provider}:sub`.toLowerCase(), identity.subject],
        ['sts:rolesessionname', request.RoleSessionName ?? ''],
      ]);
      const action = 'sts:AssumeRoleWithWebIdentity';
      const asker: Asker = { kind: 'Federated', providerArn };
      if (record === undefined || !mayAssume(trustOf(record), action, asker, keys)) {
        // Nobody is named where the caller has no keys.
        throw awsError('AccessDeniedException', `Not authorized to perform ${action}`, { status: 403 });
      }
      checkDuration(record, seconds);
      return open(record, request, context);
    },

    /** The id of a session's role, such as GetCallerIdentity shows. */
    roleIdOf(name: string): string | undefined {
      return [roles.get(name), foreignRole].find((record) => record?.role.RoleName === name)?.role.RoleId;
    },
  };
}

function trustOf({ trustPolicy }: RoleRecord) {
  return readTrustPolicy(trustPolicy);
}

/**
 * A session with tags or a source identity needs their actions too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
function actionsOf(
  action: string,
  { Tags: tags = [], SourceIdentity }: AssumeRequest,
  before: string | undefined,
): readonly string[] {
  return [
    action,
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
    ...((SourceIdentity ?? before) === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
}

/**
 * What the conditions of a trust policy can look at. A key with MFA is missing where none was used with long-term keys, and
 * those that AssumeRole gives carry none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function keysOf(
  { ExternalId, RoleSessionName = '', SourceIdentity, hasMfaCode }: AssumeRequest,
  { principalArn, hasSessionToken, session }: CallContext,
  now: Date,
): ReadonlyMap<string, string> {
  const { mfaAt = hasMfaCode ? now : undefined, sourceIdentity } = session;
  const mfa = mfaAt !== undefined ? 'true' : hasSessionToken ? 'false' : undefined;
  const age = mfaAt && String(Math.floor((now.getTime() - mfaAt.getTime()) / 1000));
  const all: readonly (readonly [string, string | undefined])[] = [
    ['aws:principalarn', roleOfSession(principalArn)],
    ['aws:principalaccount', principalArn.split(':')[4]],
    ['aws:multifactorauthpresent', mfa],
    ['aws:multifactorauthage', age],
    ['aws:sourceidentity', sourceIdentity],
    ['sts:externalid', ExternalId],
    ['sts:rolesessionname', RoleSessionName],
    ['sts:sourceidentity', SourceIdentity ?? sourceIdentity],
  ];
  return new Map(all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/** "For assumed roles, the value is the ARN of the role": IAM User Guide, aws:PrincipalArn. */
function roleOfSession(principalArn: string): string {
  return principalArn.replace(/:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, ':iam::$1:role/$2');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html */
function checkDuration({ role }: RoleRecord, seconds: number): void {
  if (seconds > (role.MaxSessionDuration ?? HOUR_SECONDS)) throw tooLongFor('role');
}

function tooLongFor(what: 'role' | 'chain'): AwsError {
  const limit =
    what === 'role'
      ? 'the MaxSessionDuration set for this role.'
      : 'the 1 hour session limit for roles assumed by role chaining.';
  return awsError('ValidationError', `The requested DurationSeconds exceeds ${limit}`);
}

/** As IAM words it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html */
function mayNotAssume(action: string, roleArn: string, principalArn: string): AwsError {
  return awsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${roleArn}`,
    { status: 403 },
  );
}
