import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { CLI } from '../engine/testing/cli-process.ts';

let sandbox: TestSandbox;
let home: string;

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  home = await mkdtemp(join(tmpdir(), 'slipway-interrupt-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true });
});

it('a deploy that SIGTERM ends after it was sent names the deployment and exits with 130', async () => {
  const args = ['deploy', '-c', 'staging', '-n', 'web', '--force', '--sandbox', sandbox.endpoint];
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, HOME: home, SLIPWAY_DATA: join(home, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, exit] = [text(child.stdout), once(child, 'exit')];
  let err = '';
  let isKilled = false;
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    // The deployment does not end by itself, because the clock stands still.
    if (isKilled || !/UpdateService .*: done\n/.test(err)) return;
    isKilled = child.kill('SIGTERM');
  });
  expect(await exit).toEqual([130, null]);
  expect(await out).toMatch(
    /^Interrupted\. The deployment arn:aws:ecs:\S+ was sent and continues\. `slipway watch -c staging -n web` follows it, `slipway rollback -c staging -n web` takes it back\.\n$/,
  );
});
