import type {
  ContainerDefinition,
  HealthCheck,
  RegisterTaskDefinitionRequest,
  Secret,
} from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

/**
 * Throws ClientException for settings of a container that RegisterTaskDefinition refuses. Where AWS publishes no
 * words, they are the sandbox's own.
 */
export function checkContainerSettings(
  container: ContainerDefinition,
  request: RegisterTaskDefinitionRequest,
): void {
  checkMounts(container, request);
  checkSecrets(container, request);
  checkEnvironmentFiles(container, request);
  checkHealthCheck(container);
  checkRestartPolicy(container);
  checkSwap(container);
  checkUlimits(container);
  checkResources(container);
  checkSystemControls(container, request);
  checkCredentialSpecs(container);
}

function checkMounts(
  { mountPoints = [] }: ContainerDefinition,
  { volumes = [] }: RegisterTaskDefinitionRequest,
): void {
  const known = new Set(volumes.map(({ name }) => name));
  const stray = mountPoints.find(({ sourceVolume }) => !known.has(sourceVolume));
  if (stray !== undefined) throw clientError(`Unknown volume '${stray.sourceVolume ?? ''}'.`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html */
function checkSecrets(
  { environment = [], secrets = [], logConfiguration, repositoryCredentials }: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionRequest,
): void {
  const { secretOptions = [] } = logConfiguration ?? {};
  if (environment.some(({ name }) => name === undefined || name === '')) {
    throw clientError('Container.environment.name should not be null or empty.');
  }
  for (const secret of [...secrets, ...secretOptions]) checkReference(secret);
  const variables = new Set(environment.map(({ name }) => name));
  const names = secrets.map(({ name }) => name);
  const shared = names.find((name, index) => variables.has(name) || names.indexOf(name) < index);
  if (shared !== undefined) {
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared}'.`,
    );
  }
  if (executionRoleArn !== undefined) return;
  if (secrets.length + secretOptions.length > 0) {
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
  if (repositoryCredentials !== undefined) {
    throw clientError(
      "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'.",
    );
  }
}

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:/;
const PARAMETER_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\//;
const PARAMETER_NAME = /^[a-zA-Z0-9_.\-/]{1,2048}$/;

/** A version or a label of a parameter, such as `/p:2`, cannot be chosen. */
function checkReference({ name, valueFrom = '' }: Secret): void {
  if (name === undefined || name === '')
    throw clientError('The name of a secret should not be null or empty.');
  if (valueFrom === '')
    throw clientError(`The value of the secret ${name ?? ''} should not be null or empty.`);
  if (SECRET_ARN.test(valueFrom)) return;
  if (PARAMETER_NAME.test(valueFrom.replace(PARAMETER_ARN, '/'))) return;
  throw clientError(
    `The Systems Manager parameter name specified for secret ${name ?? ''} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-/`,
  );
}

const MOST_ENVIRONMENT_FILES = 10;
const S3_OBJECT_ARN = /^arn:aws[a-z-]*:s3:::[^/]+\/.+/;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html */
function checkEnvironmentFiles(
  { environmentFiles = [] }: ContainerDefinition,
  { executionRoleArn, requiresCompatibilities = [] }: RegisterTaskDefinitionRequest,
): void {
  if (environmentFiles.length > MOST_ENVIRONMENT_FILES) {
    throw clientError(`A container can have at most ${MOST_ENVIRONMENT_FILES} environment files.`);
  }
  const other = environmentFiles.find(({ value = '' }) => !value.endsWith('.env'));
  if (other !== undefined) {
    throw clientError(
      `The environment file '${other.value ?? ''}' is invalid. The file must have the extension .env.`,
    );
  }
  const elsewhere = environmentFiles.find(({ value = '' }) => !S3_OBJECT_ARN.test(value));
  if (elsewhere !== undefined) {
    throw clientError(
      `The environment file '${elsewhere.value ?? ''}' is invalid. The value must be the ARN of an Amazon S3 object.`,
    );
  }
  const isForFargate = requiresCompatibilities.includes('FARGATE');
  if (isForFargate && environmentFiles.length > 0 && executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying environment files, you must also specify a value for 'executionRoleArn'.",
    );
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK_RANGES = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
] as const satisfies readonly (readonly [keyof HealthCheck, number, number])[];

function checkHealthCheck({ name, healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return;
  const { command = [] } = healthCheck;
  if (command.length === 0) {
    throw clientError(`Invalid setting for container '${name}'. healthCheck.command must not be empty.`);
  }
  if (command[0] !== 'CMD' && command[0] !== 'CMD-SHELL') {
    throw clientError(
      `Invalid setting for container '${name}'. healthCheck.command must start with CMD or CMD-SHELL.`,
    );
  }
  for (const [setting, least, most] of HEALTH_CHECK_RANGES) {
    const value = healthCheck[setting];
    if (value !== undefined && (value < least || value > most)) {
      throw clientError(
        `Invalid setting for container '${name}'. healthCheck.${setting} must be between ${least} and ${most}.`,
      );
    }
  }
}

const RESTART_SECONDS = [60, 1800] as const;
const MOST_IGNORED_EXIT_CODES = 50;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html */
function checkRestartPolicy({ name, restartPolicy }: ContainerDefinition): void {
  const { restartAttemptPeriod: period, ignoredExitCodes = [] } = restartPolicy ?? {};
  const [least, most] = RESTART_SECONDS;
  if (period !== undefined && (period < least || period > most)) {
    throw clientError(
      `Invalid setting for container '${name}'. restartPolicy.restartAttemptPeriod must be between ${least} and ${most}.`,
    );
  }
  if (ignoredExitCodes.length > MOST_IGNORED_EXIT_CODES) {
    throw clientError(
      `Invalid setting for container '${name}'. restartPolicy.ignoredExitCodes can have at most ${MOST_IGNORED_EXIT_CODES} exit codes.`,
    );
  }
}

const MOST_SWAPPINESS = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html (maxSwap, swappiness) */
function checkSwap({ name, linuxParameters }: ContainerDefinition): void {
  const { maxSwap = 0, swappiness = 0 } = linuxParameters ?? {};
  if (maxSwap < 0) {
    throw clientError(`Invalid setting for container '${name}'. linuxParameters.maxSwap must be at least 0.`);
  }
  if (swappiness < 0 || swappiness > MOST_SWAPPINESS) {
    throw clientError(
      `Invalid setting for container '${name}'. linuxParameters.swappiness must be between 0 and ${MOST_SWAPPINESS}.`,
    );
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html; -1 is without a limit. */
function checkUlimits({ name, ulimits = [] }: ContainerDefinition): void {
  for (const { name: limit, softLimit = 0, hardLimit = 0 } of ulimits) {
    if (hardLimit === -1 || (softLimit !== -1 && softLimit <= hardLimit)) continue;
    throw invalid(name, `The softLimit of the ulimit '${limit}' must not be greater than its hardLimit.`);
  }
}

/**
 * "When the type is GPU, the value is the number of physical GPUs the Amazon ECS container agent reserves for the container."
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResourceRequirement.html
 */
function checkResources({ name, resourceRequirements = [] }: ContainerDefinition): void {
  const gpus = resourceRequirements.filter(({ type }) => type === 'GPU');
  const wrong = gpus.find(({ value = '' }) => !/^[1-9]\d{0,8}$/.test(value));
  if (wrong !== undefined) {
    throw invalid(
      name,
      `The value '${wrong.value ?? ''}' of the resource requirement GPU must be a number of GPUs.`,
    );
  }
}

const OF_IPC: ReadonlySet<string> = new Set([
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
]);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html */
function checkSystemControls(
  { name, systemControls = [] }: ContainerDefinition,
  { networkMode, ipcMode }: RegisterTaskDefinitionRequest,
): void {
  for (const { namespace = '' } of systemControls) {
    const isOfNetwork = namespace.startsWith('net.');
    const isOfIpc = OF_IPC.has(namespace) || namespace.startsWith('fs.mqueue.');
    if (!isOfNetwork && !isOfIpc) throw invalid(name, `The systemControl '${namespace}' is not supported.`);
    if (isOfNetwork && networkMode === 'host') {
      throw invalid(name, "Network namespace systemControls aren't supported when networkMode=host.");
    }
    if (isOfIpc && ipcMode === 'host') {
      throw invalid(name, "IPC namespace systemControls aren't supported when ipcMode=host.");
    }
  }
}

const CREDENTIAL_SPEC = /^credentialspec(?:domainless)?:.+/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (credentialSpecs) */
function checkCredentialSpecs({ name, credentialSpecs: specs = [] }: ContainerDefinition): void {
  if (specs.length > 1) throw invalid(name, 'There can be only one credential spec.');
  if (specs.every((spec) => CREDENTIAL_SPEC.test(spec))) return;
  throw invalid(name, 'A credential spec must be credentialspec:ARN or credentialspecdomainless:ARN.');
}

function invalid(container: string | undefined, why: string) {
  return clientError(`Invalid setting for container '${container ?? ''}'. ${why}`);
}
