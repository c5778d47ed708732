import { shellWordsIn } from './ini-file.ts';
import { credentialKindOf, usesSso } from './profile-kind.ts';
import type { SharedConfig, SharedSection } from './shared-config.ts';

type Profiles = SharedConfig['profiles'];
type Files = Pick<SharedConfig, 'profiles' | 'ssoSessions'>;
type Sessions = SharedConfig['ssoSessions'];

/** The AWS SDK reads no other characters in the name of an SSO session. */
const SESSION_NAME = /^[\w@+.%:/-]+$/;

/**
 * Why a profile cannot give credentials, in one sentence with file and line; undefined when it may. What is looked at
 * is what the AWS SDK would use first.
 */
export function problemOfProfile(config: Files, profile: SharedSection): string | undefined {
  const { settings } = profile;
  const has = (name: string): boolean => (settings.get(name)?.text ?? '') !== '';
  if (profile.contradiction !== undefined) return profile.contradiction;
  if (has('role_arn')) return roleProblem(config, profile);
  const [id, secret] = [has('aws_access_key_id'), has('aws_secret_access_key')];
  const kind = credentialKindOf(profile);
  if (id !== secret && (kind === 'static-keys' || kind === 'none')) {
    const [given, missing] = id
      ? ['aws_access_key_id', 'aws_secret_access_key']
      : ['aws_secret_access_key', 'aws_access_key_id'];
    return `${subject(profile)} has ${given}, but no ${missing}. Add it.`;
  }
  if (kind === 'static-keys' || kind === 'web-identity') return undefined;
  if (kind === 'sso') return ssoProblem(config.ssoSessions, profile);
  const process = settings.get('credential_process');
  if (process !== undefined && process.text !== '') {
    if (shellWordsIn(process.text) !== undefined || kind !== 'credential-process') return undefined;
    return `A quote in the credential_process of the profile ${profile.name} (${process.place}) is not closed. Close it.`;
  }
  return ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name'].some(has)
    ? ssoProblem(config.ssoSessions, profile)
    : undefined;
}

function roleProblem(config: Files, profile: SharedSection): string | undefined {
  const { name, settings } = profile;
  const source = settings.get('source_profile');
  const other = settings.get('credential_source') ?? settings.get('web_identity_token_file');
  if (source === undefined) {
    if (other !== undefined) return credentialSourceProblem(profile);
    return `${subject(profile)} has a role_arn, but no source_profile or credential_source to assume the role with. Add one.`;
  }
  if (settings.has('credential_source'))
    return `${subject(profile)} has both source_profile and credential_source. Remove one of them.`;
  const { profiles } = config;
  const from = profiles.get(source.text);
  if (from === undefined) {
    return `The profile ${name} assumes its role with the profile ${source.text} (${source.place}), which doesn't exist. Correct the name, or add that profile.`;
  }
  const circle = circleFrom(profiles, name);
  if (circle !== undefined)
    return `The profiles ${circle.join(', ')} assume their roles with each other (${source.place}).`;
  return sourceProblem(config, profile, from);
}

const CREDENTIAL_SOURCES = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer'];

function credentialSourceProblem({ name, settings }: SharedSection): string | undefined {
  const source = settings.get('credential_source');
  if (source === undefined || CREDENTIAL_SOURCES.includes(source.text)) return undefined;
  return `The credential_source of the profile ${name} (${source.place}) is unknown. Use ${CREDENTIAL_SOURCES.join(', ')}.`;
}

const GIVES_CREDENTIALS = [
  'role_arn',
  'aws_access_key_id',
  'aws_secret_access_key',
  'web_identity_token_file',
  'credential_process',
  'credential_source',
  'sso_session',
  'sso_start_url',
  'login_session',
];

/** What is wrong with the profile that a role is assumed with; its keys count before its own role. */
function sourceProblem(
  config: Files,
  { name, settings }: SharedSection,
  source: SharedSection,
): string | undefined {
  if (source.name === name) return undefined;
  if (!GIVES_CREDENTIALS.some((setting) => (source.settings.get(setting)?.text ?? '') !== '')) {
    return `The profile ${name} assumes its role with the profile ${source.name} (${settings.get('source_profile')?.place}), which has no credentials. Add keys, a role or an SSO session to it.`;
  }
  return source.settings.has('aws_access_key_id') ? undefined : problemOfProfile(config, source);
}

/** A profile may name itself when it has keys of its own. */
function circleFrom(profiles: Profiles, name: string): readonly string[] | undefined {
  const seen: string[] = [];
  let next: string | undefined = name;
  while (next !== undefined) {
    if (seen.includes(next)) return [...seen, next];
    seen.push(next);
    const settings: SharedSection['settings'] | undefined = profiles.get(next)?.settings;
    const source: string | undefined = settings?.has('role_arn')
      ? settings.get('source_profile')?.text
      : undefined;
    if (source !== undefined && profiles.get(source)?.settings.has('aws_access_key_id')) return undefined;
    next = source;
  }
  return undefined;
}

function ssoProblem(sessions: Sessions, { name, settings }: SharedSection): string | undefined {
  const named = settings.get('sso_session');
  if (named === undefined) return undefined;
  const session = sessions.get(named.text);
  if (session === undefined) {
    return `The profile ${name} names the SSO session ${named.text} (${named.place}), which doesn't exist. Add [sso-session ${named.text}].`;
  }
  if (SESSION_NAME.test(session.name)) return undefined;
  return `Slipway can't use the SSO session at ${session.place}: use only letters, digits and _@+.%:/- in its name.`;
}

/**
 * Which setting of SSO a profile lacks when it is asked for credentials, in one sentence with file and line. Until then
 * it may serve other tools, which need fewer.
 */
export function missingSsoSetting(
  { ssoSessions }: Pick<SharedConfig, 'ssoSessions'>,
  profile: SharedSection,
): string | undefined {
  const { settings } = profile;
  const named = settings.get('sso_session');
  if (!usesSso(profile)) return undefined;
  const session = named === undefined ? profile : ssoSessions.get(named.text);
  const ofSession = ['sso_start_url', 'sso_region'].find(
    (setting) => session?.settings.has(setting) === false,
  );
  if (session !== undefined && ofSession !== undefined)
    return `The SSO of the profile ${profile.name} (${session.place}) has no ${ofSession}. Add it.`;
  const missing = ['sso_account_id', 'sso_role_name'].find((setting) => !settings.has(setting));
  return missing && `${subject(profile)} has no ${missing} for its SSO. Add it.`;
}

function subject({ name, place }: SharedSection): string {
  return `The profile ${name} (${place})`;
}
