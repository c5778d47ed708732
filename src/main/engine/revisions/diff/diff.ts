import type {
  ContainerDefinition,
  DescribeTaskDefinitionResponse,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Difference } from '../../../../shared/model/revision.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { containerMembers } from './container-fields.ts';
import { allOf, allWithin, each, type Member, single, wordsOfMembers } from './fields.ts';
import { areEquivalent, normalize } from './normalize.ts';
import { taskMembers } from './task-fields.ts';

/** What differs besides the images, in words, and how many fields are the same. */
export interface ContentDiff {
  readonly differences: readonly Difference[];
  readonly unchanged: number;
}

/**
 * Compares two described task definitions (with their tags) by meaning: containers are matched by name, and the order
 * of lists counts only where it does for ECS. Images are not part of it (see image-diff.ts). Whatever else differs is
 * in the answer, fields that Slipway has no words for included.
 */
export function diffContent(
  before: DescribeTaskDefinitionResponse,
  after: DescribeTaskDefinitionResponse,
): ContentDiff {
  const task = diffMembers(undefined, taskMembers(before), taskMembers(after));
  const containers = pairContainers(before, after).map((pair) => diffContainers(pair));
  return {
    differences: [task, ...containers].flatMap((part) => part.differences),
    unchanged: [task, ...containers].reduce((sum, part) => sum + part.unchanged, 0),
  };
}

/** Compares two service revisions besides their task definitions, by meaning as well. */
export function diffServices(before: ServiceRevision, after: ServiceRevision): ContentDiff {
  return diffMembers(undefined, serviceMembers(before), serviceMembers(after));
}

/** A container by name, as it is on the two sides. */
export interface ContainerPair {
  readonly name: string;
  readonly before?: ContainerDefinition;
  readonly after?: ContainerDefinition;
}

/** Matches containers by name: those of the new side in its order, then those that are gone. */
export function pairContainers(
  before: DescribeTaskDefinitionResponse,
  after: DescribeTaskDefinitionResponse,
): readonly ContainerPair[] {
  const earlier = containersByName(before);
  const later = containersByName(after);
  return [...new Set([...later.keys(), ...earlier.keys()])].map((name) => {
    const old = earlier.get(name);
    const now = later.get(name);
    return { name, ...(old && { before: old }), ...(now && { after: now }) };
  });
}

/** Names are unique where ECS checked them; a number keeps others apart, so that none is lost. */
function containersByName(
  described: DescribeTaskDefinitionResponse,
): ReadonlyMap<string, ContainerDefinition> {
  const containers = new Map<string, ContainerDefinition>();
  for (const container of described.taskDefinition?.containerDefinitions ?? []) {
    const name = container.name ?? '(without a name)';
    let unique = name;
    for (let number = 2; containers.has(unique); number += 1) unique = `${name} (${number})`;
    containers.set(unique, container);
  }
  return containers;
}

function diffContainers({ name, before, after }: ContainerPair): ContentDiff {
  if (before === undefined || after === undefined) {
    const kind = before === undefined ? 'added' : 'removed';
    return { differences: [{ container: name, subject: 'container', name, kind }], unchanged: 0 };
  }
  return diffMembers(name, containerMembers(before), containerMembers(after));
}

function diffMembers(
  container: string | undefined,
  before: readonly Member[],
  after: readonly Member[],
): ContentDiff {
  const earlier = membersByKey(before);
  const later = membersByKey(after);
  const differences: Difference[] = [];
  let unchanged = 0;
  for (const key of new Set([...earlier.keys(), ...later.keys()])) {
    const old = earlier.get(key);
    const now = later.get(key);
    if (old && now && areEquivalent(old.value, now.value, now.heldBy)) unchanged += 1;
    else differences.push({ ...(container === undefined ? {} : { container }), ...differenceOf(old, now) });
  }
  return { differences, unchanged };
}

function membersByKey(members: readonly Member[]): ReadonlyMap<string, Member> {
  // A subject is made of words and holds no line break.
  return new Map(members.map((member) => [`${member.subject}\n${member.name}`, member]));
}

function differenceOf(before: Member | undefined, after: Member | undefined): Omit<Difference, 'container'> {
  const { subject = '', name = '' } = after ?? before ?? {};
  const old = before?.words();
  const now = after?.words();
  if (before === undefined) return { subject, name, kind: 'added', ...(now && { after: now }) };
  if (after === undefined) return { subject, name, kind: 'removed', ...(old && { before: old }) };
  // Words that leave something out must not hide it: then the content itself is shown.
  const alike = old === now;
  return {
    subject,
    name,
    kind: 'changed',
    before: alike ? contentOf(before) : old,
    after: alike ? contentOf(after) : now,
  };
}

function contentOf({ value, heldBy }: Member): string {
  return canonicalJson(normalize(value, heldBy));
}

/** All that a service revision says beside its task definition: network, load balancers, capacity, platform. */
function serviceMembers(revision: ServiceRevision): readonly Member[] {
  const {
    serviceRevisionArn: _arn,
    serviceArn: _service,
    clusterArn: _cluster,
    taskDefinition: _taskDefinition,
    containerImages: _images,
    createdAt: _createdAt,
    launchType,
    platformVersion,
    platformFamily,
    capacityProviderStrategy,
    networkConfiguration,
    loadBalancers,
    serviceRegistries,
    ...others
  } = revision;
  return [
    ...single('launch type', '', launchType),
    ...single('platform', 'version', platformVersion),
    ...single('platform', 'family', platformFamily),
    ...each(
      'capacity provider',
      capacityProviderStrategy,
      ({ capacityProvider = '' }) => capacityProvider,
      ({ capacityProvider: _name, ...strategy }) => wordsOfMembers(strategy),
    ),
    ...allWithin('network', networkConfiguration?.awsvpcConfiguration),
    ...each(
      'load balancer',
      loadBalancers,
      ({ targetGroupArn, loadBalancerName, containerName = '', containerPort = '' }) =>
        `${(targetGroupArn ?? loadBalancerName ?? '').split('/').at(-2) ?? loadBalancerName ?? ''} to ${containerName}:${containerPort}`,
      ({ containerName: _container, containerPort: _port, ...balancer }) => wordsOfMembers(balancer),
    ),
    ...each(
      'service registry',
      serviceRegistries,
      ({ registryArn = '' }) => registryArn.split('/').at(-1) ?? registryArn,
      ({ registryArn: _arn, ...registry }) => wordsOfMembers(registry),
    ),
    ...allOf(others),
  ];
}
