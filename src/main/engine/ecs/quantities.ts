import { cpuUnitsOf, memoryMiBOf } from '../../../shared/model/task-size.ts';

/** Memory of a task or container as ECS counts it: `512` is `512 MiB`, `2048` and `2 GB` are `2 GiB`. */
export function formatMemory(mebibytes: string | number): string {
  const amount = typeof mebibytes === 'number' ? mebibytes : memoryMiBOf(mebibytes);
  if (amount === undefined || !Number.isFinite(amount)) return String(mebibytes);
  return amount >= 1024 && amount % 1024 === 0 ? `${amount / 1024} GiB` : `${amount} MiB`;
}

/** CPU of a task or container in units of 1/1024 of a virtual CPU: `256` and `.25 vcpu` are `0.25 vCPU`. */
export function formatCpu(units: string | number): string {
  const amount = typeof units === 'number' ? units : cpuUnitsOf(units);
  if (amount === undefined || !Number.isFinite(amount)) return String(units);
  return `${Number((amount / 1024).toFixed(4))} vCPU`;
}

export function formatSeconds(seconds: number): string {
  return `${seconds} s`;
}

/** The `cpu` and `memory` of a task as ECS keeps them: numbers as text. What it does not accept stays as it is. */
export function withPlainSizes<
  T extends { readonly cpu?: string | undefined; readonly memory?: string | undefined },
>(content: T): T {
  const { cpu, memory } = content;
  const units = cpu === undefined ? undefined : cpuUnitsOf(cpu);
  const mebibytes = memory === undefined ? undefined : memoryMiBOf(memory);
  return {
    ...content,
    ...(units === undefined ? {} : { cpu: String(units) }),
    ...(mebibytes === undefined ? {} : { memory: String(mebibytes) }),
  };
}
