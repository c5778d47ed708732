import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startCliCall } from '../testing/cli-process.ts';
import { SERVICE, withFolder } from '../testing/killed-process.ts';
import { openSlipway } from '../testing/slipway.ts';

const MINUTE = 60_000;

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
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
  const input = { ...SERVICE, deployment };
  const { endpoint } = sandbox;
  const child = startCliCall({ folder, endpoint, method: 'releases.watch', input, isRead: true });
  const lines: string[] = [];
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => lines.push(line));
  return { child, lines };
}

it('after an hour of sleep Slipway knows how the deployment ended, and why', () =>
  withFolder(async (folder) => {
    const deployment = await deploy(folder);
    const { child, lines } = watchApart(folder, deployment);
    await eventually(() => expect(lines.length).toBeGreaterThan(0));
    sandbox.clock.advance(2 * MINUTE);
    await eventually(() => expect(lines.at(-1)).toContain('exited with code 1'));

    child.kill('SIGSTOP');
    // By then ECS has taken the deployment back, and has forgotten every task of it.
    sandbox.clock.advance(90 * MINUTE);
    const printed = lines.length;
    child.kill('SIGCONT');
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    // A reading that was in progress when it fell asleep may still be shown as it was.
    const end = lines.findIndex((line) => line.includes('"outcome":"rolled-back"'));
    expect(end).toBeGreaterThanOrEqual(printed);
    const after = lines.slice(end).join('\n');
    expect(after).toMatch(/exited with code 1.*ECS rolled back to dashboard:11/);
    expect(after).not.toContain('estimatedMsLeft');
  }));
