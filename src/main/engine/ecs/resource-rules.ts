import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type RefusedContent, refusal } from './refused-content.ts';

/** What ECS or an instance refuses of the limits, GPUs, kernel parameters and credential specs of one container. */
export function resourceRefusals(
  container: ContainerDefinition,
  index: number,
  content: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  return [
    ...limitRefusals(container, index),
    ...gpuRefusals(container, index),
    ...systemControlRefusals(container, index, content),
    ...credentialSpecRefusals(container, index),
  ];
}

/** The Docker Engine and the kernel refuse it when the container starts. */
function limitRefusals(
  { name, ulimits = [] }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  return ulimits.flatMap(({ name: limit, softLimit = 0, hardLimit = 0 }, position) => {
    // -1 is without a limit.
    if (hardLimit === -1 || (softLimit !== -1 && softLimit <= hardLimit)) return [];
    return [
      refusal(
        ['containerDefinitions', index, 'ulimits', position],
        `The soft limit of ${limit} in the container ${name} is ${softLimit === -1 ? 'unlimited' : softLimit}, above its hard limit of ${hardLimit}`,
        'Lower softLimit, or raise hardLimit.',
      ),
    ];
  });
}

const NUMBER = /^[1-9]\d{0,8}$/;

/**
 * "When the type is GPU, the value is the number of physical GPUs the Amazon ECS container agent reserves for the container."
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResourceRequirement.html
 */
function gpuRefusals(
  { name, resourceRequirements = [] }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  return resourceRequirements.flatMap(({ type, value = '' }, position) => {
    if (type !== 'GPU' || NUMBER.test(value)) return [];
    return [
      refusal(
        ['containerDefinitions', index, 'resourceRequirements', position, 'value'],
        `The container ${name} has “${value}” GPUs, which isn't a number`,
        'Set the number of GPUs, such as 1, or remove the requirement.',
      ),
    ];
  });
}

const OF_IPC: readonly string[] = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html */
function systemControlRefusals(
  { name, systemControls = [] }: ContainerDefinition,
  index: number,
  { networkMode, ipcMode }: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  return systemControls.flatMap(({ namespace = '' }, position) => {
    const path = ['containerDefinitions', index, 'systemControls', position];
    const isOfNetwork = namespace.startsWith('net.');
    const isOfIpc = OF_IPC.includes(namespace) || namespace.startsWith('fs.mqueue.');
    const set = `The container ${name} sets “${namespace}”`;
    if (!isOfNetwork && !isOfIpc) {
      const advice = 'Remove it, or use net.*, fs.mqueue.* or a kernel parameter of IPC.';
      return [refusal(path, `${set}, which systemControls doesn't support`, advice)];
    }
    if (isOfNetwork && networkMode === 'host') {
      const advice = 'Remove it, or use another network mode.';
      return [refusal(path, `${set}, which the network mode host doesn't support`, advice)];
    }
    if (!isOfIpc || ipcMode !== 'host') return [];
    return [refusal(path, `${set}, which ipcMode host doesn't support`, 'Remove it, or change ipcMode.')];
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (credentialSpecs) */
function credentialSpecRefusals(
  { name, credentialSpecs: specs = [] }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const path = ['containerDefinitions', index, 'credentialSpecs'];
  if (specs.length > 1) {
    const message = `The container ${name} has ${specs.length} credential specs, and ECS accepts one`;
    return [refusal(path, message, 'Remove the others.')];
  }
  return specs.flatMap((spec) =>
    /^credentialspec(?:domainless)?:.+/.test(spec)
      ? []
      : [
          refusal(
            path,
            `The credential spec of the container ${name} is “${spec}”, which isn't one that ECS accepts`,
            'Write credentialspec: or credentialspecdomainless: and the ARN of an S3 object or a parameter.',
          ),
        ],
  );
}
