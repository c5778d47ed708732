import { AccountNumber, Region } from '../../../shared/model/account.ts';
import { type Endpoints, isHttpAddress } from './endpoints.ts';
import { shellWordsIn } from './ini-file.ts';
import { credentialKindOf, usesSso } from './profile-kind.ts';
import type { Setting, SharedConfig, SharedSection } from './shared-config.ts';

type Profiles = SharedConfig['profiles'];
type Files = Pick<SharedConfig, 'profiles' | 'ssoSessions'>;
type Sessions = SharedConfig['ssoSessions'];

/**
 * Why a profile cannot be used, in one sentence with file and line; undefined when it may. What is looked at is what the
 * AWS SDK would use first.
 */
export function problemOfProfile(
  config: Files & Pick<SharedConfig, 'services'>,
  profile: SharedSection,
): string | undefined {
  return servicesProblem(config.services, profile) ?? credentialProblem(config, profile);
}

/** As in the AWS CLI: without its section, requests would go to AWS instead of the endpoints that somebody wanted. */
function servicesProblem(
  services: SharedConfig['services'],
  { name, settings }: SharedSection,
): string | undefined {
  const named = settings.get('services');
  if (named === undefined || named.text === '' || services.has(named.text)) return undefined;
  return `The profile ${name} names the services section ${named.text} (${named.place}), which doesn't exist. Add [services ${named.text}], or correct the name.`;
}

/** An `endpoint_url` of the profile that counts and is no address. Its text is not quoted: it can have a password. */
export function endpointProblem({ name, settings }: SharedSection, endpoints: Endpoints): string | undefined {
  const setting = settings.get('endpoint_url');
  if (setting === undefined || setting.text === '' || isHttpAddress(setting.text)) return undefined;
  if (!Object.values(endpoints).includes(setting.text)) return undefined;
  return wrongSetting(
    `endpoint_url of the profile ${name}`,
    setting,
    'does not start with http:// or https://',
  );
}

function credentialProblem(config: Files, profile: SharedSection): string | undefined {
  const { settings } = profile;
  const has = (name: string): boolean => (settings.get(name)?.text ?? '') !== '';
  if (profile.contradiction !== undefined) return profile.contradiction;
  if (has('role_arn')) return roleProblem(config, profile);
  const kind = credentialKindOf(profile);
  const half = kind === 'static-keys' || kind === 'none' ? halfOfKeys(profile) : undefined;
  if (half !== undefined) return half;
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
  const [role, seconds] = [settings.get('role_arn'), settings.get('duration_seconds')];
  if (role !== undefined && !role.text.startsWith('arn:'))
    return wrongSetting(`role_arn of the profile ${name}`, role, 'is not the ARN of a role');
  if (seconds !== undefined && !/^\d*$/.test(seconds.text))
    return wrongSetting(`duration_seconds of the profile ${name}`, seconds, 'is not a number of seconds');
  // A token comes before whatever else there is.
  if (credentialKindOf(profile) === 'web-identity') return undefined;
  const source = settings.get('source_profile');
  const other = settings.get('credential_source');
  if (source === undefined || source.text === '') {
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
  if (from.name === name && circle !== undefined)
    return `The profile ${name} assumes its role with itself (${source.place}), and has no keys. Name another profile, or add keys.`;
  if (circle !== undefined)
    return `The profiles ${circle.join(', ')} assume their roles with each other (${source.place}). Name a source_profile that has credentials.`;
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
  if (!source.settings.has('aws_access_key_id')) return credentialProblem(config, source);
  const kind = credentialKindOf(source);
  return kind === 'static-keys' || kind === 'role' ? halfOfKeys(source) : undefined;
}

function halfOfKeys(profile: SharedSection): string | undefined {
  const has = (name: string): boolean => (profile.settings.get(name)?.text ?? '') !== '';
  const [id, secret] = [has('aws_access_key_id'), has('aws_secret_access_key')];
  if (id === secret) return undefined;
  const [given, missing] = id
    ? ['aws_access_key_id', 'aws_secret_access_key']
    : ['aws_secret_access_key', 'aws_access_key_id'];
  return `${subject(profile)} has ${given}, but no ${missing}. Add it.`;
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

function ssoProblem(sessions: Sessions, profile: SharedSection): string | undefined {
  const { name, settings } = profile;
  const named = settings.get('sso_session');
  const session = named === undefined ? undefined : sessions.get(named.text);
  if (named !== undefined && session === undefined) {
    return `The profile ${name} names the SSO session ${named.text} (${named.place}), which doesn't exist. Add [sso-session ${named.text}].`;
  }
  const differing = ['sso_start_url', 'sso_region'].find((key) => {
    const [own, ofSession] = [settings.get(key)?.text, session?.settings.get(key)?.text];
    return own && ofSession && own !== ofSession;
  });
  if (session !== undefined && differing !== undefined)
    return `The ${differing} of the profile ${name} (${settings.get(differing)?.place}) differs from that of its SSO session ${session.name} (${session.settings.get(differing)?.place}). Remove it from the profile, or correct the session.`;
  const of = session === undefined ? `the profile ${name}` : `the SSO session ${session.name}`;
  const [startUrl, region] = ['sso_start_url', 'sso_region'].map((key) =>
    (session ?? profile).settings.get(key),
  );
  if (startUrl !== undefined && !isHttpAddress(startUrl.text))
    return wrongSetting(`sso_start_url of ${of}`, startUrl, 'does not start with http:// or https://');
  if (region !== undefined && !Region.safeParse(region.text).success)
    return wrongSetting(`sso_region of ${of}`, region, 'is not the name of an AWS region');
  const account = settings.get('sso_account_id');
  if (account !== undefined && !AccountNumber.safeParse(account.text).success)
    return wrongSetting(
      `sso_account_id of the profile ${name}`,
      account,
      'is not an AWS account ID: twelve digits',
    );
  return undefined;
}

function wrongSetting(setting: string, { place }: Setting, problem: string): string {
  return `The ${setting} (${place}) ${problem}. Correct it.`;
}

const EMPTY_SOURCE: Readonly<Record<string, string>> = {
  Environment: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
  Ec2InstanceMetadata: 'this machine is not an EC2 instance that has a role',
  EcsContainer: 'this is not a container that has a role',
};

/** Where the `credential_source` of a profile gave nothing. */
export function emptySourceProblem({ name, settings }: SharedSection): string {
  const setting = settings.get('credential_source');
  const why = EMPTY_SOURCE[setting?.text ?? ''] ?? 'it gave no credentials';
  return `The credential_source of the profile ${name} (${setting?.place}) is ${setting?.text}, and ${why}. Start Slipway where it has credentials, or name a source_profile.`;
}

/** Where it is there, and fails for a reason of its own, in a sentence. */
export function failingSourceProblem({ name, settings }: SharedSection, sentence: string): string {
  const setting = settings.get('credential_source');
  return `The profile ${name} has the credential_source ${setting?.text} (${setting?.place}). ${sentence}`;
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
