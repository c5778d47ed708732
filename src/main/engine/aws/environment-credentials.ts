import { getDefaultRoleAssumerWithWebIdentity, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromHttp, fromInstanceMetadata, fromTokenFile } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Variables } from './shared-config.ts';

/** What the environment of the process has credentials by: keys, the role of a web identity, or of a container. */
export type EnvironmentKind = 'keys' | 'web-identity' | 'container';

/**
 * In the order of the AWS CLI; undefined where the environment names none. CodeBuild and ECS set the variables of a
 * container, EKS those of either, and GitHub's OIDC action keys or a web identity.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function environmentKind(environment: Variables): EnvironmentKind | undefined {
  if (environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY) return 'keys';
  if (environment.AWS_WEB_IDENTITY_TOKEN_FILE && environment.AWS_ROLE_ARN) return 'web-identity';
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = environment;
  return AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || AWS_CONTAINER_CREDENTIALS_FULL_URI
    ? 'container'
    : undefined;
}

/** The credentials that the environment names. Throws AUTH_REQUIRED, which says what it named. */
export async function environmentCredentials(
  kind: EnvironmentKind,
  environment: Variables,
  stsConfig: STSClientConfig,
): Promise<AwsCredentialIdentity> {
  switch (kind) {
    case 'keys':
      return keysOf(environment);
    case 'web-identity':
      return withSentence(
        fromTokenFile({
          webIdentityTokenFile: environment.AWS_WEB_IDENTITY_TOKEN_FILE ?? '',
          roleArn: environment.AWS_ROLE_ARN ?? '',
          roleSessionName: environment.AWS_ROLE_SESSION_NAME || 'slipway',
          roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
        }),
        "The role of AWS_ROLE_ARN couldn't be assumed with the token of AWS_WEB_IDENTITY_TOKEN_FILE. Check that the token is current and that the trust policy of the role allows it.",
      );
    case 'container':
      return withSentence(
        fromHttp({
          ...text('awsContainerCredentialsRelativeUri', environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI),
          ...text('awsContainerCredentialsFullUri', environment.AWS_CONTAINER_CREDENTIALS_FULL_URI),
          ...text('awsContainerAuthorizationToken', environment.AWS_CONTAINER_AUTHORIZATION_TOKEN),
          ...text('awsContainerAuthorizationTokenFile', environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE),
        }),
        "The credentials of the container's role couldn't be read from the address that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI names. Check the role of the task or the build.",
      );
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
      return instanceCredentials();
  }
}

/** The credentials of the role of the EC2 instance that this runs on. Throws AUTH_REQUIRED where there is none. */
export function instanceCredentials(): Promise<AwsCredentialIdentity> {
  return withSentence(
    fromInstanceMetadata({ timeout: METADATA_TIMEOUT_MS, maxRetries: 1 }),
    'There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile, or give the instance a role. The sandbox (--sandbox) needs none.',
  );
}

const METADATA_TIMEOUT_MS = 1_000;

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

function keysOf(environment: Variables): AwsCredentialIdentity {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new SlipwayError(
      'AUTH_REQUIRED',
      'The environment holds no AWS keys. Set AWS_ACCESS_KEY_ID again.',
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
