import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { canonicalJson } from '../ecs/canonical-json.ts';
import { byName, type ComparedMember, memberIn, onlyDeclared, onlyRunning } from './compared-member.ts';
import {
  type Declared,
  type DeclaredContainerPart,
  type DeclaredObject,
  declaredOf,
  isList,
  objectOf,
} from './declared.ts';
import { isNothing, type Surroundings } from './same-value.ts';

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
  'volumesFrom',
  'ulimits',
  'environmentFiles',
  'repositoryCredentials',
] as const;

const SHOWN_OF_CONTAINER: ReadonlySet<string> = new Set(['cpu', 'memory', 'memoryReservation', 'essential']);

/** The containers of a task definition: one that is not declared is a difference too. */
export function containersMembers(
  declared: readonly Declared[],
  running: readonly ContainerDefinition[],
  { networkMode, region }: Surroundings,
): readonly ComparedMember[] {
  // Their definitions are whole, also in a plan.
  const around: Surroundings = { networkMode, region, extent: 'whole' };
  const wanted = byName(declared);
  const extra = wanted.size < declared.length ? [] : running.filter(({ name = '' }) => !wanted.has(name));
  return [
    ...[...wanted].flatMap(([name, container]) => {
      const found = running.find((each) => each.name === name);
      if (found === undefined) return [onlyDeclared(`container ${name}`)];
      return containerMembers(name, container, found, around);
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
  around: Surroundings,
): readonly ComparedMember[] {
  return [
    ...declaredMembers(name, declared, running, around),
    ...CONTAINER_MEMBERS.flatMap((each) => {
      const isLeftOut = declared[each] !== undefined || isNothing(running[each], each);
      return isLeftOut ? [] : [onlyRunning(`${each} of ${name}`, running[each])];
    }),
    ...namedMembers('variable', name, valuesOf(declared.environment, 'value'), {
      running: valuesOf(declaredOf(running.environment), 'value'),
      around,
    }),
    ...namedMembers('secret', name, valuesOf(declared.secrets, 'valueFrom'), {
      running: valuesOf(declaredOf(running.secrets), 'valueFrom'),
      around,
    }),
  ];
}

/** The members that the container has, besides variables and secrets. */
function declaredMembers(
  name: string,
  declared: DeclaredObject,
  running: ContainerDefinition,
  around: Surroundings,
): readonly ComparedMember[] {
  return [
    ...(declared.image === undefined ? [] : [imageMember(name, declared.image, running.image ?? '', around)]),
    ...CONTAINER_MEMBERS.flatMap((each) => {
      const value = declared[each];
      const view = SHOWN_OF_CONTAINER.has(each) ? 'shown' : 'hidden';
      return value === undefined
        ? []
        : [memberIn(around, each)(`${each} of ${name}`, value, running[each], view)];
    }),
  ];
}

/** What a manifest says of a container: members that it leaves out are those of its tool. */
export function partMembers(
  name: string,
  { members, hasOther }: DeclaredContainerPart,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
  { networkMode, region }: Surroundings,
): readonly ComparedMember[] {
  const around: Surroundings = { networkMode, region, extent: 'part' };
  const running = containerDefinitions.find((each) => each.name === name);
  if (running === undefined) return [onlyDeclared(`container ${name}`)];
  return [
    ...declaredMembers(name, members, running, around),
    ...namedMembers('variable', name, valuesOf(members.environment, 'value'), {
      running: valuesOf(declaredOf(running.environment), 'value'),
      around,
      hasOther,
    }),
    ...namedMembers('secret', name, valuesOf(members.secrets, 'valueFrom'), {
      running: valuesOf(declaredOf(running.secrets), 'valueFrom'),
      around,
      hasOther,
    }),
  ];
}

/** A revision with a tag and its digest runs the image that a declaration names by the tag. */
function imageMember(
  container: string,
  declared: Declared,
  running: string,
  around: Surroundings,
): ComparedMember {
  const isOfTag = typeof declared === 'string' && running.startsWith(`${declared}@`);
  const wanted = isOfTag ? running : declared;
  return { ...memberIn(around)(`image of ${container}`, wanted, running, 'shown'), container };
}

interface NamedValues {
  readonly running: ReadonlyMap<string, Declared> | undefined;
  readonly around: Surroundings;
  /** Names that may run without being declared. */
  readonly hasOther?: (name: string) => boolean;
}

/** Variables or secrets by their names. Their values are compared and not shown. */
function namedMembers(
  what: 'variable' | 'secret',
  container: string,
  declared: ReadonlyMap<string, Declared> | undefined,
  { running, around, hasOther }: NamedValues,
): readonly ComparedMember[] {
  // A declaration whose list is computed says nothing about single names.
  if (declared === undefined) return [];
  const has = running ?? new Map<string, Declared>();
  const extra = [...has].filter(([name]) => !declared.has(name) && hasOther?.(name) !== true);
  const member = memberIn(around, what === 'secret' ? 'valueFrom' : 'value');
  return [
    ...[...declared].map(([name, value]) => {
      const title = `${what} ${name} of ${container}`;
      return has.has(name) ? member(title, value, has.get(name), 'hidden') : onlyDeclared(title);
    }),
    ...extra.map(([name, value]) => onlyRunning(`${what} ${name} of ${container}`, value)),
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
