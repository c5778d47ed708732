import { nestsDeeper } from '../ports/input-sentence.ts';
import {
  Computed,
  type Declared,
  type DeclaredObject,
  type DeclaredService,
  declaredOf,
  isList,
  objectOf,
  plainText,
} from './declared.ts';

const MOST_LEVELS = 64;

/** The values of a resource, and in a plan what computes its members. */
export interface TerraformValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly references?: ReadonlyMap<string, readonly string[]>;
}

/** The members of a service besides its task definition. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service */
export function serviceMembersOf({ values }: TerraformValues): DeclaredService {
  const { desired_count: count, health_check_grace_period_seconds: grace } = values;
  const network = objectOf(blockOf(values.network_configuration));
  const isPublic = network === undefined ? undefined : plainText(network.assignPublicIp);
  return {
    ...(isAbsent(count) ? {} : { desiredCount: declaredOf(count) }),
    ...(isAbsent(grace) ? {} : { healthCheckGracePeriodSeconds: declaredOf(grace) }),
    ...(network === undefined
      ? {}
      : {
          network: {
            ...network,
            ...(isPublic === '' ? {} : { assignPublicIp: isPublic === 'true' ? 'ENABLED' : 'DISABLED' }),
          },
        }),
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Names of arguments that differ from those of ECS in more than their form. */
const API_NAMES = new Map([
  ['size_in_gib', 'sizeInGiB'],
  ['ipc_mode', 'ipcMode'],
]);

/** A block of Terraform, which is a list of one, with the names of the API: `file_system_id` is `fileSystemId`. Undefined without one. */
function blockOf(block: unknown): Declared | undefined {
  const only: unknown = Array.isArray(block) ? block[0] : block;
  return typeof only === 'object' && only !== null ? withApiNames(only, 0) : undefined;
}

function withApiNames(block: object, level: number): DeclaredObject {
  return Object.fromEntries(
    Object.entries(block).flatMap(([name, value]): [string, Declared][] => {
      if (isAbsent(value) || level > MOST_LEVELS) return [];
      const key =
        API_NAMES.get(name) ??
        name.replaceAll(/_(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase());
      const first: unknown = Array.isArray(value) ? value[0] : undefined;
      const isBlock = typeof first === 'object' && first !== null;
      return [[key, isBlock ? withApiNames(first, level + 1) : declaredOf(value)]];
    }),
  );
}

/** `host_path` is the source of a bind mount. */
function volumesOf(volumes: unknown): Declared | undefined {
  if (!Array.isArray(volumes)) return undefined;
  return volumes.flatMap((each: unknown): Declared[] => {
    if (typeof each !== 'object' || each === null) return [];
    const { hostPath, configureAtLaunch, ...volume } = withApiNames(each, 0);
    return [
      {
        ...volume,
        ...(hostPath === undefined ? {} : { host: { sourcePath: hostPath } }),
        ...(configureAtLaunch === undefined ? {} : { configuredAtLaunch: configureAtLaunch }),
      },
    ];
  });
}

/** A part of a tree of attributes: a value, or parts by their names. */
type Part = { readonly value?: unknown; readonly parts: Map<string, Part> };

/** The attributes of a state of version 3, `volume.#` and `volume.123.name`, as lists and objects. */
export function nestedAttributes(
  attributes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const root: Part = { parts: new Map() };
  for (const [name, value] of Object.entries(attributes)) {
    const keys = name.split('.');
    if (keys.length > MOST_LEVELS) continue;
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const next = at.parts.get(key) ?? { parts: new Map() };
      at.parts.set(key, next);
      at = next;
    }
    const last = keys.at(-1) ?? '';
    at.parts.set(last, { value, parts: at.parts.get(last)?.parts ?? new Map<string, Part>() });
  }
  return Object.fromEntries([...root.parts].map(([name, part]) => [name, plainPart(part)]));
}

function plainPart({ value, parts }: Part): unknown {
  if (parts.size === 0) return value;
  const inside = [...parts].filter(([key]) => key !== '#' && key !== '%');
  if (parts.has('#')) return inside.map(([, part]) => plainPart(part));
  return Object.fromEntries(inside.map(([key, part]) => [key, plainPart(part)]));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition */
export function contentOf({ values, references }: TerraformValues): DeclaredObject {
  const text = (name: string): Declared | undefined => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const members: readonly (readonly [string, Declared | undefined])[] = [
    ['cpu', text('cpu')],
    ['memory', text('memory')],
    ['networkMode', text('network_mode')],
    ['taskRoleArn', text('task_role_arn')],
    ['executionRoleArn', text('execution_role_arn')],
    ['pidMode', text('pid_mode')],
    ['ipcMode', text('ipc_mode')],
    ['runtimePlatform', blockOf(values.runtime_platform)],
    ['ephemeralStorage', blockOf(values.ephemeral_storage)],
    ['volumes', volumesOf(values.volume)],
    [
      'requiresCompatibilities',
      Array.isArray(values.requires_compatibilities)
        ? declaredOf(values.requires_compatibilities)
        : undefined,
    ],
    [
      'containerDefinitions',
      containersOf(values.container_definitions, references?.get('container_definitions')),
    ],
  ];
  return Object.fromEntries(
    members.flatMap(([name, value]): [string, Declared][] => (value === undefined ? [] : [[name, value]])),
  );
}

/** Terraform keeps them as text of JSON. A plan leaves out what is known only after it is applied. */
function containersOf(json: unknown, references: readonly string[] | undefined): Declared {
  if (typeof json !== 'string') {
    const variable = references?.find((name) => name.startsWith('var.')) ?? references?.[0];
    return new Computed(variable === undefined ? 'Terraform, when it is applied' : named(variable));
  }
  try {
    const containers: unknown = JSON.parse(json);
    if (nestsDeeper(containers, MOST_LEVELS) || !Array.isArray(containers)) return new Computed('Terraform');
    return containers.map(plainContainer);
  } catch {
    return new Computed('Terraform');
  }
}

/** Terraform's own JSON is that of the API of ECS. */
function plainContainer(container: unknown): Declared {
  const object = objectOf(declaredOf(container));
  if (object === undefined) return null;
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => !(isList(value) && value.length === 0)),
  );
}

function named(reference: string): string {
  return reference.startsWith('var.') ? `the variable ${reference.slice(4)}` : reference;
}
