import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../core/clock.ts';
import { type Sandbox, startSandbox } from '../start.ts';

describe('times of a sped-up sandbox', () => {
  let sandbox: Sandbox;
  let ecs: ECSClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty', speed: 100_000 });
    const { endpoint, region, credentials } = sandbox;
    ecs = new ECSClient({ endpoint, region, credentials });
  });
  afterAll(async () => {
    ecs.destroy();
    await sandbox.close();
  });

  it('are never in the future of the client that reads them', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'app', image: 'public.ecr.aws/nginx:1.27', memory: 128 }],
      }),
    );
    const at = (taskDefinition?.registeredAt?.getTime() ?? 0) / 1000;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now() / 1000 + 1);
  });
});

describe('a running clock', () => {
  const start = new Date('2026-11-20T12:00:00Z');
  const clock = createClock({
    start,
    speed: 20,
    onError: (error) => {
      throw error;
    },
  });
  afterAll(() => clock.stop());

  it('shows events after its start in wall-clock time', () => {
    const minuteOfSandbox = new Date(start.getTime() + 60_000);
    expect(clock.toWallTime(minuteOfSandbox)).toEqual(new Date(start.getTime() + 3_000));
    expect(clock.fromWallTime(clock.toWallTime(minuteOfSandbox))).toEqual(minuteOfSandbox);
  });

  it('leaves times before its start unchanged', () => {
    const yesterday = new Date('2026-11-19T12:00:00Z');
    expect(clock.toWallTime(yesterday)).toEqual(yesterday);
  });
});
