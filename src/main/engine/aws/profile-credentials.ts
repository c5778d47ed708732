import { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';
import { fromIni, fromTokenFile } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Ports, Prompt } from '../ports/ports.ts';
import { readRegularFile } from '../storage/regular-file.ts';
import { answerOf, isDeclined, isWrongCode, notSignedIn, ssoRefused } from './credential-errors.ts';
import type { CredentialProcesses } from './credential-process.ts';
import type { EndpointVariants } from './endpoints.ts';
import { credentialsOfSource, FailingSource } from './environment-credentials.ts';
import { networkErrorCode } from './network-errors.ts';
import { commandOf, credentialKindOf, credentialSourceOf } from './profile-kind.ts';
import {
  emptySourceProblem,
  failingSourceProblem,
  missingSsoSetting,
  problemOfProfile,
} from './profile-problems.ts';
import { sdkProfileName, shareWithSdk } from './sdk-config.ts';
import { loginOfProfile, sessionOfProfile } from './session-of-profile.ts';
import { assumeRoleOf, assumeRolesOf, isOwnSource, type RoleSteps, rolesOfSource } from './session-roles.ts';
import { readSharedConfig, type SharedConfig, type SharedSection, sharedFilePaths } from './shared-config.ts';
import type { LoginSignIns } from './sign-in/login-sign-ins.ts';
import type { SignIns } from './sign-in/sign-ins.ts';

export interface ProfilePorts extends Pick<Ports, 'environment'> {
  readonly prompt: Prompt;
  readonly secrets: KnownSecrets;
  readonly signIns: SignIns;
  readonly logins: LoginSignIns;
  readonly processes: CredentialProcesses;
  /** Sends the requests of roles and SSO sessions. */
  readonly requestHandler: RequestHandler;
}

/** How STS is asked for roles. */
export interface StsConfig extends EndpointVariants {
  readonly region: string;
  readonly requestHandler: RequestHandler;
  readonly endpoint?: string;
}

interface Wanted {
  /** What people call the account. */
  readonly account: string;
  /** Its profile in the shared AWS files. */
  readonly profile: string;
  readonly stsConfig: StsConfig;
}

/** A person mistypes once or twice; after that the device may be the wrong one. */
const MOST_CODES = 3;

/**
 * New credentials of a profile of the shared AWS files, which are read again each time. Rejects with AUTH_REQUIRED, with CANCELLED
 * when a person declines, and with what the SDK throws.
 */
export async function credentialsOfProfile(
  wanted: Wanted,
  ports: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  for (let attempt = 1; ; attempt += 1) {
    const mfaCode = (serial: string): Promise<string> => {
      const question = `MFA code of ${serial}, for the profile ${wanted.profile}`;
      return ports.prompt.mfaCode(
        attempt === 1 ? question : `AWS did not accept the code. Wait for the next one. ${question}`,
      );
    };
    try {
      return await fetchOnce(wanted, mfaCode, ports);
    } catch (error) {
      if (!isWrongCode(error) || attempt === MOST_CODES) throw error;
    }
  }
}

/** What the sources of one profile share. */
interface Fetching extends Wanted {
  readonly config: SharedConfig;
  readonly mfaCode: RoleSteps['mfaCode'];
}

async function fetchOnce(
  wanted: Wanted,
  mfaCode: RoleSteps['mfaCode'],
  ports: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  const config = await readSharedConfig(ports.environment);
  const profile = config.profiles.get(wanted.profile);
  const roles = profile && rolesOfSource(config, profile);
  const signsIn = roles?.at(-1) ?? profile;
  const problem =
    profile && (problemOfProfile(config, profile) ?? (signsIn && missingSsoSetting(config, signsIn)));
  if (problem !== undefined) throw new SlipwayError('AUTH_REQUIRED', problem);
  shareWithSdk(sharedFilePaths(ports.environment), config);

  const fetching = { ...wanted, config, mfaCode };
  const source: RoleSteps['source'] = (section) => fromSource(section, fetching, ports);
  if (roles !== undefined)
    return assumeRolesOf(roles, { source, assumeRole: getDefaultRoleAssumer(wanted.stsConfig), mfaCode });
  if (profile !== undefined && isOwnSource(profile)) return source(profile);
  return fromSdk(fetching, ports);
}

