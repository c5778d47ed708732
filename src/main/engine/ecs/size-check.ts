import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../shared/model/plan.ts';
import type { Capacity } from './capacity.ts';
import { fail, failUnlessOverridden, pass } from './check.ts';
import { formatCpu, formatMemory } from './quantities.ts';

interface Size {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/**
 * MiB of memory that Fargate gives to each number of CPU units; 256 has 512 besides.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const FARGATE_SIZES: Readonly<Record<string, Size>> = {
  256: { least: 1024, most: 2048, step: 1024 },
  512: { least: 1024, most: 4096, step: 1024 },
  1024: { least: 2048, most: 8192, step: 1024 },
  2048: { least: 4096, most: 16_384, step: 1024 },
  4096: { least: 8192, most: 30_720, step: 1024 },
  8192: { least: 16_384, most: 61_440, step: 4096 },
  16384: { least: 32_768, most: 122_880, step: 8192 },
};

/** Containers must fit their task, and Fargate has certain sizes only. */
export function sizeFits(content: RegisterTaskDefinitionRequest, capacity: Capacity): Check {
  const { cpu, memory, containerDefinitions = [] } = content;
  const limit = memory === undefined ? Number.POSITIVE_INFINITY : Number(memory);
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
  if (isFargateSize(cpu, Number(memory)))
    return pass('size', `Fargate supports ${formatCpu(cpu)} with ${formatMemory(memory)}`);
  // AWS adds sizes now and then, so that this one may have come since.
  return failUnlessOverridden(
    'size',
    `Fargate doesn't support ${formatCpu(cpu)} with ${formatMemory(memory)}`,
    sizeAdvice(cpu),
  );
}

/** Whether Fargate has this many CPU units with this many MiB. */
export function isFargateSize(cpu: string, memory: number): boolean {
  if (cpu === '256' && memory === 512) return true;
  const size = FARGATE_SIZES[cpu];
  return (
    size !== undefined &&
    memory >= size.least &&
    memory <= size.most &&
    (memory - size.least) % size.step === 0
  );
}

function sizeAdvice(cpu: string): string {
  const size = FARGATE_SIZES[cpu];
  if (size === undefined) return 'It has 256, 512, 1024, 2048, 4096, 8192 and 16384 CPU units.';
  const least = cpu === '256' ? '512 MiB, or ' : '';
  return `With ${formatCpu(cpu)} it supports ${least}${formatMemory(size.least)} to ${formatMemory(size.most)} in steps of ${formatMemory(size.step)}.`;
}
