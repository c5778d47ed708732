import type { ContainerDefinition, PortMapping, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

const LARGEST_PORT = 65_535;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html (name) */
const NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

/**
 * Throws ClientException for ports, links and names of the network that RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function checkPorts({ containerDefinitions = [], networkMode }: RegisterTaskDefinitionRequest): void {
  for (const container of containerDefinitions) {
    for (const mapping of container.portMappings ?? []) checkMapping(mapping, container.name, networkMode);
    checkNetworkMode(container, networkMode);
  }
  checkHostPorts(containerDefinitions, networkMode);
  checkPortNames(containerDefinitions);
}

function checkMapping(
  { containerPort, hostPort, containerPortRange, name }: PortMapping,
  container: string | undefined,
  networkMode: string | undefined,
): void {
  if (containerPort === undefined && containerPortRange === undefined) {
    throw clientError(`Invalid 'containerPort' setting for container '${container ?? ''}'.`);
  }
  for (const port of [containerPort, hostPort]) {
    if (port !== undefined && (port < 0 || port > LARGEST_PORT)) {
      throw clientError(`Port must be between 0 and ${LARGEST_PORT}.`);
    }
  }
  if (containerPortRange !== undefined) checkRange(containerPortRange, networkMode);
  if (name !== undefined && !NAME.test(name)) {
    throw clientError(`Port mapping name '${name}' must match [a-z0-9_][a-z0-9_-]{0,63}.`);
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html (containerPortRange) */
function checkRange(range: string, networkMode: string | undefined): void {
  if (networkMode === 'host' || networkMode === 'none') {
    throw clientError(`containerPortRange is not supported when networkMode=${networkMode}.`);
  }
  const [, first = 0, last = 0] = (/^(\d+)-(\d+)$/.exec(range) ?? []).map(Number);
  if (first >= 1 && first < last && last <= LARGEST_PORT) return;
  throw clientError(
    `Invalid containerPortRange '${range}'. It must be two ports from 1 to ${LARGEST_PORT}, the smaller one first.`,
  );
}

function checkNetworkMode(
  { portMappings = [], links = [], ...container }: ContainerDefinition,
  networkMode: string | undefined,
): void {
  if (networkMode === 'none' && portMappings.length > 0) {
    throw clientError('Port mappings are not supported when networkMode=none.');
  }
  if (networkMode === 'awsvpc') {
    if (container.hostname !== undefined) throw notInAwsvpc('hostname');
    if ((container.extraHosts ?? []).length > 0) throw notInAwsvpc('extraHosts');
  }
  // "The links parameter is only supported if the network mode of a task definition is bridge", which is the default.
  if (links.length > 0 && networkMode !== undefined && networkMode !== 'bridge') {
    throw clientError(`Links are not supported when networkMode=${networkMode}.`);
  }
  if (networkMode !== 'awsvpc' && networkMode !== 'host') return;
  const mapsElsewhere = portMappings.some(
    ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort,
  );
  if (mapsElsewhere) {
    throw clientError(
      `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
    );
  }
}

function notInAwsvpc(setting: string) {
  return clientError(`${setting} is not supported on container when networkMode=awsvpc.`);
}

/** In the network modes host and awsvpc, containers have the ports of one host or of one network interface. */
function checkHostPorts(containers: readonly ContainerDefinition[], networkMode: string | undefined): void {
  const isShared = networkMode === 'host' || networkMode === 'awsvpc';
  const seen = new Set<string>();
  for (const { portMappings = [] } of containers) {
    for (const { containerPort, hostPort = 0, protocol = 'tcp' } of portMappings) {
      const port = isShared ? containerPort : hostPort;
      if (port === undefined || port === 0) continue;
      const key = `${protocol} ${port}`;
      if (seen.has(key)) {
        throw clientError(`${protocol.toUpperCase()} host port '${port}' is mapped multiple times in task.`);
      }
      seen.add(key);
    }
  }
}

function checkPortNames(containers: readonly ContainerDefinition[]): void {
  const names = containers.flatMap(({ portMappings = [] }) => portMappings.flatMap(({ name }) => name ?? []));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw clientError(`Port mapping name '${twice}' is used more than once.`);
}
