/** Memory of a task or container as ECS counts it: `512` is `512 MiB`, `2048` is `2 GiB`. */
export function formatMemory(mebibytes: string | number): string {
  const amount = Number(mebibytes);
  if (mebibytes === '' || !Number.isFinite(amount)) return String(mebibytes);
  return amount >= 1024 && amount % 1024 === 0 ? `${amount / 1024} GiB` : `${amount} MiB`;
}

/** CPU of a task or container in units of 1/1024 of a virtual CPU: `256` is `0.25 vCPU`. */
export function formatCpu(units: string | number): string {
  const amount = Number(units);
  if (units === '' || !Number.isFinite(amount)) return String(units);
  return `${Number((amount / 1024).toFixed(4))} vCPU`;
}

export function formatSeconds(seconds: number): string {
  return `${seconds} s`;
}
