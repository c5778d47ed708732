import { createHash } from 'node:crypto';
import type { CredentialKind } from '../../../shared/model/account.ts';
import type { CredentialProcess } from './credential-process.ts';
import { plainSettings, type SharedConfig, type SharedSection } from './shared-config.ts';

type Settings = SharedSection['settings'];

/**
 * What the credentials of a profile come from, in the order of the AWS CLI: keys of the credentials file come before a
 * command, and those of the config file after it. Reads nothing else.
 * https://github.com/boto/botocore/blob/develop/botocore/credentials.py (ProfileProviderBuilder)
 */
export function credentialKindOf(profile: SharedSection): CredentialKind {
  const { settings } = profile;
  const has = (name: string): boolean => textOf(settings, name) !== undefined;
  if (has('web_identity_token_file')) return 'web-identity';
  if (has('role_arn')) return 'role';
  if (usesSso(profile)) return 'sso';
  if (settings.get('aws_access_key_id')?.isOfCredentialsFile === true) return 'static-keys';
  if (has('login_session')) return 'login';
  if (has('credential_process')) return 'credential-process';
  return has('aws_access_key_id') ? 'static-keys' : 'none';
}

/** Whether a profile signs in with SSO. Without an account and a role, what else gives credentials is used. */
export function usesSso({ settings }: SharedSection): boolean {
  const has = (name: string): boolean => textOf(settings, name) !== undefined;
  if (has('role_arn') || has('web_identity_token_file')) return false;
  if (!has('sso_session') && !has('sso_start_url')) return false;
  const others = ['aws_access_key_id', 'credential_process', 'login_session'];
  return has('sso_account_id') || has('sso_role_name') || !others.some(has);
}

/** Whether a profile signs in with `aws login`: what else it may have comes first. */
export function usesLogin(profile: SharedSection): boolean {
  return credentialKindOf(profile) === 'login';
}

/** The command that a profile gets its credentials from, if nothing else comes first. */
export function commandOf(profile: SharedSection): CredentialProcess | undefined {
  const setting = profile.settings.get('credential_process');
  if (setting === undefined || credentialKindOf(profile) !== 'credential-process') return undefined;
  return { profile: profile.name, command: setting.text, place: setting.place };
}

const ACCOUNT_NUMBER = /^\d{12}$/;

/** The `credential_source` that a profile assumes its role with. A `source_profile` beside it is a mistake. */
export function credentialSourceOf(profile: SharedSection): string | undefined {
  return credentialKindOf(profile) === 'role' ? textOf(profile.settings, 'credential_source') : undefined;
}

/** The account that a profile leads to, as far as the files name it; undefined where only a call can tell. */
export function accountNumberOf({ settings }: SharedSection): string | undefined {
  const ofArn = (name: string): string | undefined => textOf(settings, name)?.split(':')[4];
  const found =
    ofArn('role_arn') ??
    (settings.has('aws_access_key_id') ? textOf(settings, 'aws_account_id') : undefined) ??
    textOf(settings, 'sso_account_id') ??
    ofArn('login_session') ??
    textOf(settings, 'aws_account_id');
  return found !== undefined && ACCOUNT_NUMBER.test(found) ? found : undefined;
}

/** The profile and those in its chain of source profiles, each once; the profile itself first. */
export function sourceChain(
  { profiles }: Pick<SharedConfig, 'profiles'>,
  profile: SharedSection,
): readonly SharedSection[] {
  const chain: SharedSection[] = [];
  let next: SharedSection | undefined = profile;
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = profiles.get(textOf(next.settings, 'source_profile') ?? '');
  }
  return chain;
}

/** Changes with every setting that the credentials of a profile depend on. Keys can't be read from it. */
export function fingerprintOf(config: SharedConfig, profile: SharedSection): string {
  const sections = sourceChain(config, profile).flatMap((section) => [
    section,
    config.ssoSessions.get(textOf(section.settings, 'sso_session') ?? ''),
    config.services.get(textOf(section.settings, 'services') ?? ''),
  ]);
  return createHash('sha256')
    .update(JSON.stringify(sections.map((section) => [section?.name, plainSettings(section)])))
    .digest('base64url');
}

function textOf(settings: Settings, name: string): string | undefined {
  return settings.get(name)?.text || undefined;
}
