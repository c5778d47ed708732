/** What Fargate gives to a number of CPU units. */
interface FargateSize {
  /** MiB, smallest first. */
  readonly memory: readonly number[];
  readonly windows: boolean;
}

/**
 * The sizes of Fargate tasks by their CPU units.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
const FARGATE_SIZES: ReadonlyMap<number, FargateSize> = new Map([
  [256, { memory: [512, 1024, 2048], windows: false }],
  [512, { memory: steps(1024, 4096, 1024), windows: false }],
  [1024, { memory: steps(2048, 8192, 1024), windows: true }],
  [2048, { memory: steps(4096, 16_384, 1024), windows: true }],
  [4096, { memory: steps(8192, 30_720, 1024), windows: true }],
  [8192, { memory: steps(16_384, 61_440, 4096), windows: false }],
  [16_384, { memory: steps(32_768, 122_880, 8192), windows: false }],
  [32_768, { memory: [61_440, 122_880, 249_856], windows: false }],
]);

/** The numbers of CPU units that Fargate has, smallest first; for Windows only some of them. */
export function fargateCpuUnits(operatingSystem: string | undefined): readonly number[] {
  const isForWindows = isWindows(operatingSystem);
  return [...FARGATE_SIZES].flatMap(([cpu, { windows }]) => (isForWindows && !windows ? [] : [cpu]));
}

/** The MiB of memory that Fargate has for a number of CPU units, smallest first; none for another number. */
export function fargateMemory(cpuUnits: number): readonly number[] {
  return FARGATE_SIZES.get(cpuUnits)?.memory ?? [];
}

/**
 * Whether Fargate has tasks with so many CPU units and MiB.
 *
 * @param operatingSystem `runtimePlatform.operatingSystemFamily`; Linux when it is left out
 */
export function isFargateSize(cpuUnits: number, memoryMiB: number, operatingSystem?: string): boolean {
  return fargateCpuUnits(operatingSystem).includes(cpuUnits) && fargateMemory(cpuUnits).includes(memoryMiB);
}

/** Whether `runtimePlatform.operatingSystemFamily` is one of the Windows versions. */
export function isWindows(operatingSystem: string | undefined): boolean {
  return operatingSystem?.startsWith('WINDOWS') === true;
}

/** CPU units of a task's `cpu`, as ECS reads it: `1024`, or `1 vCPU` in any case and spacing. Otherwise undefined. */
export function cpuUnitsOf(cpu: string): number | undefined {
  return wholeAmount(cpu, 'vcpu');
}

/** MiB of a task's `memory`, as ECS reads it: `2048`, or `2 GB` in any case and spacing. Otherwise undefined. */
export function memoryMiBOf(memory: string): number | undefined {
  return wholeAmount(memory, 'gb');
}

const AMOUNT = /^(?<number>\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?<unit>[a-z]*)$/;

/** One vCPU is 1024 units as one GB is 1024 MiB. ECS keeps whole numbers only. */
function wholeAmount(text: string, unit: 'vcpu' | 'gb'): number | undefined {
  const parts = AMOUNT.exec(text.replaceAll(/\s/g, '').toLowerCase())?.groups;
  if (parts === undefined || (parts.unit !== '' && parts.unit !== unit)) return undefined;
  if (parts.unit === '' && parts.number?.includes('.') === true) return undefined;
  const amount = Number(parts.number) * (parts.unit === '' ? 1 : 1024);
  return Number.isInteger(amount) && amount > 0 ? amount : undefined;
}

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
