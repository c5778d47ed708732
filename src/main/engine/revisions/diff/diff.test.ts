import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { anyTaskDefinition, taskDefinitionWithEveryMember } from '../../testing/schema-samples.ts';
import { diffContent } from './diff.ts';

type Content = RegisterTaskDefinitionRequest;

function described({ tags, ...taskDefinition }: Content) {
  return { taskDefinition, ...(tags && { tags }) };
}

function diff(before: Content, after: Content) {
  return diffContent(described(before), described(after));
}

function withContainer(container: object): Content {
  return { family: 'web', containerDefinitions: [{ name: 'app', image: 'web:1', ...container }] };
}

describe('diffContent', () => {
  it.each([
    [
      'a variable',
      { environment: [{ name: 'ROUNDING', value: 'floor' }] },
      { environment: [{ name: 'ROUNDING', value: 'half-even' }] },
      { subject: 'environment', name: 'ROUNDING', kind: 'changed', before: 'floor', after: 'half-even' },
    ],
    [
      'a variable that became empty',
      { environment: [{ name: 'MODE', value: 'x' }] },
      { environment: [{ name: 'MODE', value: '' }] },
      { subject: 'environment', name: 'MODE', kind: 'changed', before: 'x', after: '""' },
    ],
    [
      'a secret by its reference',
      {},
      { secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:1:parameter/token' }] },
      { subject: 'secret', name: 'TOKEN', kind: 'added', after: 'arn:aws:ssm:eu-west-1:1:parameter/token' },
    ],
    [
      'a port',
      { portMappings: [{ containerPort: 8080, protocol: 'tcp' }] },
      {},
      { subject: 'port', name: '8080/tcp', kind: 'removed' },
    ],
    [
      'memory',
      { memory: 512 },
      { memory: 2048 },
      { subject: 'memory', name: '', kind: 'changed', before: '512 MiB', after: '2 GiB' },
    ],
    [
      'cpu',
      { cpu: 256 },
      { cpu: 0 },
      { subject: 'cpu', name: '', kind: 'changed', before: '0.25 vCPU', after: '0 vCPU' },
    ],
    [
      'one member of the health check',
      { healthCheck: { command: ['CMD', 'true'], interval: 5 } },
      { healthCheck: { command: ['CMD', 'true'], interval: 30 } },
      { subject: 'health check', name: 'interval', kind: 'changed', before: '5', after: '30' },
    ],
    [
      'a member that has no words of its own',
      { linuxParameters: { initProcessEnabled: false } },
      { linuxParameters: { initProcessEnabled: true } },
      {
        subject: 'linux parameters',
        name: 'initProcessEnabled',
        kind: 'changed',
        before: 'false',
        after: 'true',
      },
    ],
  ])('describes what changed: %s', (_, before, after, difference) => {
    expect(diff(withContainer(before), withContainer(after)).differences).toEqual([
      { container: 'app', ...difference },
    ]);
  });

  it('respects order in a command and ignores it in variables, ports and tags', () => {
    const one = withContainer({
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      portMappings: [{ containerPort: 80 }, { containerPort: 443 }],
      linuxParameters: { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] } },
    });
    const other = withContainer({
      environment: [
        { value: '2', name: 'B' },
        { name: 'A', value: '1' },
      ],
      portMappings: [{ containerPort: 443 }, { containerPort: 80 }],
      linuxParameters: { capabilities: { add: ['SYS_TIME', 'NET_ADMIN'] } },
    });
    expect(diff(one, other).differences).toEqual([]);
    expect(
      diff(withContainer({ command: ['a', 'b'] }), withContainer({ command: ['b', 'a'] })).differences,
    ).toHaveLength(1);
  });

  it('treats an empty list as missing, because ECS returns one where nothing was sent', () => {
    expect(diff(withContainer({}), withContainer({ mountPoints: [], environment: [] })).differences).toEqual(
      [],
    );
  });

  it('matches containers by name and lists added and removed ones', () => {
    const before: Content = { family: 'web', containerDefinitions: [{ name: 'app' }, { name: 'old' }] };
    const after: Content = { family: 'web', containerDefinitions: [{ name: 'new' }, { name: 'app' }] };
    expect(diff(before, after).differences).toEqual([
      { container: 'new', subject: 'container', name: 'new', kind: 'added' },
      { container: 'old', subject: 'container', name: 'old', kind: 'removed' },
    ]);
  });

  it('counts the unchanged fields', () => {
    const one = { ...withContainer({ cpu: 1, memory: 512 }), networkMode: 'awsvpc' as const };
    const other = { ...withContainer({ cpu: 1, memory: 1024 }), networkMode: 'awsvpc' as const };
    expect(diff(one, other).unchanged).toBe(2);
  });

  it('finds nothing when only the order of keys differs', () => {
    fc.assert(
      fc.property(anyTaskDefinition(), (content) => {
        expect(diff(content, reverseKeys(content)).differences).toEqual([]);
      }),
    );
  });

  it('finds a change of each single field of the schema', () => {
    const content = taskDefinitionWithEveryMember();
    const missed: string[] = [];
    for (const { path, changed } of everySingleChange(content)) {
      if (path === 'family' || /^containerDefinitions\.\d+\.image$/.test(path)) continue;
      if (diff(content, changed).differences.length === 0) missed.push(path);
    }
    expect(missed).toEqual([]);
  });

  it('finds every difference between generated task definitions', () => {
    fc.assert(
      fc.property(anyTaskDefinition(), anyTaskDefinition(), (one, other) => {
        const differs = canonicalJson(withoutNoise(one)) !== canonicalJson(withoutNoise(other));
        expect(diff(one, other).differences.length > 0).toBe(differs);
      }),
      { numRuns: 300 },
    );
  });
});

