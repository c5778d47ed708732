import { isObject } from '../../../../shared/is-object.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';

/** Lists in which ECS gives the order no meaning, by the name of the field that holds them. */
const ORDER_HAS_NO_MEANING: ReadonlySet<string> = new Set([
  'add',
  'dependsOn',
  'devices',
  'dockerSecurityOptions',
  'drop',
  'extraHosts',
  'ignoredExitCodes',
  'inferenceAccelerators',
  'mountPoints',
  'permissions',
  'placementConstraints',
  'portMappings',
  'properties',
  'requiresCompatibilities',
  'resourceRequirements',
  'secretOptions',
  'securityGroups',
  'subnets',
  'systemControls',
  'tags',
  'ulimits',
  'volumes',
  'volumesFrom',
]);

/**
 * A value with what has no meaning taken out: the order of lists where ECS ignores it, and empty lists, which ECS
 * writes into the answer where nothing was sent.
 */
export function normalize(value: unknown, member: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, ''));
    return ORDER_HAS_NO_MEANING.has(member) ? inOrderOfContent(items) : items;
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== undefined && !isEmptyList(held));
  return Object.fromEntries(entries.map(([name, held]) => [name, normalize(held, name)]));
}

function inOrderOfContent(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => ({ item, content: canonicalJson(item) }))
    .sort((a, b) => (a.content < b.content ? -1 : a.content > b.content ? 1 : 0))
    .map(({ item }) => item);
}

export function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/**
 * Whether two values say the same to ECS, as if their meanings were compared as text. Nothing is written down for
 * it but lists without an order: two large task definitions have ten thousand values, most of them the same.
 */
export function areEquivalent(one: unknown, other: unknown, member: string): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) return areSameLists(one, other, member);
  if (!isObject(one) || !isObject(other)) return false;
  if (one instanceof Date || other instanceof Date) return canonicalJson(one) === canonicalJson(other);
  const held = new Map(Object.entries(other));
  let shared = 0;
  for (const [name, value] of Object.entries(one)) {
    if (isNothing(value)) continue;
    if (!areEquivalent(value, held.get(name), name)) return false;
    shared += 1;
  }
  return shared === Object.values(other).filter((value) => !isNothing(value)).length;
}

function areSameLists(one: unknown, other: unknown, member: string): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  if (!ORDER_HAS_NO_MEANING.has(member)) {
    return one.every((item, index) => areEquivalent(item, other[index], ''));
  }
  return canonicalJson(normalize(one, member)) === canonicalJson(normalize(other, member));
}

function isNothing(value: unknown): boolean {
  return value === undefined || isEmptyList(value);
}
