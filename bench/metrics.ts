import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transportTo } from '../src/main/engine/ports/dispatcher-transport.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { createClient } from '../src/shared/client.ts';
import { openBenchEngine } from './bench-engine.ts';
import type { Figure } from './figure.ts';

/** The calls of the metrics of one service: opened, and read again a minute later. */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo' });
  const engine = await openBenchEngine({ account: sandbox, data });
  const client = createClient(transportTo(engine.dispatcher));
  const service = { account: 'sandbox', region: sandbox.region, cluster: 'staging', service: 'web' };
  const count = async (operation?: string): Promise<number> => {
    const before = sandbox.calls().length;
    await client.call('services.metrics', { ...service, minutes: 60 });
    const calls = sandbox.calls().slice(before);
    return calls.filter((call) => operation === undefined || call.operation === operation).length;
  };
  try {
    return [
      { figure: 'metrics.calls', value: await count(), unit: 'calls' },
      { figure: 'metrics.again-calls', value: await count(), unit: 'calls' },
      { figure: 'metrics.cloudwatch-calls', value: await count('GetMetricData'), unit: 'calls' },
    ];
  } finally {
    await engine.close();
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}
