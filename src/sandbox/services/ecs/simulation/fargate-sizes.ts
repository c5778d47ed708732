/** The memory in MiB that Fargate has for each number of cpu units. */
const MEMORY_BY_CPU: Readonly<Record<string, readonly number[]>> = {
  '256': [512, 1024, 2048],
  '512': range(1024, 4096, 1024),
  '1024': range(2048, 8192, 1024),
  '2048': range(4096, 16_384, 1024),
  '4096': range(8192, 30_720, 1024),
  '8192': range(16_384, 61_440, 4096),
  '16384': range(32_768, 122_880, 8192),
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
export function isFargateSize(cpuUnits: number, memoryMiB: number): boolean {
  return MEMORY_BY_CPU[String(cpuUnits)]?.includes(memoryMiB) === true;
}

/** Cpu units of a task's `cpu`: `512` or `.5 vCPU`. Undefined when it is neither. */
export function cpuUnitsOf(text: string): number | undefined {
  return inUnits(text, 'vcpu');
}

/** MiB of a task's `memory`: `2048` or `2 GB`. Undefined when it is neither. */
export function memoryMiBOf(text: string): number | undefined {
  return inUnits(text, 'gb');
}

/** One vCPU is 1024 units as one GB is 1024 MiB, and ECS takes both ways of writing. */
function inUnits(text: string, unit: 'vcpu' | 'gb'): number | undefined {
  const plain = text.toLowerCase().replace(/\s/g, '');
  const value = plain.endsWith(unit) ? Number(plain.slice(0, -unit.length)) * 1024 : Number(plain);
  return plain !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
