import type { RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';
import { readSecretReference } from './secret-reference.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/**
 * Throws ClientException for volumes that RegisterTaskDefinition refuses. AWS publishes no words for most of these; they
 * are the sandbox's own.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
 */
export function checkVolumes(request: RegisterTaskDefinitionRequest): void {
  const { volumes = [], executionRoleArn } = request;
  const names = new Set<string>();
  for (const volume of volumes) {
    const { name } = volume;
    const [kind, ...others] = kindsOf(volume);
    if (others.length > 0) {
      throw invalid(volume, `It can have only one of ${[kind, ...others].join(', ')}.`);
    }
    if (name === undefined && kind !== undefined && NEED_A_NAME.has(kind)) {
      throw clientError(`A volume with ${kind} must have a name.`);
    }
    if (name !== undefined && !NAME.test(name)) {
      throw clientError(`Volume name '${name}' must match [a-zA-Z0-9-_]{1,255}.`);
    }
    if (name !== undefined && names.has(name)) {
      throw clientError(`Volume names must be unique within a task definition: '${name}'.`);
    }
    names.add(name ?? '');
    checkFsx(volume, executionRoleArn);
  }
  checkEfsVolumes(request);
  checkTogether(request);
}

const NEED_A_NAME: ReadonlySet<string> = new Set([
  'configuredAtLaunch',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
]);

function kindsOf({ host, configuredAtLaunch, ...rest }: Volume): readonly string[] {
  const { dockerVolumeConfiguration, efsVolumeConfiguration, ...others } = rest;
  const { fsxWindowsFileServerVolumeConfiguration, s3filesVolumeConfiguration } = others;
  const kinds = {
    'host.sourcePath': host?.sourcePath,
    configuredAtLaunch: configuredAtLaunch === true ? true : undefined,
    dockerVolumeConfiguration,
    efsVolumeConfiguration,
    fsxWindowsFileServerVolumeConfiguration,
    s3filesVolumeConfiguration,
  };
  return Object.entries(kinds).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
}

function checkTogether({ volumes = [], taskRoleArn }: RegisterTaskDefinitionRequest): void {
  if (volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch === true).length > 1) {
    throw clientError('Only one volume of a task definition can be configured at launch.');
  }
  if (
    taskRoleArn === undefined &&
    volumes.some((volume) => volume.s3filesVolumeConfiguration !== undefined)
  ) {
    throw clientError(
      "When you are specifying an Amazon S3 Files volume, you must also specify a value for 'taskRoleArn'.",
    );
  }
}

function invalid({ name }: Volume, why: string) {
  return clientError(`Invalid setting for volume '${name ?? ''}'. ${why}`);
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FSxWindowsFileServerAuthorizationConfig.html: the ARN of a
 * secret or of a parameter.
 */
function checkFsx(volume: Volume, executionRoleArn: string | undefined): void {
  const { fsxWindowsFileServerVolumeConfiguration: fsx } = volume;
  if (fsx === undefined) return;
  const credentials = fsx.authorizationConfig?.credentialsParameter ?? '';
  if (!credentials.startsWith('arn:') || !isKept(credentials)) {
    throw invalid(volume, 'credentialsParameter must be the ARN of a secret or a parameter.');
  }
  if (executionRoleArn !== undefined) return;
  throw clientError(
    "When you are specifying credentials of a volume, you must also specify a value for 'executionRoleArn'.",
  );
}

function isKept(arn: string): boolean {
  const reference = readSecretReference(arn, { region: '', accountId: '' });
  return reference.kind === 'secret' || reference.name !== arn;
}

/**
 * Throws ClientException for an EFS volume with an authorization that needs encryption in transit, or its own folder.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
function checkEfsVolumes({ volumes = [] }: RegisterTaskDefinitionRequest): void {
  for (const { name, efsVolumeConfiguration: efs } of volumes) {
    const { accessPointId, iam } = efs?.authorizationConfig ?? {};
    const isAuthorized = iam === 'ENABLED' || accessPointId !== undefined;
    if (isAuthorized && efs?.transitEncryption !== 'ENABLED') {
      throw clientError(
        `Invalid setting for volume '${name ?? ''}'. transitEncryption must be ENABLED with an access point or IAM authorization.`,
      );
    }
    if (accessPointId !== undefined && !['', '/'].includes(efs?.rootDirectory ?? '')) {
      throw clientError(
        `Invalid setting for volume '${name ?? ''}'. rootDirectory must be omitted or / with an access point.`,
      );
    }
  }
}
