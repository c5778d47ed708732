import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Benchmark } from './figure.ts';

const NOT_BENCHMARKS: ReadonlySet<string> = new Set([
  'run',
  'figure',
  'host-process',
  'registry-process',
  'desktop-start',
  'account-engine',
  'bench-engine',
  'engine-process',
  'log-follower',
  'team-worker',
]);

const [name] = process.argv.slice(2);
if (name === undefined) process.stdout.write(`${benchmarkNames().join('\n')}\n`);
else await runBenchmark(name);

async function runBenchmark(benchmark: string): Promise<void> {
  if (!benchmarkNames().includes(benchmark)) {
    process.stderr.write(`There is no benchmark ${benchmark}. There are: ${benchmarkNames().join(', ')}.\n`);
    process.exitCode = 1;
    return;
  }
  const module: unknown = await import(pathToFileURL(join(import.meta.dirname, `${benchmark}.ts`)).href);
  if (!isBenchmark(module)) throw new Error(`bench/${benchmark}.ts exports no run().`);
  for (const figure of await module.run()) process.stdout.write(`${JSON.stringify(figure)}\n`);
}

function benchmarkNames(): readonly string[] {
  return globSync('*.ts', { cwd: import.meta.dirname })
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((file) => !NOT_BENCHMARKS.has(file))
    .toSorted();
}

function isBenchmark(module: unknown): module is Benchmark {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}
