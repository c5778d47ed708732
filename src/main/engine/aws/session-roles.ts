import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { commandOf, credentialKindOf, credentialSourceOf, usesLogin, usesSso } from './profile-kind.ts';
import type { SharedConfig, SharedSection } from './shared-config.ts';

/**
 * Whether a profile itself gives credentials that Slipway gets in its own way: by a sign-in, a command, a token, or from a
 * `credential_source`, with which it assumes its role.
 */
export function isOwnSource(profile: SharedSection): boolean {
  return (
    usesSso(profile) ||
    usesLogin(profile) ||
    commandOf(profile) !== undefined ||
    credentialSourceOf(profile) !== undefined ||
    credentialKindOf(profile) === 'web-identity'
  );
}

/**
 * The profiles of a role whose source is such a profile: the role's own first, the source last. Undefined when
 * the credentials come from anything else. A source that has keys needs no role of its own, as in the AWS CLI.
 */
export function rolesOfSource(
  { profiles }: Pick<SharedConfig, 'profiles'>,
  profile: SharedSection,
): readonly SharedSection[] | undefined {
  const chain: SharedSection[] = [];
  let next: SharedSection | undefined = profile;
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const { settings }: SharedSection = next;
    if (chain.length > 1 && settings.has('aws_access_key_id')) return undefined;
    if (isOwnSource(next)) return chain.length > 1 ? chain : undefined;
    if (!settings.has('role_arn')) return undefined;
    next = profiles.get(settings.get('source_profile')?.text ?? '');
  }
  return undefined;
}

export interface RoleSteps {
  /** The credentials of the last profile. */
  readonly source: (profile: SharedSection) => Promise<AwsCredentialIdentity>;
  readonly assumeRole: (
    source: AwsCredentialIdentity,
    role: AssumeRoleCommandInput,
  ) => Promise<AwsCredentialIdentity>;
  readonly mfaCode: (serial: string) => Promise<string>;
}

/**
 * Gets the credentials of the last profile of a chain and assumes the roles of the others, the last first. The SDK's provider would
 * look for the session in the region of the role, and in the default place of the files.
 */
export async function assumeRolesOf(
  [profile, ...sources]: readonly SharedSection[],
  steps: RoleSteps,
): Promise<AwsCredentialIdentity> {
  if (profile === undefined) throw new Error('A chain of roles has no profile.');
  if (sources.length === 0) return steps.source(profile);
  return assumeRoleOf(profile, await assumeRolesOf(sources, steps), steps);
}

/** The role of a profile. */
export async function assumeRoleOf(
  profile: SharedSection,
  source: AwsCredentialIdentity,
  steps: Pick<RoleSteps, 'assumeRole' | 'mfaCode'>,
): Promise<AwsCredentialIdentity> {
  const text = (name: string): string | undefined => profile.settings.get(name)?.text || undefined;
  const serial = text('mfa_serial');
  const seconds = Number(text('duration_seconds'));
  return steps.assumeRole(source, {
    RoleArn: text('role_arn'),
    RoleSessionName: text('role_session_name') ?? `slipway-${Date.now()}`,
    ExternalId: text('external_id'),
    ...(Number.isInteger(seconds) && seconds > 0 ? { DurationSeconds: seconds } : {}),
    ...(serial === undefined ? {} : { SerialNumber: serial, TokenCode: await steps.mfaCode(serial) }),
  });
}
