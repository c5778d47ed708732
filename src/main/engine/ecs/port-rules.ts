import type { ContainerDefinition, PortMapping, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type RefusedContent, refusal } from './refused-content.ts';

type Content = RegisterTaskDefinitionRequest;

/** A mapping with the container that has it and its place. */
interface PlacedMapping {
  readonly container: string;
  readonly mapping: PortMapping;
  readonly path: readonly (string | number)[];
}

/**
 * What ECS refuses of ports, links and other settings that depend on the network mode.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
 */
export function networkRefusals({
  containerDefinitions = [],
  networkMode,
}: Content): readonly RefusedContent[] {
  const mappings = containerDefinitions.flatMap(({ name = '', portMappings = [] }, index) =>
    portMappings.map((mapping, position) => ({
      container: name,
      mapping,
      path: ['containerDefinitions', index, 'portMappings', position],
    })),
  );
  return [
    ...mappings.flatMap((placed) => [
      ...portRefusals(placed),
      ...rangeRefusals(placed, networkMode),
      ...nameRefusals(placed),
      ...modeRefusals(placed, networkMode),
    ]),
    ...containerDefinitions.flatMap((container, index) => settingRefusals(container, index, networkMode)),
    ...doubleHostPorts(mappings, networkMode),
    ...doubleNames(mappings),
  ];
}

const LARGEST_PORT = 65_535;

function portRefusals({ container, mapping, path }: PlacedMapping): readonly RefusedContent[] {
  const { containerPort, hostPort, containerPortRange } = mapping;
  if (containerPort === undefined && containerPortRange === undefined) {
    const message = `A port mapping of the container ${container} has no containerPort`;
    return [refusal(path, message, 'Set containerPort or containerPortRange.')];
  }
  return Object.entries({ containerPort, hostPort }).flatMap(([setting, port]) => {
    if (port === undefined || (port >= 0 && port <= LARGEST_PORT)) return [];
    const message = `The container ${container} has ${setting} ${port}, and ports end at ${LARGEST_PORT}`;
    return [refusal([...path, setting], message, 'Correct the port.')];
  });
}

function rangeRefusals(
  { container, mapping: { containerPortRange: range }, path }: PlacedMapping,
  networkMode: string | undefined,
): readonly RefusedContent[] {
  if (range === undefined) return [];
  const at = [...path, 'containerPortRange'];
  if (networkMode === 'host' || networkMode === 'none') {
    const message = `The container ${container} has a containerPortRange, which the network mode ${networkMode} doesn't support`;
    return [refusal(at, message, 'Map its ports one by one, or use the network mode bridge or awsvpc.')];
  }
  const [, first = 0, last = 0] = (/^(\d+)-(\d+)$/.exec(range) ?? []).map(Number);
  if (first >= 1 && first < last && last <= LARGEST_PORT) return [];
  const message = `The container ${container} has containerPortRange “${range}”, which is no range of ports`;
  return [refusal(at, message, `Write two ports from 1 to ${LARGEST_PORT}, such as 9000-9100.`)];
}

const NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

function nameRefusals({ container, mapping: { name }, path }: PlacedMapping): readonly RefusedContent[] {
  if (name === undefined || NAME.test(name)) return [];
  return [
    refusal(
      [...path, 'name'],
      `The port name “${name}” of the container ${container} isn't one that ECS accepts`,
      'Use 1 to 64 lowercase letters, digits, underscores and hyphens, without a hyphen at the start.',
    ),
  ];
}

function modeRefusals(
  { container, mapping: { containerPort, hostPort = 0 }, path }: PlacedMapping,
  networkMode: string | undefined,
): readonly RefusedContent[] {
  if (networkMode === 'none') {
    const message = `The container ${container} has a port mapping, which the network mode none doesn't support`;
    return [refusal(path, message, 'Remove portMappings, or use another network mode.')];
  }
  if (!sharesPorts(networkMode) || hostPort === 0 || hostPort === containerPort) return [];
  return [
    refusal(
      [...path, 'hostPort'],
      `The container ${container} has host port ${hostPort} for its port ${containerPort ?? '(none)'}, which must be the same in the network mode ${networkMode}`,
      'Remove hostPort, or set it to the containerPort.',
    ),
  ];
}

/** Containers have the ports of one host, or of one network interface. */
function sharesPorts(networkMode: string | undefined): boolean {
  return networkMode === 'host' || networkMode === 'awsvpc';
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (links, hostname, extraHosts) */
function settingRefusals(
  { name, links = [], hostname, extraHosts = [] }: ContainerDefinition,
  index: number,
  networkMode: string | undefined,
): readonly RefusedContent[] {
  const inAwsvpc = networkMode === 'awsvpc';
  const refused = [
    // Without a network mode it is bridge.
    ...(links.length > 0 && networkMode !== undefined && networkMode !== 'bridge' ? ['links'] : []),
    ...(inAwsvpc && hostname !== undefined ? ['hostname'] : []),
    ...(inAwsvpc && extraHosts.length > 0 ? ['extraHosts'] : []),
  ];
  return refused.map((setting) =>
    refusal(
      ['containerDefinitions', index, setting],
      `The container ${name} has ${setting}, which the network mode ${networkMode} doesn't support`,
      `Remove ${setting}, or use the network mode bridge.`,
    ),
  );
}

function doubleHostPorts(
  mappings: readonly PlacedMapping[],
  networkMode: string | undefined,
): readonly RefusedContent[] {
  const owners = new Map<string, string>();
  return mappings.flatMap(({ container, mapping: { containerPort, hostPort, protocol = 'tcp' }, path }) => {
    const port = sharesPorts(networkMode) ? containerPort : hostPort;
    if (port === undefined || port === 0) return [];
    const key = `${protocol} ${port}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, container);
      return [];
    }
    const other = owner === container ? 'it' : `the container ${owner}`;
    return [
      refusal(
        path,
        `The container ${container} maps the host port ${port} (${protocol}), which ${other} maps too`,
        'Give one of them another port, or remove it.',
      ),
    ];
  });
}

function doubleNames(mappings: readonly PlacedMapping[]): readonly RefusedContent[] {
  const names = mappings.map(({ mapping: { name } }) => name);
  return mappings.flatMap(({ container, mapping: { name }, path }, index) => {
    if (name === undefined || names.indexOf(name) === index) return [];
    const message = `The port name ${name} of the container ${container} is used twice`;
    return [refusal([...path, 'name'], message, 'Give one of the ports another name.')];
  });
}
