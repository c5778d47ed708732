import type { ContainerDefinition, PortMapping } from '@aws-sdk/client-ecs';
import { formatCpu, formatMemory, formatSeconds } from '../../ecs/quantities.ts';
import { allOf, allWithin, each, labelOf, type Member, single, wordsOfMembers } from './fields.ts';

/** All that a container says apart from its name and its image, which are compared by themselves. */
export function containerMembers(container: ContainerDefinition): readonly Member[] {
  const {
    name: _name,
    image: _image,
    environment,
    environmentFiles,
    secrets,
    portMappings,
    mountPoints,
    volumesFrom,
    cpu,
    memory,
    memoryReservation,
    startTimeout,
    stopTimeout,
    ulimits,
    entryPoint,
    command,
    dependsOn,
    healthCheck,
    logConfiguration,
    ...others
  } = container;

  return [
    ...each('environment', environment, nameOf, (variable) => labelOf(variable.value)),
    // Of two files that set one variable the first counts, so their order is part of what they say.
    ...single('environment files', '', environmentFiles, (files) =>
      files.map((file) => file.value).join(', '),
    ),
    ...each('secret', secrets, nameOf, (secret) => labelOf(secret.valueFrom)),
    ...each('port', portMappings, portName, wordsOfPort),
    ...each(
      'mount',
      mountPoints,
      (mount) => mount.containerPath ?? '',
      ({ containerPath: _path, ...mount }) => wordsOfMembers(mount),
    ),
    ...each(
      'volumes from',
      volumesFrom,
      (from) => from.sourceContainer ?? '',
      ({ sourceContainer: _source, ...from }) => wordsOfMembers(from),
    ),
    ...single('cpu', '', cpu, formatCpu),
    ...single('memory', '', memory, formatMemory),
    ...single('memory', 'reservation', memoryReservation, formatMemory),
    ...single('start timeout', '', startTimeout, formatSeconds),
    ...single('stop timeout', '', stopTimeout, formatSeconds),
    ...each('limit', ulimits, nameOf, (limit) => `${limit.softLimit} soft, ${limit.hardLimit} hard`),
    ...single('entry point', '', entryPoint),
    ...single('command', '', command),
    ...each(
      'depends on',
      dependsOn,
      (needed) => needed.containerName ?? '',
      (needed) => labelOf(needed.condition),
    ),
    ...allWithin('health check', healthCheck),
    ...allWithin('log', logConfiguration),
    ...allOf(others),
  ];
}

function nameOf(item: { readonly name?: string | undefined }): string {
  return item.name ?? '';
}

function portName(port: PortMapping): string {
  return `${port.containerPort ?? port.containerPortRange ?? ''}/${port.protocol ?? 'tcp'}`;
}

function wordsOfPort(port: PortMapping): string {
  const { containerPort: _port, containerPortRange: _range, protocol: _protocol, ...rest } = port;
  return wordsOfMembers(rest);
}
