import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../shared/model/plan.ts';
import {
  cpuUnitsOf,
  fargateCpuUnits,
  fargateMemory,
  isFargateSize,
  isWindows,
  memoryMiBOf,
} from '../../../shared/model/task-size.ts';
import type { Capacity } from './capacity.ts';
import { fail, failUnlessOverridden, pass } from './check.ts';
import { formatCpu, formatMemory } from './quantities.ts';

/** Containers must fit their task, and Fargate has certain sizes only. */
export function sizeFits(content: RegisterTaskDefinitionRequest, capacity: Capacity): Check {
  const unread = unreadSize(content);
  if (unread !== undefined) return unread;
  const { cpu, memory, containerDefinitions = [] } = content;
  const limit =
    memory === undefined ? Number.POSITIVE_INFINITY : (memoryMiBOf(memory) ?? Number.POSITIVE_INFINITY);
  const larger = containerDefinitions.find((each) => (each.memory ?? each.memoryReservation ?? 0) > limit);
  if (larger !== undefined) {
    return fail(
      'size',
      `The container ${larger.name} may use more memory than its task has, ${formatMemory(limit)}`,
      'Raise the memory of the task, or lower the limit of the container.',
    );
  }
  if (capacity.kind !== 'fargate' || cpu === undefined || memory === undefined) {
    return pass('size', 'The containers fit their task');
  }
  return fargateSize(content, cpuUnitsOf(cpu) ?? 0, memoryMiBOf(memory) ?? 0);
}

/** ECS reads `1024` and `1 vCPU`, `2048` and `2 GB`, and refuses everything else. */
function unreadSize({ cpu, memory }: RegisterTaskDefinitionRequest): Check | undefined {
  if (cpu !== undefined && cpuUnitsOf(cpu) === undefined) {
    return fail(
      'size',
      `“${cpu}” is not a CPU size that ECS accepts for a task`,
      'Use a whole number of CPU units such as 512, or vCPUs such as 0.5 vCPU.',
    );
  }
  if (memory !== undefined && memoryMiBOf(memory) === undefined) {
    return fail(
      'size',
      `“${memory}” is not a memory size that ECS accepts for a task`,
      'Use a whole number of MiB such as 1024, or GB such as 1 GB.',
    );
  }
  return undefined;
}

function fargateSize({ runtimePlatform }: RegisterTaskDefinitionRequest, cpu: number, memory: number): Check {
  const system = runtimePlatform?.operatingSystemFamily;
  const size = `${formatCpu(cpu)} with ${formatMemory(memory)}`;
  if (isFargateSize(cpu, memory, system)) return pass('size', `Fargate supports ${size}`);
  const forWindows = isWindows(system) ? ' for Windows' : '';
  // AWS adds sizes now and then, so that this one may have come since.
  return failUnlessOverridden(
    'size',
    `Fargate doesn't support ${size}${forWindows}`,
    sizeAdvice(cpu, system),
  );
}

function sizeAdvice(cpu: number, system: string | undefined): string {
  const offered = fargateCpuUnits(system);
  if (!offered.includes(cpu)) {
    const forWindows = isWindows(system) ? ' for Windows' : '';
    return `It supports ${offered.slice(0, -1).join(', ')} and ${offered.at(-1)} CPU units${forWindows}.`;
  }
  return `With ${formatCpu(cpu)} it supports ${formatSizes(fargateMemory(cpu))}.`;
}

/** `2 GiB to 8 GiB in steps of 1 GiB`, or the sizes one by one where there are few. */
function formatSizes(mebibytes: readonly number[]): string {
  const [first = 0, second = 0] = mebibytes;
  const last = mebibytes.at(-1) ?? first;
  if (mebibytes.length > 3)
    return `${formatMemory(first)} to ${formatMemory(last)} in steps of ${formatMemory(second - first)}`;
  return `${mebibytes.slice(0, -1).map(formatMemory).join(', ')} and ${formatMemory(last)}`;
}
