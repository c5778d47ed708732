import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { lastPartOf } from '../aws/arns.ts';
import { nestsDeeper } from '../ports/input-sentence.ts';
import { type DeclaredService, declaredOf } from './declared.ts';
import { withoutIndexes } from './terraform-configuration.ts';
import { contentOf, nestedAttributes, serviceMembersOf } from './terraform-content.ts';

/** Larger states are not read. */
export const LONGEST_STATE = 16 * 1024 * 1024;
const MOST_RESOURCES = 20_000;
const MOST_MODULES = 2_000;
const MOST_LEVELS = 64;

/** A service of ECS as Terraform has it. Nothing else of a state is kept. */
export interface TerraformService {
  /** Such as `aws_ecs_service.web`. */
  readonly address: string;
  readonly declared: DeclaredService;
}

export type TerraformReading =
  | { readonly state: 'read'; readonly what: 'state' | 'plan'; readonly service?: TerraformService }
  | { readonly state: 'not-read'; readonly why: string }
  /** JSON that is nothing of Terraform. */
  | { readonly state: 'other' };

/** A resource of a state or plan, whichever version. */
interface Resource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  /** What computes a member, in a plan. */
  readonly references?: ReadonlyMap<string, readonly string[]>;
}

const TYPES: ReadonlySet<string> = new Set(['aws_ecs_service', 'aws_ecs_task_definition']);

const Values = z.record(z.string(), z.unknown());
const Names = z.array(z.string()).optional().catch([]);

const Version4 = lazyObject(() => ({
  resources: z.array(z.unknown()).max(MOST_RESOURCES),
}));
const Resource4 = lazyObject(() => ({
  mode: z.literal('managed'),
  type: z.string(),
  name: z.string(),
  module: z.string().optional(),
  instances: z.array(
    z.object({
      index_key: z.union([z.string(), z.number()]).optional(),
      attributes: Values.optional(),
      dependencies: Names,
    }),
  ),
}));
const Version3 = lazyObject(() => ({
  modules: z
    .array(z.object({ path: z.array(z.string()).catch([]), resources: Values.catch({}) }))
    .max(MOST_MODULES),
}));
const Resource3 = lazyObject(() => ({
  type: z.string(),
  depends_on: Names,
  primary: z.object({ attributes: Values }),
}));
const Module = lazyObject(() => ({
  resources: z.array(z.unknown()).max(MOST_RESOURCES).catch([]),
  child_modules: z.array(z.unknown()).max(MOST_MODULES).catch([]),
}));
const PlannedResource = lazyObject(() => ({
  address: z.string(),
  mode: z.literal('managed'),
  type: z.string(),
  values: Values,
}));
const Plan = lazyObject(() => ({
  planned_values: z.object({ root_module: z.unknown() }),
  configuration: z.object({ root_module: z.unknown() }).optional().catch(undefined),
}));
const Configured = lazyObject(() => ({
  address: z.string(),
  expressions: z.record(z.string(), z.unknown()),
}));
const References = lazyObject(() => ({ references: z.array(z.string()) }));

/**
 * What a state (version 3 or 4) or the plan of `terraform show -json` says of one service. A state has secrets in it, so the
 * rest of it is dropped, and no sentence repeats anything of it.
 */
export function readTerraform(text: string, ref: ServiceRef, serviceArn: string): TerraformReading {
  if (text.length > LONGEST_STATE) return { state: 'not-read', why: 'it is larger than 16 MB' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { state: 'not-read', why: 'it is not JSON' };
  }
  if (typeof json !== 'object' || json === null) return { state: 'other' };
  const head = new Map<string, unknown>(Object.entries(json));
  if (nestsDeeper(json, MOST_LEVELS))
    return { state: 'not-read', why: `it has more than ${MOST_LEVELS} levels` };
  if (head.has('encrypted_data')) return { state: 'not-read', why: 'it is encrypted' };
  if (head.has('planned_values')) {
    const resources = ofPlan(json);
    return resources === undefined
      ? damaged()
      : { state: 'read', what: 'plan', ...serviceIn(resources, ref, serviceArn) };
  }
  const version = head.get('version');
  if (!head.has('terraform_version') && !head.has('lineage')) return { state: 'other' };
  if (version !== 3 && version !== 4) {
    const has = typeof version === 'number' ? `it has version ${version}` : 'it names no version';
    return { state: 'not-read', why: `${has}, and Slipway reads versions 3 and 4` };
  }
  const resources = version === 4 ? ofVersion4(json) : ofVersion3(json);
  return resources === undefined
    ? damaged()
    : { state: 'read', what: 'state', ...serviceIn(resources, ref, serviceArn) };
}

function damaged(): TerraformReading {
  return { state: 'not-read', why: 'it does not have the format of its version' };
}

