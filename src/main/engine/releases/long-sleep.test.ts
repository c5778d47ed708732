import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSteppedClock, type SteppedClock } from '../../../sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { eventually } from '../../../shared/eventually.fixture.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import { SERVICE, withFolder } from './killed-process.fixture.ts';
import { openSlipway } from './slipway.fixture.ts';

const CLI = path.join(import.meta.dirname, '..', '..', 'cli.ts');
const MINUTE = 60_000;

let clock: SteppedClock;
let sandbox: Sandbox;
beforeEach(async () => {
  clock = createSteppedClock({ start: new Date() });
  sandbox = await startSandbox({ scenario: 'demo', clock });
});
afterEach(() => sandbox.close());

/** Starts the deployment of an image that crashes; answers its ARN. */
async function deploy(folder: string): Promise<string> {
  const slipway = await openSlipway(sandbox, folder);
  const { client } = slipway;
  try {
    const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.2-crash`;
    const change = { images: [{ container: 'app', image }] };
    const plan = await client.call('releases.plan', { service: SERVICE, change });
    const overrides = plan.checks.filter(({ result }) => result === 'fail').map(overrideOf);
    const { deploymentArn = '' } = await client.call('releases.execute', { plan: plan.id, overrides });
    return deploymentArn;
  } finally {
    await slipway.close();
  }
}

/** A process of its own that watches a deployment, and what it prints. */
function watchApart(folder: string, deployment: string) {
  const input = JSON.stringify({ ...SERVICE, deployment });
  const child: ChildProcess = spawn(
    process.execPath,
    [CLI, 'call', 'releases.watch', input, '--sandbox', sandbox.endpoint],
    {
      env: { PATH: process.env.PATH, HOME: folder, SLIPWAY_DATA: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const lines: string[] = [];
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => lines.push(line));
  return { child, lines };
}

it(
  'a machine that sleeps for an hour knows afterwards how the deployment has ended, and why',
  () =>
    withFolder(async (folder) => {
      const deployment = await deploy(folder);
      const { child, lines } = watchApart(folder, deployment);
      await eventually(() => expect(lines.length).toBeGreaterThan(0));
      clock.advance(2 * MINUTE);
      await eventually(() => expect(lines.at(-1)).toContain('exited with 1'));

      child.kill('SIGSTOP');
      // By then ECS has taken the deployment back, and has forgotten every task of it.
      clock.advance(90 * MINUTE);
      const printed = lines.length;
      child.kill('SIGCONT');
      const [code] = await once(child, 'exit');
      expect(code).toBe(1);
      const after = lines.slice(printed).join('\n');
      expect(after).toContain('"outcome":"rolled-back"');
      expect(after).toMatch(/exited with 1.*ECS rolled back to dashboard:11/);
      expect(after).not.toContain('estimatedMsLeft');
    }),
  60_000,
);
