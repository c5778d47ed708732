import type {
  ContainerDefinition,
  KeyValuePair,
  RegisterTaskDefinitionRequest,
  Secret,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { RevisionChange } from '../../../../shared/model/change.ts';
import { isSameReference } from '../../../../shared/model/image-reference.ts';
import { withPlainSizes } from '../../ecs/quantities.ts';
import { withImages } from '../../ecs/registration.ts';

type Item = { readonly name?: string | undefined };

interface ItemChange<T> {
  readonly set?: readonly T[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

/**
 * The input that registers a revision, with a change applied and every other field as it was. Throws INVALID_INPUT for
 * a container or a variable that doesn't exist, and for a name that would be a variable and a secret at once.
 */
export function applyRevisionChange(
  input: RegisterTaskDefinitionRequest,
  change: RevisionChange,
): RegisterTaskDefinitionRequest {
  for (const { container } of [
    ...(change.environment ?? []),
    ...(change.secrets ?? []),
    ...(change.containers ?? []),
  ]) {
    requireContainer(input, container);
  }
  const before = new Map(input.containerDefinitions?.map(({ name, image }) => [name, image]));
  const otherImages = (change.images ?? []).filter(
    ({ container, image }) => !isSameReference(before.get(container) ?? '', image),
  );
  const withNewImages = withImages(input, otherImages);
  return {
    ...withNewImages,
    ...withPlainSizes({
      ...(change.cpu === undefined ? {} : { cpu: change.cpu }),
      ...(change.memory === undefined ? {} : { memory: change.memory }),
    }),
    containerDefinitions: (withNewImages.containerDefinitions ?? []).map((container) =>
      changedContainer(container, change),
    ),
  };
}

function changedContainer(container: ContainerDefinition, change: RevisionChange): ContainerDefinition {
  const isThis = (each: { readonly container: string }): boolean => each.container === container.name;
  const hasItems = ({ set = [], remove = [] }: ItemChange<unknown>): boolean =>
    set.length + remove.length > 0;
  const environment = change.environment?.filter(isThis).filter(hasItems) ?? [];
  const secrets = change.secrets?.filter(isThis).filter(hasItems) ?? [];
  const sizes = change.containers?.filter(isThis) ?? [];
  const changed = {
    ...container,
    ...(environment.length === 0
      ? {}
      : { environment: withItems<KeyValuePair>('variable', container, container.environment, environment) }),
    ...(secrets.length === 0
      ? {}
      : { secrets: withItems<Secret>('secret', container, container.secrets, secrets) }),
    ...sizeOf(sizes),
  };
  if (environment.length > 0 || secrets.length > 0) requireOneSource(changed);
  return changed;
}

/** The sizes that are given; of several the last one counts. */
function sizeOf(
  sizes: NonNullable<RevisionChange['containers']>,
): Pick<ContainerDefinition, 'cpu' | 'memory' | 'memoryReservation'> {
  const last = (member: 'cpu' | 'memory' | 'memoryReservation'): number | undefined =>
    sizes.findLast((size) => size[member] !== undefined)?.[member];
  const given = { cpu: last('cpu'), memory: last('memory'), memoryReservation: last('memoryReservation') };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Sets items in their places, new ones at the end, and removes others. */
function withItems<T extends Item>(
  what: 'variable' | 'secret',
  container: ContainerDefinition,
  before: readonly T[] = [],
  changes: readonly ItemChange<T>[],
): T[] {
  return changes.reduce<T[]>(
    (items, { set = [], remove = [] }) => {
      const gone = remove.find((name) => !items.some((item) => item.name === name));
      if (gone !== undefined) throw nothingToRemove(what, gone, container);
      const wanted = new Map(set.map((item) => [item.name, item]));
      const kept = items.filter(({ name = '' }) => !remove.includes(name));
      const names = new Set(kept.map(({ name }) => name));
      return [
        ...kept.map((item) => wanted.get(item.name) ?? item),
        ...[...wanted.values()].filter(({ name }) => !names.has(name)),
      ];
    },
    [...before],
  );
}

function requireContainer(
  { family, containerDefinitions = [] }: RegisterTaskDefinitionRequest,
  name: string,
) {
  if (containerDefinitions.some((each) => each.name === name)) return;
  const names = containerDefinitions.map((each) => each.name ?? '(without a name)').join(', ');
  throw new SlipwayError(
    'INVALID_INPUT',
    `${family ?? 'The task definition'} has no container “${name}”. It has: ${names || 'none'}.`,
  );
}

function nothingToRemove(what: string, name: string, { name: container }: ContainerDefinition): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The container ${container} has no ${what} ${name} to remove. Check the names in its task definition.`,
  );
}

/** ECS refuses a name that comes from two sources. */
function requireOneSource({ name, environment = [], secrets = [] }: ContainerDefinition): void {
  const twice = secrets.find((secret) => environment.some((variable) => variable.name === secret.name));
  if (twice === undefined) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${twice.name} of the container ${name} would be a variable and a secret at once. Remove one of them.`,
  );
}
