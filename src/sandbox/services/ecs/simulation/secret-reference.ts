import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import { partitionOf } from '../../../core/partition.ts';

/** What the `valueFrom` of a container's secret names. */
export type SecretReference =
  | {
      readonly kind: 'secret';
      /** Without the key of a JSON value, the stage and the version that may follow it. */
      readonly arn: string;
      readonly region: string;
    }
  | { readonly kind: 'parameter'; readonly name: string; readonly arn: string; readonly region: string };

const SECRET = /^(?<arn>arn:aws[a-z-]*:secretsmanager:(?<region>[^:]+):\d+:secret:[^:]+)/;
const PARAMETER = /^arn:aws[a-z-]*:ssm:(?<region>[^:]+):\d+:parameter(?<name>\/[^:]+)/;

/**
 * Reads a `valueFrom`: the ARN of a secret or of a parameter, or the name of a parameter in the task's own region.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export function readSecretReference(
  valueFrom: string,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): SecretReference {
  const secret = SECRET.exec(valueFrom)?.groups;
  if (secret?.arn !== undefined && secret.region !== undefined) {
    return { kind: 'secret', arn: secret.arn, region: secret.region };
  }
  const parameter = PARAMETER.exec(valueFrom)?.groups;
  if (parameter?.name !== undefined && parameter.region !== undefined) {
    return { kind: 'parameter', name: parameter.name, arn: valueFrom, region: parameter.region };
  }
  const path = valueFrom.startsWith('/') ? valueFrom : `/${valueFrom}`;
  return {
    kind: 'parameter',
    name: valueFrom,
    arn: `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter${path}`,
    region,
  };
}

/**
 * All that a container gets by reference: its variables, options of its log driver, and the credentials of its private
 * registry, which are a secret by its ARN or its name.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
 */
export function secretReferencesOf(
  { secrets = [], logConfiguration, repositoryCredentials }: ContainerDefinition,
  home: { readonly region: string; readonly accountId: string },
): readonly SecretReference[] {
  const credentials = repositoryCredentials?.credentialsParameter;
  const values = [...secrets, ...(logConfiguration?.secretOptions ?? [])];
  return [
    ...values.map(({ valueFrom = '' }) => readSecretReference(valueFrom, home)),
    ...(credentials === undefined ? [] : [credentialsReference(credentials, home.region)]),
  ];
}

/**
 * The credentials of file systems of FSx for Windows File Server, by their ARN.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FSxWindowsFileServerAuthorizationConfig.html
 */
export function volumeReferencesOf(
  volumes: readonly Volume[],
  home: { readonly region: string; readonly accountId: string },
): readonly SecretReference[] {
  return volumes.flatMap(({ fsxWindowsFileServerVolumeConfiguration: fsx }) => {
    const credentials = fsx?.authorizationConfig?.credentialsParameter;
    return credentials === undefined ? [] : [readSecretReference(credentials, home)];
  });
}

function credentialsReference(secret: string, region: string): SecretReference {
  const byArn = SECRET.exec(secret)?.groups;
  return { kind: 'secret', arn: secret, region: byArn?.region ?? region };
}
