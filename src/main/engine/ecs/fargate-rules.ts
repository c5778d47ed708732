import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { ecrHost } from '../aws/partitions.ts';
import { type RefusedContent, refusal } from './refused-content.ts';

type Content = RegisterTaskDefinitionRequest;

const OTHERWISE = 'or FARGATE from requiresCompatibilities.';

/**
 * What ECS refuses of a task definition that names FARGATE, its size and its execution role aside.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export function fargateRefusals(content: Content): readonly RefusedContent[] {
  if (!isForFargate(content)) return [];
  return [
    ...taskRefusals(content),
    ...volumeRefusals(content),
    ...(content.containerDefinitions ?? []).flatMap((container, index) => [
      ...settingRefusals(container, index),
      ...capabilityRefusals(container, index),
      ...timeoutRefusals(container, index),
      ...logRefusals(container, index),
    ]),
  ];
}

export function isForFargate({ requiresCompatibilities = [] }: Content): boolean {
  return requiresCompatibilities.includes('FARGATE');
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html (pidMode, ipcMode) */
function taskRefusals({ pidMode, ipcMode, placementConstraints = [] }: Content): readonly RefusedContent[] {
  return [
    ...(pidMode === undefined || pidMode === 'task'
      ? []
      : [
          refusal(
            ['pidMode'],
            `The task has pidMode ${pidMode}, and Fargate supports only task`,
            `Set pidMode to task, or remove it, ${OTHERWISE}`,
          ),
        ]),
    ...(ipcMode === undefined
      ? []
      : [
          refusal(
            ['ipcMode'],
            `The task has ipcMode ${ipcMode}, which Fargate doesn't support`,
            `Remove ipcMode, ${OTHERWISE}`,
          ),
        ]),
    ...(placementConstraints.length === 0
      ? []
      : [
          refusal(
            ['placementConstraints'],
            "The task has placement constraints, which Fargate doesn't support",
            `Remove placementConstraints, ${OTHERWISE}`,
          ),
        ]),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html */
function volumeRefusals({ volumes = [] }: Content): readonly RefusedContent[] {
  return volumes.flatMap(({ name = '(without a name)', ...volume }, index) => {
    const refused = [
      ...(volume.host?.sourcePath === undefined ? [] : ['host.sourcePath']),
      ...(volume.dockerVolumeConfiguration === undefined ? [] : ['dockerVolumeConfiguration']),
      ...(volume.fsxWindowsFileServerVolumeConfiguration === undefined
        ? []
        : ['fsxWindowsFileServerVolumeConfiguration']),
    ];
    return refused.map((setting) =>
      refusal(
        ['volumes', index, ...setting.split('.')],
        `The volume ${name} has ${setting}, which Fargate doesn't support`,
        `Remove ${setting}, ${OTHERWISE}`,
      ),
    );
  });
}

/**
 * Settings of a container that Fargate does not have, by their paths.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
const UNSUPPORTED: Readonly<Record<string, (container: ContainerDefinition) => boolean>> = {
  privileged: ({ privileged }) => privileged === true,
  disableNetworking: ({ disableNetworking }) => disableNetworking === true,
  dnsSearchDomains: ({ dnsSearchDomains = [] }) => dnsSearchDomains.length > 0,
  dnsServers: ({ dnsServers = [] }) => dnsServers.length > 0,
  dockerSecurityOptions: ({ dockerSecurityOptions = [] }) => dockerSecurityOptions.length > 0,
  resourceRequirements: ({ resourceRequirements = [] }) =>
    resourceRequirements.some(({ type }) => type === 'GPU'),
  'linuxParameters.devices': ({ linuxParameters }) => (linuxParameters?.devices ?? []).length > 0,
  'linuxParameters.sharedMemorySize': ({ linuxParameters }) =>
    linuxParameters?.sharedMemorySize !== undefined,
  'linuxParameters.tmpfs': ({ linuxParameters }) => (linuxParameters?.tmpfs ?? []).length > 0,
  'linuxParameters.maxSwap': ({ linuxParameters }) => linuxParameters?.maxSwap !== undefined,
  'linuxParameters.swappiness': ({ linuxParameters }) => linuxParameters?.swappiness !== undefined,
};

function settingRefusals(container: ContainerDefinition, index: number): readonly RefusedContent[] {
  return Object.entries(UNSUPPORTED).flatMap(([setting, isSet]) => {
    if (!isSet(container)) return [];
    const shown = setting === 'resourceRequirements' ? 'a GPU (resourceRequirements)' : setting;
    return [
      refusal(
        ['containerDefinitions', index, ...setting.split('.')],
        `The container ${container.name} has ${shown}, which Fargate doesn't support`,
        `Remove it, ${OTHERWISE}`,
      ),
    ];
  });
}

const CAPABILITIES: readonly string[] = ['SYS_PTRACE', 'CAP_SYS_PTRACE'];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html (add) */
function capabilityRefusals(
  { name, linuxParameters }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const added = linuxParameters?.capabilities?.add ?? [];
  const refused = added.filter((capability) => !CAPABILITIES.includes(capability));
  if (refused.length === 0) return [];
  return [
    refusal(
      ['containerDefinitions', index, 'linuxParameters', 'capabilities', 'add'],
      `The container ${name} adds the capability ${refused.join(', ')}, and Fargate adds only SYS_PTRACE`,
      `Remove it, ${OTHERWISE}`,
    ),
  ];
}

/** "The valid values for Fargate are 2-120 seconds." */
const SECONDS = [2, 120] as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (startTimeout, stopTimeout) */
function timeoutRefusals(
  { name, startTimeout, stopTimeout }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  return Object.entries({ startTimeout, stopTimeout }).flatMap(([setting, seconds]) => {
    const [least, most] = SECONDS;
    if (seconds === undefined || (seconds >= least && seconds <= most)) return [];
    return [
      refusal(
        ['containerDefinitions', index, setting],
        `The container ${name} has ${setting} ${seconds}, and Fargate accepts ${least} to ${most} seconds`,
        `Correct ${setting}, or remove it.`,
      ),
    ];
  });
}

const LOG_DRIVERS: readonly string[] = ['awslogs', 'splunk', 'awsfirelens'];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html and API_FirelensConfiguration.html */
function logRefusals(
  { name, logConfiguration, firelensConfiguration }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const driver = logConfiguration?.logDriver;
  const fileType = firelensConfiguration?.options?.['config-file-type'];
  return [
    ...(driver === undefined || LOG_DRIVERS.includes(driver)
      ? []
      : [
          refusal(
            ['containerDefinitions', index, 'logConfiguration', 'logDriver'],
            `The container ${name} has the log driver ${driver}, which Fargate doesn't support`,
            'Use awslogs, splunk or awsfirelens.',
          ),
        ]),
    ...(fileType === undefined || fileType === 'file'
      ? []
      : [
          refusal(
            ['containerDefinitions', index, 'firelensConfiguration', 'options', 'config-file-type'],
            `The container ${name} has config-file-type ${fileType}, and Fargate supports only file`,
            'Put the configuration into the image, and set config-file-type to file.',
          ),
        ]),
  ];
}

/**
 * What ECS can only do with an execution role, in a task definition that has none. A plan checks the same for the
 * service that it changes, so that this is for content alone.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function missingExecutionRole(content: Content): readonly RefusedContent[] {
  if (content.executionRoleArn !== undefined) return [];
  const ofVolumes = (content.volumes ?? []).filter(
    (volume) => volume.fsxWindowsFileServerVolumeConfiguration !== undefined,
  );
  const needs = [
    ...(content.containerDefinitions ?? []).flatMap((container) =>
      needsOfRole(container, isForFargate(content)).map((need) => `the container ${container.name} ${need}`),
    ),
    ...ofVolumes.map(({ name }) => `the volume ${name} has credentials`),
  ];
  return needs.map((need) =>
    refusal(
      ['executionRoleArn'],
      `The task definition has no execution role, and ${need}`,
      'Set executionRoleArn to a role that ECS can assume and that has the permissions for it.',
    ),
  );
}

function needsOfRole(
  { image = '', logConfiguration, ...container }: ContainerDefinition,
  isFargate: boolean,
): readonly string[] {
  const secrets = [...(container.secrets ?? []), ...(logConfiguration?.secretOptions ?? [])];
  const host = parseImageReference(image)?.registry;
  return [
    ...(secrets.length > 0 ? ['has secrets'] : []),
    ...(container.repositoryCredentials === undefined ? [] : ['has credentials of a private registry']),
    ...(isFargate && host !== undefined && ecrHost(host) !== undefined ? ['has an image in ECR'] : []),
    ...(isFargate && logConfiguration?.logDriver === 'awslogs'
      ? ['writes to CloudWatch Logs (awslogs)']
      : []),
    ...(isFargate && (container.environmentFiles ?? []).length > 0 ? ['has environment files'] : []),
  ];
}
