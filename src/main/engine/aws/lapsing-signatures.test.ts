import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';

const HOUR_MS = 60 * 60_000;
/** Not moved by a test that changes the date of this machine. */
const wall = (): Date => new Date(performance.timeOrigin + performance.now());
const update = (): UpdateServiceCommand =>
  new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', desiredCount: 1 });

let sandbox: TestSandbox;
let close: () => void;
let clientUntil: (lapsesAt: Date, requireOpen?: () => Promise<void>) => ECSClient;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo', wall });
  const { aws, scope } = await awsAtEndpoint(sandbox);
  clientUntil = (lapsesAt, requireOpen = () => Promise.resolve()) =>
    aws.ecsUntil(scope, 'clicked', {
      requireOpen,
      lapsesAt: () => lapsesAt,
      lapsed: () => Promise.resolve(new SlipwayError('STALE_PLAN', 'Ana has the lock now.')),
    });
  close = () => aws.close();
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  close();
  await sandbox.close();
});

function updates(): number {
  return sandbox.calls().filter(({ operation }) => operation === 'UpdateService').length;
}

describe('a client with a limit', () => {
  it.each([
    ['right', 0],
    ['an hour behind', -HOUR_MS],
    ['an hour ahead', HOUR_MS],
  ])(
    'changes something until its limit and not later, by the time of AWS: the clock here is %s',
    async (_, skew) => {
      vi.useFakeTimers({ toFake: ['Date'], now: wall().getTime() + skew });
      const before = updates();
      const early = clientUntil(new Date(wall().getTime() + 60_000));
      // The SDK learns how far the clock is off.
      await early.send(new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] }));
      await early.send(update());
      expect(updates()).toBe(before + 1);

      const late = clientUntil(new Date(wall().getTime() - 2_000));
      await late.send(new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] }));
      await expect(late.send(update())).rejects.toMatchObject({
        code: 'STALE_PLAN',
        message: 'Ana has the lock now.',
      });
      expect(updates()).toBe(before + 1);
    },
  );

  it('sends nothing that changes something once its limit has passed here', async () => {
    const before = updates();
    const passed = new SlipwayError('STALE_PLAN', 'The lock was lost.');
    const client = clientUntil(new Date(wall().getTime() + 60_000), () => Promise.reject(passed));
    await expect(client.send(update())).rejects.toBe(passed);
    expect(updates()).toBe(before);
  });
});