function reverseKeys<T>(value: T): T;
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reverseKeys(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, held]) => [key, reverseKeys(held)]),
  );
}

/** The content with one scalar replaced, once for each scalar in it. */
function* everySingleChange<T>(content: T): Generator<{ readonly path: string; readonly changed: T }> {
  for (const path of scalarPaths(content, [])) {
    const changed = structuredClone(content);
    let holder: unknown = changed;
    for (const key of path.slice(0, -1)) holder = Reflect.get(holder as object, key);
    Reflect.set(holder as object, path.at(-1) ?? '', 'something else');
    yield { path: path.join('.'), changed };
  }
}

function* scalarPaths(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (value === null || typeof value !== 'object') {
    yield path;
    return;
  }
  for (const [key, held] of Object.entries(value)) yield* scalarPaths(held, [...path, key]);
}

/** What a diff besides the images must tell apart, written down a second time and more coarsely than in the source. */
function withoutNoise(content: Content): unknown {
  const { family: _family, containerDefinitions = [], ...task } = content;
  const lists = [
    'environment',
    'secrets',
    'portMappings',
    'mountPoints',
    'volumesFrom',
    'ulimits',
    'dependsOn',
    'secretOptions',
    'add',
    'drop',
    'devices',
    'permissions',
    'extraHosts',
    'systemControls',
    'resourceRequirements',
    'dockerSecurityOptions',
    'requiresCompatibilities',
    'placementConstraints',
    'inferenceAccelerators',
    'properties',
    'ignoredExitCodes',
    'volumes',
    'tags',
  ];
  const clean = (value: unknown, member: string): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => clean(item, ''));
      return lists.includes(member) ? items.sort((a, b) => byIdentity(a, b)) : items;
    }
    if (value === null || typeof value !== 'object') return value;
    const kept = Object.entries(value).filter(([, held]) => !(Array.isArray(held) && held.length === 0));
    return Object.fromEntries(kept.map(([key, held]) => [key, clean(held, key)]));
  };
  const byName = new Map<string, unknown[]>();
  for (const { image: _image, ...container } of containerDefinitions ?? []) {
    const name = container.name ?? '(without a name)';
    byName.set(name, [...(byName.get(name) ?? []), clean({ ...container, name: undefined }, '')]);
  }
  return [clean(task, ''), Object.fromEntries(byName)];
}

/** Items of one name keep their order, which then has a meaning. */
function byIdentity(a: unknown, b: unknown): number {
  const [one, other] = [identityOf(a), identityOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function identityOf(item: unknown): string {
  if (item === null || typeof item !== 'object') return canonicalJson(item);
  const fields = [
    'name',
    'key',
    'containerPath',
    'sourceContainer',
    'containerName',
    'containerPort',
    'containerPortRange',
    'protocol',
  ];
  const held = fields
    .map((field): unknown => Reflect.get(item, field))
    .filter((value) => value !== undefined);
  return held.length > 0 ? canonicalJson(held) : canonicalJson(item);
}
