import { accessSync, constants } from 'node:fs';
import { getDefaultRoleAssumerWithWebIdentity, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromHttp, fromInstanceMetadata, fromTokenFile } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Variables } from './shared-config.ts';

/** What the environment of the process has credentials by: keys, the role of a web identity, or of a container. */
export type EnvironmentKind = 'keys' | 'web-identity' | 'container';

/** A source that is there and gives no credentials: the message says why and what to do. */
export class FailingSource extends SlipwayError {}

/**
 * In the order of the AWS CLI; undefined where the environment names none. CodeBuild and ECS set the variables of a
 * container, EKS those of either, and GitHub's OIDC action keys or a web identity.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function environmentKind(environment: Variables): EnvironmentKind | undefined {
  // Also without its secret: the AWS CLI then looks no further.
  if (environment.AWS_ACCESS_KEY_ID) return 'keys';
  if (environment.AWS_WEB_IDENTITY_TOKEN_FILE && environment.AWS_ROLE_ARN) return 'web-identity';
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = environment;
  return AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || AWS_CONTAINER_CREDENTIALS_FULL_URI
    ? 'container'
    : undefined;
}

/** Keys of the environment that have not expired by `now`. Throws AUTH_REQUIRED. */
export function currentKeys(environment: Variables, now: Date): AwsCredentialIdentity {
  const keys = keysOf(environment);
  if (keys.expiration === undefined || keys.expiration > now) return keys;
  throw new SlipwayError(
    'AUTH_REQUIRED',
    `The keys of the environment expired at ${keys.expiration.toISOString()} (AWS_CREDENTIAL_EXPIRATION). Set new ones and start Slipway again.`,
  );
}

/** The credentials of a role that the environment names. Throws AUTH_REQUIRED, which says what it named. */
export async function environmentCredentials(
  kind: Exclude<EnvironmentKind, 'keys'>,
  environment: Variables,
  stsConfig: STSClientConfig,
): Promise<AwsCredentialIdentity> {
  switch (kind) {
    case 'web-identity':
      return webIdentityCredentials(environment, stsConfig);
    case 'container':
      return containerCredentials(environment);
  }
}

function webIdentityCredentials(
  environment: Variables,
  stsConfig: STSClientConfig,
): Promise<AwsCredentialIdentity> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file = '', AWS_ROLE_ARN: role = '' } = environment;
  if (!isReadable(file)) {
    throw new FailingSource(
      'AUTH_REQUIRED',
      `The token for the role ${role} can't be read from ${file}, which AWS_WEB_IDENTITY_TOKEN_FILE names. Check that the file is there and that Slipway may read it.`,
    );
  }
  return withSentence(
    fromTokenFile({
      webIdentityTokenFile: file,
      roleArn: role,
      roleSessionName: environment.AWS_ROLE_SESSION_NAME || 'slipway',
      roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
    }),
    "The role of AWS_ROLE_ARN couldn't be assumed with the token of AWS_WEB_IDENTITY_TOKEN_FILE. Check that the token is current and that the trust policy of the role allows it.",
  );
}

/** As in the AWS CLI, the relative address comes first. */
function containerCredentials(environment: Variables): Promise<AwsCredentialIdentity> {
  const {
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  } = environment;
  if (tokenFile && !isReadable(tokenFile)) {
    throw new FailingSource(
      'AUTH_REQUIRED',
      `The token of the container's role can't be read from ${tokenFile}, which AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names. Check that the file is mounted and that Slipway may read it.`,
    );
  }
  return withSentence(
    fromHttp({
      ...text('awsContainerCredentialsRelativeUri', relative),
      ...text('awsContainerCredentialsFullUri', relative ? undefined : full),
      ...text('awsContainerAuthorizationToken', tokenFile ? undefined : token),
      ...text('awsContainerAuthorizationTokenFile', tokenFile),
    }),
    "The credentials of the container's role couldn't be read from the address that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI names. Check the role of the task or the build.",
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a `credential_source` of a profile names, of this environment and machine. Throws AUTH_REQUIRED where there is none. */
export async function credentialsOfSource(
  source: string,
  environment: Variables,
  stsConfig: STSClientConfig,
): Promise<AwsCredentialIdentity> {
  switch (source) {
    case 'Environment':
      return keysOf(environment);
    case 'EcsContainer':
      return environmentCredentials('container', environment, stsConfig);
    default:
      return instanceCredentials(environment);
  }
}

/** The credentials of the role of the EC2 instance that this runs on. Throws AUTH_REQUIRED where there is none. */
export async function instanceCredentials(environment: Variables): Promise<AwsCredentialIdentity> {
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') {
    throw new FailingSource(
      'AUTH_REQUIRED',
      'There are no AWS credentials, and AWS_EC2_METADATA_DISABLED rules out the role of an instance. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile.',
    );
  }
  const provide = fromInstanceMetadata({ timeout: METADATA_TIMEOUT_MS, maxRetries: 1 });
  try {
    return await provide();
  } catch (error) {
    throw instanceProblem(error);
  }
}

const METADATA_TIMEOUT_MS = 1_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html#instance-metadata-returns */
function instanceProblem(cause: unknown): SlipwayError {
  switch (cause instanceof Error && 'statusCode' in cause ? cause.statusCode : undefined) {
    case 401:
      return new FailingSource(
        'AUTH_REQUIRED',
        "The instance metadata service requires a session token (IMDSv2) and gave none. In a container, raise the instance's HttpPutResponseHopLimit to 2, or give the container a role.",
        { cause },
      );
    case 403:
      return new FailingSource(
        'AUTH_REQUIRED',
        'The instance metadata service refuses requests. Turn it on for this instance, or choose a profile.',
        { cause },
      );
    default:
      return new SlipwayError(
        'AUTH_REQUIRED',
        'There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile, or give the instance a role. The sandbox (--sandbox) needs none.',
        { cause },
      );
  }
}

async function withSentence(
  provide: () => Promise<AwsCredentialIdentity>,
  sentence: string,
): Promise<AwsCredentialIdentity> {
  try {
    return await provide();
  } catch (error) {
    throw new SlipwayError('AUTH_REQUIRED', sentence, { cause: error });
  }
}

function text<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  return value ? ({ [name]: value } as { readonly [K in N]?: string }) : {};
}

/** AWS_SECURITY_TOKEN is the older name, which comes first in the AWS CLI. */
function keysOf(environment: Variables): AwsCredentialIdentity {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SECURITY_TOKEN, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new SlipwayError('AUTH_REQUIRED', halfOfKeys(environment));
  const sessionToken = AWS_SECURITY_TOKEN || AWS_SESSION_TOKEN;
  const expiration = expirationOf(environment);
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken ? { sessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
  };
}

/** `aws configure export-credentials` sets it beside the keys. */
function expirationOf({ AWS_CREDENTIAL_EXPIRATION }: Variables): Date | undefined {
  const time = Date.parse(AWS_CREDENTIAL_EXPIRATION ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Which of the two variables is missing. */
export function halfOfKeys({ AWS_ACCESS_KEY_ID }: Variables): string {
  const missing = AWS_ACCESS_KEY_ID ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
  return `The environment has no ${missing}. Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.`;
}
