import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '../start.ts';
import { createTestClock, type TestClock } from './clock.ts';

/** A sandbox in which time passes only while a test lets it. */
export interface TestSandbox extends Sandbox {
  readonly clock: TestClock;
}

/** How fast time passes while a test lets it pass by itself: a deployment of some minutes takes about a second. */
const TEST_SPEED = 200;

/**
 * The environment of a sandbox in a process of its own: what Node compiles of its sources is kept for the next one, which
 * starts with half of the processor time. See https://nodejs.org/api/module.html#module-compile-cache.
 */
export const SANDBOX_PROCESS: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), 'slipway-tests-compiled'),
};

export async function startTestSandbox({
  speed = TEST_SPEED,
  ...options
}: Omit<SandboxOptions, 'clock'>): Promise<TestSandbox> {
  const clock = createTestClock({ speed });
  const sandbox = await startSandbox({ ...options, speed, clock });
  // What the scenario lets have started earlier is where it belongs.
  clock.advance(0);
  return {
    ...sandbox,
    clock,
    async close() {
      clock.stop();
      await sandbox.close();
    },
  };
}
