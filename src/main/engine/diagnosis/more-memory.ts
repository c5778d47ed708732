import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { FailureGroup, MoreMemory } from '../../../shared/model/deployment.ts';
import { cpuUnitsOf, isFargateSize, memoryMiBOf } from '../../../shared/model/task-size.ts';

/** Twice the limit is the usual next try, and stays on Fargate's steps. */
const FACTOR = 2;
const MOST_FARGATE_CPU = 32_768;

/**
 * The sizes with which a container that ran out of memory may use twice as much; undefined when its limit is not
 * known. A container without a limit of its own is held by its task's, which grows too where the containers would no
 * longer fit, and on Fargate takes the cpu along that goes with so much memory.
 */
export function moreMemory(
  definition: TaskDefinition | undefined,
  { container: name, memoryMiB }: FailureGroup,
): MoreMemory | undefined {
  const from = definition?.taskDefinitionArn;
  if (definition === undefined || from === undefined || memoryMiB === undefined) return undefined;
  const wanted = memoryMiB * FACTOR;
  const own = definition.containerDefinitions?.find((each) => each.name === name)?.memory;
  const isOwnLimit = name !== undefined && own !== undefined;
  const task = taskSize(definition, isOwnLimit ? memoryOfAll(definition, name, wanted) : wanted);
  return {
    from,
    beforeMiB: memoryMiB,
    afterMiB: wanted,
    ...(name === undefined ? {} : { container: name }),
    change: { ...task, ...(isOwnLimit ? { containers: [{ container: name, memory: wanted }] } : {}) },
  };
}

/** What all containers may use together, once one of them may use so much. */
function memoryOfAll({ containerDefinitions = [] }: TaskDefinition, name: string, wanted: number): number {
  return containerDefinitions
    .map((each) => (each.name === name ? wanted : (each.memory ?? each.memoryReservation ?? 0)))
    .reduce((sum, memory) => sum + memory, 0);
}

/** The size of a task that has at least so much memory; nothing where it has that already, or no size of its own. */
function taskSize(
  { cpu, memory, requiresCompatibilities = [] }: TaskDefinition,
  needed: number,
): Pick<MoreMemory['change'], 'cpu' | 'memory'> {
  let size = memoryMiBOf(memory ?? '');
  if (size === undefined || size >= needed) return {};
  while (size < needed) size *= FACTOR;
  const units = cpuUnitsOf(cpu ?? '');
  if (!requiresCompatibilities.includes('FARGATE') || units === undefined) return { memory: String(size) };
  const needs = cpuFor(units, size);
  return { memory: String(size), ...(needs === units ? {} : { cpu: String(needs) }) };
}

/** The least number of CPU units, from the present one up, that Fargate has with so much memory. */
function cpuFor(cpu: number, memory: number): number {
  let units = cpu;
  while (!isFargateSize(units, memory) && units < MOST_FARGATE_CPU) units *= FACTOR;
  return isFargateSize(units, memory) ? units : cpu;
}
