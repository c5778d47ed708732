import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, it } from 'vitest';
import { startTestSandbox } from '../../testing/sandbox.ts';

const MINUTES_MS = 10 * 60_000;

async function linesOf(containerLines: 'moments' | 'requests') {
  const sandbox = await startTestSandbox({ scenario: 'demo', containerLines });
  const { endpoint, region, credentials } = sandbox;
  const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
  // Lines of the current moment are still being written.
  const endTime = Date.now() - 1_000;
  const read = async () => {
    const input = { logGroupName: '/ecs/checkout', startTime: endTime - MINUTES_MS, endTime };
    const { events = [] } = await logs.send(new FilterLogEventsCommand(input));
    return events;
  };
  const [once, again] = [await read(), await read()];
  logs.destroy();
  await sandbox.close();
  return { once, again };
}

it('containers write about the requests that they serve where that is asked for, the same at each reading', async () => {
  const { once, again } = await linesOf('requests');
  expect(once.length).toBeGreaterThan(1_000);
  expect(again).toEqual(once);
  const levels = once.map(({ message = '' }) => /"level":(\d+)/.exec(message)?.[1]);
  const share = (level: string): number => levels.filter((each) => each === level).length / once.length;
  expect(share('30')).toBeGreaterThan(0.9);
  expect(share('40')).toBeGreaterThan(0);
  expect(share('50')).toBeGreaterThan(0);
  expect(share('50')).toBeLessThan(0.03);
});

it('containers write only about the moments of their lives otherwise', async () => {
  const { once } = await linesOf('moments');
  expect(once.length).toBeLessThan(100);
});