function ofVersion4(json: unknown): readonly Resource[] | undefined {
  const state = Version4.safeParse(json).data;
  return state?.resources.flatMap((each) => {
    const found = Resource4.safeParse(each).data;
    if (found === undefined || !TYPES.has(found.type)) return [];
    const base = `${found.module === undefined ? '' : `${found.module}.`}${found.type}.${found.name}`;
    return found.instances.map(({ index_key: index, attributes = {}, dependencies = [] }) => ({
      address: index === undefined ? base : `${base}[${JSON.stringify(index)}]`,
      type: found.type,
      values: attributes,
      dependencies,
    }));
  });
}

/** Its attributes are text, and lists are spread over names such as `volume.#`. */
function ofVersion3(json: unknown): readonly Resource[] | undefined {
  const state = Version3.safeParse(json).data;
  return state?.modules.flatMap(({ path, resources }) =>
    Object.entries(resources)
      .slice(0, MOST_RESOURCES)
      .flatMap(([name, each]) => {
        const found = Resource3.safeParse(each).data;
        if (found === undefined || !TYPES.has(found.type)) return [];
        const inside = path.slice(1).map((part) => `module.${part}.`);
        return [
          {
            address: `${inside.join('')}${name}`,
            type: found.type,
            values: nestedAttributes(found.primary.attributes),
            dependencies: found.depends_on ?? [],
          },
        ];
      }),
  );
}

function ofPlan(json: unknown): readonly Resource[] | undefined {
  const plan = Plan.safeParse(json).data;
  if (plan === undefined) return undefined;
  const references = configuredIn(plan.configuration?.root_module);
  return resourcesIn(plan.planned_values.root_module, 0).map((each) => ({
    ...each,
    references: references.get(withoutIndexes(each.address)) ?? new Map(),
  }));
}

function resourcesIn(module: unknown, level: number): readonly Resource[] {
  const found = Module.safeParse(module).data;
  if (found === undefined || level > MOST_LEVELS) return [];
  const own = found.resources.flatMap((each) => {
    const resource = PlannedResource.safeParse(each).data;
    if (resource === undefined || !TYPES.has(resource.type)) return [];
    return [{ address: resource.address, type: resource.type, values: resource.values, dependencies: [] }];
  });
  return [...own, ...found.child_modules.flatMap((each) => resourcesIn(each, level + 1))];
}

/** The references of the members of each resource of the root module, by its address. */
function configuredIn(module: unknown): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const all = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const each of Module.safeParse(module).data?.resources ?? []) {
    const found = Configured.safeParse(each).data;
    if (found === undefined) continue;
    const members = Object.entries(found.expressions).map(
      ([name, expression]): [string, readonly string[]] => [
        name,
        References.safeParse(expression).data?.references ?? [],
      ],
    );
    all.set(found.address, new Map(members));
  }
  return all;
}

function serviceIn(
  resources: readonly Resource[],
  ref: ServiceRef,
  serviceArn: string,
): { readonly service?: TerraformService } {
  const services = resources.filter(({ type }) => type === 'aws_ecs_service');
  const found =
    services.find(({ values }) => values.id === serviceArn) ??
    services.find(({ values: { id, name, cluster } }) => {
      const isHere = typeof cluster === 'string' && lastPartOf(cluster) === ref.cluster;
      return id === undefined && isHere && name === ref.service;
    });
  if (found === undefined) return {};
  const definition = definitionOf(found, resources);
  const { task_definition: revision } = found.values;
  return {
    service: {
      address: found.address,
      declared: {
        ...serviceMembersOf(found),
        // A plan leaves out what is known only once it is applied.
        ...(found.references === undefined ? {} : { extent: 'part' as const }),
        ...(definition !== undefined
          ? { taskDefinition: contentOf(definition) }
          : revision === undefined
            ? {}
            : { revision: declaredOf(revision) }),
      },
    },
  };
}

/** The resource whose revision the service has, or else the only one that it depends on: a refresh writes down what runs. */
function definitionOf(service: Resource, resources: readonly Resource[]): Resource | undefined {
  const { task_definition: revision } = service.values;
  const all = resources.filter(({ type }) => type === 'aws_ecs_task_definition');
  const byRevision = all.find(({ values: { arn, family, revision: number } }) =>
    typeof revision === 'string'
      ? [arn, family, `${String(family)}:${String(number)}`].includes(revision)
      : false,
  );
  if (byRevision !== undefined) return byRevision;
  const names = [...service.dependencies, ...(service.references?.get('task_definition') ?? [])];
  const needed = all.filter(({ address }) =>
    names.some((name) => name === address || name.startsWith(`${address}.`)),
  );
  return needed.length === 1 ? needed[0] : undefined;
}
