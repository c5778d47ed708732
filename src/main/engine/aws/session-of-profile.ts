import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { serviceEndpoint } from './endpoints.ts';
import { usesLogin, usesSso } from './profile-kind.ts';
import { rolesOfSource } from './session-roles.ts';
import { plainSettings, type SharedConfig, type SharedSection, type Variables } from './shared-config.ts';
import type { LoginSession } from './sign-in/login-session.ts';
import type { SsoSession } from './sign-in/sso-session.ts';

/** Without it a token cannot be renewed: AWS CLI User Guide, "sso_registration_scopes". */
const USUAL_SCOPE = 'sso:account:access';
/** What the AWS CLI proposes where nothing names a region. */
const USUAL_LOGIN_REGION = 'us-east-1';

type Config = Pick<SharedConfig, 'profiles' | 'ssoSessions' | 'services'>;

/** The session that a profile signs in with, itself or at the end of its chain of roles; undefined where it has none. */
export function sessionOfProfile(
  config: Config,
  profile: SharedSection,
  environment: Variables,
): SsoSession | undefined {
  const signsIn = rolesOfSource(config, profile)?.at(-1) ?? profile;
  return usesSso(signsIn) ? sessionIn(config, signsIn, environment) : undefined;
}

/** The session of `aws login` that a profile uses, itself or at the end of its chain of roles; undefined where it has none. */
export function loginOfProfile(
  config: Config,
  profile: SharedSection,
  environment: Variables,
): LoginSession | undefined {
  const signsIn = rolesOfSource(config, profile)?.at(-1) ?? profile;
  if (!usesLogin(signsIn)) return undefined;
  const settings = plainSettings(signsIn);
  const { login_session: identity, region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION } =
    settings;
  if (identity === undefined) return undefined;
  const services = plainSettings(config.services.get(settings.services ?? ''));
  const endpoint = serviceEndpoint('signin', { environment, profile: settings, services });
  return {
    profile: signsIn.name,
    identity,
    region: region || USUAL_LOGIN_REGION,
    tokenFile: loginFileOf(identity, environment),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/**
 * A session of the files by its name, or by its start URL in the older form; with the endpoints of a profile that signs in with
 * it, where there is one.
 */
export function sessionNamed(config: Config, name: string, environment: Variables): SsoSession | undefined {
  const of = [...config.profiles.values()].find((profile) => sessionNameOf(profile) === name);
  const section = config.ssoSessions.get(name);
  const signsIn = of ?? (section === undefined ? undefined : namingOnly(section));
  return signsIn === undefined ? undefined : sessionIn(config, signsIn, environment);
}

/** What a profile signs in with itself: the name of its session, or the start URL of the older form. */
export function sessionNameOf(profile: SharedSection): string | undefined {
  if (!usesSso(profile)) return undefined;
  const text = (name: string): string | undefined => profile.settings.get(name)?.text || undefined;
  return text('sso_session') ?? text('sso_start_url');
}

/** As a profile would be that names the session and nothing else. */
function namingOnly({ name, place }: SharedSection): SharedSection {
  const setting = { text: name, line: 0, nested: new Map<string, string>(), place };
  return { name, place, settings: new Map([['sso_session', setting]]) };
}

function sessionIn(config: Config, signsIn: SharedSection, environment: Variables): SsoSession | undefined {
  const named = signsIn.settings.get('sso_session')?.text;
  const settings = plainSettings(named === undefined ? signsIn : config.ssoSessions.get(named));
  const { sso_start_url: startUrl, sso_region: region } = settings;
  if (startUrl === undefined || region === undefined) return undefined;
  const ofProfile = plainSettings(signsIn);
  const sources = {
    environment,
    profile: ofProfile,
    services: plainSettings(config.services.get(ofProfile.services ?? '')),
  };
  const oidcEndpoint = serviceEndpoint('sso_oidc', sources);
  const portalEndpoint = serviceEndpoint('sso', sources);
  return {
    title: named ?? startUrl,
    startUrl,
    region,
    scopes: named === undefined ? [] : scopesIn(settings.sso_registration_scopes),
    tokenFile: tokenFileOf(named ?? startUrl, environment),
    ...(oidcEndpoint === undefined ? {} : { oidcEndpoint }),
    ...(portalEndpoint === undefined ? {} : { portalEndpoint }),
    ...(ofProfile.ca_bundle === undefined ? {} : { caBundle: ofProfile.ca_bundle }),
  };
}

function scopesIn(text = USUAL_SCOPE): readonly string[] {
  return text
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}

/** The files whose tokens profiles sign in with: of IAM Identity Center, of `aws login`, and of web identities. */
export function tokenFilesOf(config: Config, environment: Variables): readonly string[] {
  const ofProfiles = [...config.profiles.values()].flatMap((profile) => {
    const session = usesSso(profile) ? sessionIn(config, profile, environment) : undefined;
    const text = (name: string): string | undefined => profile.settings.get(name)?.text || undefined;
    const login = text('login_session');
    return [
      session?.tokenFile,
      text('web_identity_token_file'),
      login === undefined ? undefined : loginFileOf(login, environment),
    ];
  });
  const all = [...ofProfiles, environment.AWS_WEB_IDENTITY_TOKEN_FILE || undefined];
  return [...new Set(all.filter((file) => file !== undefined))];
}

/** As the AWS CLI and the SDKs name it: AWS SDKs and Tools Reference Guide, "Login credentials provider". */
function loginFileOf(identity: string, environment: Variables): string {
  const folder = environment.AWS_LOGIN_CACHE_DIRECTORY || join(homeOf(environment), '.aws', 'login', 'cache');
  return join(folder, `${createHash('sha256').update(identity.trim()).digest('hex')}.json`);
}

function homeOf({ HOME, USERPROFILE }: Variables): string {
  return HOME || USERPROFILE || homedir();
}

/** As the AWS CLI and the SDKs name it: AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider". */
function tokenFileOf(key: string, environment: Variables): string {
  const name = createHash('sha1').update(key).digest('hex');
  return join(homeOf(environment), '.aws', 'sso', 'cache', `${name}.json`);
}
