import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { cpuUnitsOf, isFargateSize, memoryMiBOf } from '../../../../shared/model/task-size.ts';
import { clientError } from './errors.ts';

/**
 * Throws ClientException for what RegisterTaskDefinition refuses of a definition that requires FARGATE. Where AWS
 * publishes no words, they are the sandbox's own.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export function checkFargate(request: RegisterTaskDefinitionRequest): void {
  checkSize(request);
  checkTask(request);
  for (const container of request.containerDefinitions ?? []) {
    checkContainer(container);
    checkTimeouts(container);
    checkLogDriver(container);
  }
  checkVolumes(request);
  checkExecutionRole(request);
}

function checkSize({ networkMode, cpu, memory, runtimePlatform }: RegisterTaskDefinitionRequest): void {
  if (networkMode !== 'awsvpc') throw clientError("Fargate only supports network mode 'awsvpc'.");
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const system = runtimePlatform?.operatingSystemFamily;
  if (!isFargateSize(cpuUnitsOf(cpu) ?? 0, memoryMiBOf(memory) ?? 0, system)) {
    throw clientError('No Fargate configuration exists for given values.');
  }
}

const LEAST_STORAGE_GIB = 21;
const MOST_STORAGE_GIB = 200;

function checkTask({
  pidMode,
  ipcMode,
  placementConstraints = [],
  ephemeralStorage,
}: RegisterTaskDefinitionRequest): void {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html#ECS-RegisterTaskDefinition-request-pidMode
  if (pidMode !== undefined && pidMode !== 'task') {
    throw clientError(
      `Tasks using the Fargate launch type do not support pidMode '${pidMode}'. The supported value for pidMode is 'task'.`,
    );
  }
  if (ipcMode !== undefined) throw notSupported(`ipcMode=${ipcMode}`);
  if (placementConstraints.length > 0) throw notSupported('placementConstraints');
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html
  const size = ephemeralStorage?.sizeInGiB;
  if (size !== undefined && (size < LEAST_STORAGE_GIB || size > MOST_STORAGE_GIB)) {
    throw clientError(
      `Invalid ephemeral storage size: ${size}. The size must be between ${LEAST_STORAGE_GIB} and ${MOST_STORAGE_GIB} GiB.`,
    );
  }
}

/** Each with whether a container asks for it. */
const UNSUPPORTED: Readonly<Record<string, (container: ContainerDefinition) => boolean>> = {
  privileged: ({ privileged }) => privileged === true,
  disableNetworking: ({ disableNetworking }) => disableNetworking === true,
  dnsSearchDomains: ({ dnsSearchDomains = [] }) => dnsSearchDomains.length > 0,
  dnsServers: ({ dnsServers = [] }) => dnsServers.length > 0,
  dockerSecurityOptions: ({ dockerSecurityOptions = [] }) => dockerSecurityOptions.length > 0,
  extraHosts: ({ extraHosts = [] }) => extraHosts.length > 0,
  gpu: ({ resourceRequirements = [] }) => resourceRequirements.some(({ type }) => type === 'GPU'),
  devices: ({ linuxParameters: { devices = [] } = {} }) => devices.length > 0,
  sharedMemorySize: ({ linuxParameters }) => linuxParameters?.sharedMemorySize !== undefined,
  tmpfs: ({ linuxParameters: { tmpfs = [] } = {} }) => tmpfs.length > 0,
  maxSwap: ({ linuxParameters }) => linuxParameters?.maxSwap !== undefined,
  swappiness: ({ linuxParameters }) => linuxParameters?.swappiness !== undefined,
};

const CAPABILITIES: ReadonlySet<string> = new Set(['SYS_PTRACE', 'CAP_SYS_PTRACE']);

function checkContainer(container: ContainerDefinition): void {
  const unsupported = Object.entries(UNSUPPORTED).find(([, isAsked]) => isAsked(container));
  if (unsupported !== undefined) throw notSupported(`'${unsupported[0]}'`);
  const added = container.linuxParameters?.capabilities?.add ?? [];
  if (added.some((capability) => !CAPABILITIES.has(capability))) {
    throw clientError(
      "When requiresCompatibilities=[FARGATE], 'SYS_PTRACE' is the only Linux capability that can be added.",
    );
  }
}

/** "The valid values for Fargate are 2-120 seconds." */
const TIMEOUT_SECONDS = [2, 120] as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (startTimeout, stopTimeout) */
function checkTimeouts({ name, startTimeout, stopTimeout }: ContainerDefinition): void {
  for (const [setting, seconds] of Object.entries({ startTimeout, stopTimeout })) {
    const [least, most] = TIMEOUT_SECONDS;
    if (seconds === undefined || (seconds >= least && seconds <= most)) continue;
    throw clientError(
      `Invalid setting for container '${name ?? ''}'. '${setting}' must be between ${least} and ${most} seconds on Fargate.`,
    );
  }
}

const LOG_DRIVERS: ReadonlySet<string> = new Set(['awslogs', 'splunk', 'awsfirelens']);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html */
function checkLogDriver({ logConfiguration }: ContainerDefinition): void {
  const driver = logConfiguration?.logDriver;
  if (driver === undefined || LOG_DRIVERS.has(driver)) return;
  throw clientError(
    `Log driver ${driver} is not supported on Fargate. The supported log drivers are awslogs, splunk, and awsfirelens.`,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html */
function checkVolumes({ volumes = [] }: RegisterTaskDefinitionRequest): void {
  if (volumes.some(({ host }) => host?.sourcePath !== undefined)) {
    throw clientError('host.sourcePath should not be set for volumes in Fargate.');
  }
  if (volumes.some(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration !== undefined)) {
    throw notSupported("'dockerVolumeConfiguration'");
  }
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/wfsx-volumes.html
  if (volumes.some((volume) => volume.fsxWindowsFileServerVolumeConfiguration !== undefined)) {
    throw notSupported("'fsxWindowsFileServerVolumeConfiguration'");
  }
}

const ECR_IMAGE = /\.dkr[.-]ecr(?:-fips)?\./;

function checkExecutionRole({
  executionRoleArn,
  containerDefinitions = [],
}: RegisterTaskDefinitionRequest): void {
  if (executionRoleArn !== undefined) return;
  if (containerDefinitions.some(({ image }) => ECR_IMAGE.test(image ?? ''))) {
    throw clientError('Fargate requires task definition to have execution role ARN to support ECR images.');
  }
  if (containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')) {
    throw clientError(
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    );
  }
}

function notSupported(setting: string) {
  return clientError(`When requiresCompatibilities=[FARGATE], ${setting} is not supported.`);
}