/** Credentials of keys, and of roles that are assumed with keys. */
function fromSdk(
  { profile, stsConfig, mfaCode }: Fetching,
  { environment, requestHandler }: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  const provide = fromIni({
    profile: sdkProfileName(profile),
    ...sharedFilePaths(environment),
    ignoreCache: true,
    mfaCodeProvider: mfaCode,
    // Without them the role of a source is asked for past the proxy and the endpoint of the profile.
    roleAssumer: getDefaultRoleAssumer(stsConfig),
    roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
    clientConfig: { requestHandler },
  });
  return provide();
}

/** Credentials that Slipway gets in its own way; see `isOwnSource`. */
async function fromSource(
  section: SharedSection,
  fetching: Fetching,
  ports: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  const command = commandOf(section);
  if (command !== undefined) return ports.processes.run(command);
  if (credentialKindOf(section) === 'web-identity') return fromWebIdentity(section, fetching.stsConfig);
  const named = credentialSourceOf(section);
  return named === undefined
    ? fromSignIn(section, fetching, ports)
    : fromCredentialSource(section, named, fetching, ports);
}

/** Of IAM Identity Center or `aws login`. */
async function fromSignIn(
  profile: SharedSection,
  { account, config }: Fetching,
  { environment, signIns, logins, requestHandler }: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  const login = loginOfProfile(config, profile, environment);
  if (login !== undefined)
    return logins.credentials(login, requestHandler).catch((error: unknown) => {
      throw isDeclined(error) ? notSignedIn('aws login', login.profile, error) : error;
    });
  const session = sessionOfProfile(config, profile, environment);
  const accountId = profile.settings.get('sso_account_id')?.text;
  const roleName = profile.settings.get('sso_role_name')?.text;
  if (session === undefined || accountId === undefined || roleName === undefined)
    throw new Error(`The profile ${profile.name} has no SSO session.`);
  return signIns.roleCredentials(session, { accountId, roleName }, requestHandler).catch((error: unknown) => {
    throw isDeclined(error) ? notSignedIn('aws sso login', account, error) : ssoRefused(error, session);
  });
}

/** The SDK would look into the environment of this process, and not into the one of the login shell. */
async function fromCredentialSource(
  section: SharedSection,
  named: string,
  { stsConfig, mfaCode }: Fetching,
  { environment, secrets }: ProfilePorts,
): Promise<AwsCredentialIdentity> {
  const given = await credentialsOfSource(named, environment, stsConfig).catch((cause: unknown) => {
    const problem =
      cause instanceof FailingSource
        ? failingSourceProblem(section, cause.message)
        : emptySourceProblem(section);
    throw new SlipwayError('AUTH_REQUIRED', problem, { cause });
  });
  secrets.add(given.secretAccessKey, given.sessionToken);
  return assumeRoleOf(section, given, { assumeRole: getDefaultRoleAssumer(stsConfig), mfaCode });
}

/** Tokens have a few kilobytes. */
const MOST_TOKEN_BYTES = 64 * 1024;

/** The SDK would take keys of the same profile first, and the AWS CLI does not. */
async function fromWebIdentity(
  { name, settings }: SharedSection,
  stsConfig: StsConfig,
): Promise<AwsCredentialIdentity> {
  const text = (setting: string): string => settings.get(setting)?.text ?? '';
  const tokenFile = text('web_identity_token_file');
  const roleSessionName = text('role_session_name');
  const provide = fromTokenFile({
    webIdentityTokenFile: tokenFile,
    roleArn: text('role_arn'),
    ...(roleSessionName === '' ? {} : { roleSessionName }),
    roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
  });
  try {
    // The SDK would wait for the other end of a pipe.
    readRegularFile(tokenFile, MOST_TOKEN_BYTES);
    return await provide();
  } catch (error) {
    // A lost network has the same sentence for every sign-in.
    if (networkErrorCode(error) !== undefined) throw error;
    const place = settings.get('web_identity_token_file')?.place ?? '';
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `The role of the profile ${name} couldn't be assumed with the token of its web_identity_token_file (${place}).${answerOf(error)} Check that the file has a current token, and that the trust policy of the role allows it.`,
      { cause: error },
    );
  }
}
