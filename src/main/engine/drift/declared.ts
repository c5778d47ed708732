import type { ContainerDefinition, RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import type { DeclaredMember } from '../../../shared/model/drift.ts';
import { revisionNameOf } from '../aws/arns.ts';
import { canonicalJson } from '../ecs/canonical-json.ts';
import { withPlainSizes } from '../ecs/quantities.ts';

/** A value that a declaration leaves to something else, such as a parameter that is not readable. */
export class Computed {
  readonly by: string;
  constructor(by: string) {
    this.by = by;
  }
}

/** What a declaration says; a part that cannot be resolved is Computed. Absent members are not declared. */
export type Declared =
  | string
  | number
  | boolean
  | null
  | Computed
  | readonly Declared[]
  | { readonly [name: string]: Declared };

export type DeclaredObject = Readonly<Record<string, Declared>>;

/** A service as one source declares it, with the names that ECS gives to its members. */
export interface DeclaredService {
  readonly desiredCount?: Declared;
  /** The content of its task definition, where the source has it. */
  readonly taskDefinition?: DeclaredObject;
  /** A revision that exists already, where the source only names it. */
  readonly revision?: Declared;
  /** Of a source that has no more than images, by container. */
  readonly images?: ReadonlyMap<string, Declared>;
}

/** What a service runs, or will run. */
export interface RunningService {
  readonly service: Pick<Service, 'desiredCount' | 'taskDefinition'>;
  readonly content: RegisterTaskDefinitionRequest;
}

/** A declared member beside the one that runs. */
export interface ComparedMember extends DeclaredMember {
  readonly state: 'same' | 'differs' | 'computed';
  /** The member that runs, to see whether a plan changes it. Never shown. */
  readonly actual: string;
  /** Of an image. */
  readonly container?: string;
}

/** Members of a task definition that Slipway compares; their values are no secrets. */
const TASK_MEMBERS = [
  'cpu',
  'memory',
  'networkMode',
  'taskRoleArn',
  'executionRoleArn',
  'requiresCompatibilities',
  'runtimePlatform',
  'ephemeralStorage',
  'pidMode',
  'ipcMode',
] as const;

/** Members of a container besides its name, image, variables and secrets. What they say may hold a secret: a command, say. */
const CONTAINER_MEMBERS = [
  'cpu',
  'memory',
  'memoryReservation',
  'essential',
  'command',
  'entryPoint',
  'portMappings',
  'healthCheck',
  'logConfiguration',
  'user',
  'workingDirectory',
  'readonlyRootFilesystem',
  'privileged',
  'startTimeout',
  'stopTimeout',
  'dependsOn',
  'mountPoints',
  'ulimits',
] as const;

const SHOWN_OF_CONTAINER: ReadonlySet<string> = new Set(['cpu', 'memory', 'memoryReservation', 'essential']);

/** Members that are declared, each beside what runs. What is not declared is left out, but for variables and containers. */
export function compareService(
  declared: DeclaredService,
  running: RunningService,
): readonly ComparedMember[] {
  const { desiredCount, revision, taskDefinition, images } = declared;
  const { service, content } = running;
  return [
    ...(desiredCount === undefined
      ? []
      : [member('desired count', desiredCount, service.desiredCount, true)]),
    ...(revision === undefined ? [] : [revisionMember(revision, service.taskDefinition ?? '')]),
    ...(taskDefinition === undefined ? [] : taskMembers(taskDefinition, content)),
    ...[...(images ?? [])].flatMap(([container, image]) => {
      const found = content.containerDefinitions?.find(({ name }) => name === container);
      return found === undefined ? [] : [imageMember(container, image, found.image ?? '')];
    }),
  ];
}

function revisionMember(revision: Declared, running: string): ComparedMember {
  const named = typeof revision === 'string' ? revisionNameOf(revision) : revision;
  const name = revisionNameOf(running);
  // A family without a number stands for its newest revision at the next update.
  if (typeof named === 'string' && !named.includes(':')) {
    return member('task definition', new Computed(`the newest revision of ${named}`), name, true);
  }
  return member('task definition', named, name, true);
}

function taskMembers(
  declared: DeclaredObject,
  content: RegisterTaskDefinitionRequest,
): readonly ComparedMember[] {
  const sizes = withPlainSizes({ cpu: textOf(declared.cpu), memory: textOf(declared.memory) });
  const wanted: DeclaredObject = withSortedCompatibilities({ ...declared, ...definedOf(sizes) });
  const has = new Map<string, unknown>(Object.entries(withSortedCompatibilities(withPlainSizes(content))));
  const members = TASK_MEMBERS.flatMap((name) => {
    const value = wanted[name];
    return value === undefined ? [] : [member(name, value, has.get(name), true)];
  });
  const { containerDefinitions } = declared;
  if (containerDefinitions === undefined) return members;
  if (!isList(containerDefinitions)) {
    const by =
      containerDefinitions instanceof Computed ? containerDefinitions.by : 'something that is no list';
    return [
      ...members,
      { name: 'containers', state: 'computed', by, actual: canonicalJson(content.containerDefinitions) },
    ];
  }
  return [...members, ...containersMembers(containerDefinitions, content.containerDefinitions ?? [])];
}

/** They have no order. */
function withSortedCompatibilities<Content extends { readonly requiresCompatibilities?: unknown }>(
  content: Content,
): Content {
  const { requiresCompatibilities: all } = content;
  if (!Array.isArray(all)) return content;
  const sorted = all.toSorted((one, other) => plainText(one).localeCompare(plainText(other)));
  return { ...content, requiresCompatibilities: sorted };
}

function containersMembers(
  declared: readonly Declared[],
  running: readonly ContainerDefinition[],
): readonly ComparedMember[] {
  const wanted = new Map<string, DeclaredObject>();
  let isWhole = true;
  for (const each of declared) {
    const container = objectOf(each);
    const name = container?.name;
    if (container === undefined || typeof name !== 'string') isWhole = false;
    else wanted.set(name, container);
  }
  const extra = isWhole ? running.filter(({ name = '' }) => !wanted.has(name)) : [];
  return [
    ...[...wanted].flatMap(([name, container]) => {
      const found = running.find((each) => each.name === name);
      if (found !== undefined) return containerMembers(name, container, found);
      return [{ name: `container ${name}`, state: 'differs' as const, declared: 'declared', actual: '' }];
    }),
    ...extra.map((container) => ({
      name: `container ${container.name ?? ''}`,
      state: 'differs' as const,
      running: 'runs',
      actual: canonicalJson(container),
    })),
  ];
}

function containerMembers(
  name: string,
  declared: DeclaredObject,
  running: ContainerDefinition,
): readonly ComparedMember[] {
  const has = new Map<string, unknown>(Object.entries(running));
  return [
    ...(declared.image === undefined ? [] : [imageMember(name, declared.image, running.image ?? '')]),
    ...CONTAINER_MEMBERS.flatMap((each) => {
      const value = declared[each];
      const isShown = SHOWN_OF_CONTAINER.has(each);
      return value === undefined ? [] : [member(`${each} of ${name}`, value, has.get(each), isShown)];
    }),
    ...namedMembers('variable', name, valuesOf(declared.environment, 'value'), running.environment, 'value'),
    ...namedMembers('secret', name, valuesOf(declared.secrets, 'valueFrom'), running.secrets, 'valueFrom'),
  ];
}

/** A revision with a tag and its digest runs the image that a declaration names by the tag. */
function imageMember(container: string, declared: Declared, running: string): ComparedMember {
  const isSame = typeof declared === 'string' && running.startsWith(`${declared}@`);
  return { ...member(`image of ${container}`, isSame ? running : declared, running, true), container };
}

/** Variables or secrets by their names. Their values are compared and not shown. */
function namedMembers(
  what: string,
  container: string,
  declared: ReadonlyMap<string, Declared> | undefined,
  running: readonly object[] | undefined,
  key: string,
): readonly ComparedMember[] {
  const has = valuesOf(declaredOf(running ?? []), key) ?? new Map<string, Declared>();
  // A declaration whose list is computed says nothing about single names.
  if (declared === undefined) return [];
  const extra = [...has].filter(([name]) => !declared.has(name));
  return [
    ...[...declared].map(([name, value]) =>
      member(`${what} ${name} of ${container}`, value, has.get(name), false),
    ),
    ...extra.map(([name, value]) => ({
      name: `${what} ${name} of ${container}`,
      state: 'differs' as const,
      running: 'set',
      actual: canonicalJson(value),
    })),
  ];
}

/** Empty where no list is declared; undefined where it is computed. */
function valuesOf(list: Declared | undefined, key: string): ReadonlyMap<string, Declared> | undefined {
  if (list === undefined || list === null) return new Map();
  if (!isList(list)) return undefined;
  const values = new Map<string, Declared>();
  for (const each of list) {
    const item = objectOf(each);
    const name = item?.name;
    if (item === undefined || typeof name !== 'string') return undefined;
    values.set(name, item[key] ?? '');
  }
  return values;
}

function member(name: string, declared: Declared, running: unknown, isShown: boolean): ComparedMember {
  const actual = canonicalJson(running ?? null);
  const by = computedIn(declared);
  const state = by !== undefined ? 'computed' : covers(declared, running) ? 'same' : 'differs';
  return {
    name,
    state,
    actual,
    ...(by === undefined ? {} : { by }),
    ...(isShown && state !== 'same' ? { running: shown(running) } : {}),
    ...(isShown && state === 'differs' ? { declared: shown(declared) } : {}),
  };
}

/** Whether all that is declared is so: ECS adds defaults to what was registered. */
function covers(declared: Declared, running: unknown): boolean {
  if (isList(declared)) {
    if (!Array.isArray(running) || running.length !== declared.length)
      return declared.length === 0 && running === undefined;
    const rest: unknown[] = [...(running as readonly unknown[])];
    // Of a command the order counts; ports, limits and the like have none.
    if (declared.some((each) => typeof each !== 'object')) {
      return declared.every((each, index) => covers(each, rest[index]));
    }
    return declared.every((each) => {
      const at = rest.findIndex((other) => covers(each, other));
      if (at === -1) return false;
      rest.splice(at, 1);
      return true;
    });
  }
  const object = objectOf(declared);
  if (object !== undefined) {
    if (typeof running !== 'object' || running === null) return Object.keys(object).length === 0;
    const has = new Map<string, unknown>(Object.entries(running));
    return Object.entries(object).every(([name, value]) => covers(value, has.get(name)));
  }
  // 0 is what ECS keeps of a cpu that is not set.
  if (running === undefined) return declared === null || declared === false || declared === 0;
  return plainText(declared) === plainText(running);
}

/** The first thing that computes a part of the value. */
function computedIn(declared: Declared): string | undefined {
  if (declared instanceof Computed) return declared.by;
  const inside = isList(declared) ? declared : Object.values(objectOf(declared) ?? {});
  for (const each of inside) {
    const by = computedIn(each);
    if (by !== undefined) return by;
  }
  return undefined;
}

const LONGEST_SHOWN = 500;

function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  const text = typeof value === 'object' ? canonicalJson(value) : plainText(value);
  return text.slice(0, LONGEST_SHOWN);
}

/** Text, numbers and truth values as text; empty for everything else. */
export function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** Values of JSON, or of an answer of the SDK. */
export function declaredOf(value: unknown): Declared {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(declaredOf);
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, declaredOf(each)]));
    default:
      return null;
  }
}

function textOf(value: Declared | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function definedOf(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export function isList(value: Declared | undefined): value is readonly Declared[] {
  return Array.isArray(value);
}

export function objectOf(value: Declared | undefined): DeclaredObject | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Computed || isList(value))
    return undefined;
  return value;
}
