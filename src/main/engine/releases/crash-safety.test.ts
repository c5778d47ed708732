import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { Client } from '../../../shared/client.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { type Bystander, startProxy } from './killing-proxy.fixture.ts';
import { openSlipway } from './slipway.fixture.ts';

const CLI = path.join(import.meta.dirname, '..', '..', 'cli.ts');
const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
const WRITES = ['RegisterTaskDefinition', 'UpdateService'];
const TAGS = ['5.2.1', '5.2.0'];

/** A moment of an execution: the n-th call from its first write on, before it reaches AWS or after AWS has answered. */
interface Moment {
  readonly call: number;
  readonly when: 'before' | 'after';
}

let sandbox: Sandbox;
let ecs: ECSClient;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'demo', speed: 200 });
  const { endpoint, region, credentials } = sandbox;
  ecs = new ECSClient({ endpoint, region, credentials });
});
afterAll(() => sandbox.close());

/** Slipway over a data folder, until `use` is done. */
async function withSlipway<T>(folder: string, use: (client: Client) => Promise<T>): Promise<T> {
  const slipway = await openSlipway(sandbox, folder);
  try {
    return await use(slipway.client);
  } finally {
    await slipway.close();
  }
}

/** Carries a plan out in a process of its own, which a moment may end; answers the calls since its first write. */
async function execute(folder: string, plan: string, end: Moment | undefined): Promise<readonly string[]> {
  const seen: string[] = [];
  let kill: () => void = () => {};
  const isEnd = (when: Moment['when']): boolean => end?.when === when && end.call === seen.length;
  const bystander: Bystander = {
    onCall(operation) {
      if (seen.length > 0 || WRITES.includes(operation)) seen.push(operation);
      if (!isEnd('before')) return 'pass';
      kill();
      return 'swallow';
    },
    onAnswer() {
      if (!isEnd('after')) return 'pass';
      kill();
      return 'swallow';
    },
  };
  const proxy = await startProxy(sandbox.endpoint, bystander);
  const input = JSON.stringify({ plan });
  const child = spawn(
    process.execPath,
    [CLI, 'call', 'releases.execute', input, '--sandbox', proxy.endpoint],
    {
      env: { PATH: process.env.PATH, HOME: folder, SLIPWAY_DATA: folder },
      stdio: 'ignore',
    },
  );
  kill = () => child.kill('SIGKILL');
  await once(child, 'exit');
  await proxy.close();
  return seen;
}

/** Plans the one of two tags that does not run. */
async function planOtherTag(folder: string): Promise<string> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: await revisionNow() });
  const running = (await ecs.send(command)).taskDefinition?.containerDefinitions?.[0]?.image ?? '';
  const tag = TAGS.find((each) => !running.endsWith(each)) ?? '';
  const registry = new URL(sandbox.endpoint).host;
  const change = { images: [{ container: 'app', image: `${registry}/dashboard:${tag}` }] };
  return withSlipway(folder, async (client) => {
    const plan = await client.call('releases.plan', { service: SERVICE, change });
    return plan.id;
  });
}

/** The newest change of the journal, as soon as Slipway knows what became of it. */
async function outcome(client: Client): Promise<JournalEntry | undefined> {
  return vi.waitFor(
    async () => {
      const [job] = await client.call('jobs.list', {});
      expect(job?.state ?? 'ended').toBe('ended');
      const { entries } = await client.call('journal.list', { limit: 1 });
      expect(entries[0]?.state).not.toBe('open');
      return entries[0];
    },
    { timeout: 15_000, interval: 50 },
  );
}

function sent(operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

async function revisionNow(): Promise<string | undefined> {
  const command = new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] });
  return (await ecs.send(command)).services?.[0]?.taskDefinition;
}

/** Ends an execution at a moment, starts Slipway again, and holds what it says against what is so. */
async function checkMoment(moment: Moment): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  try {
    const plan = await planOtherTag(folder);
    const before = { registered: sent('RegisterTaskDefinition'), updated: sent('UpdateService') };
    const revision = await revisionNow();
    await execute(folder, plan, moment);
    const registered = sent('RegisterTaskDefinition') - before.registered;
    const updated = sent('UpdateService') - before.updated;

    await withSlipway(folder, async (client) => {
      const entry = await outcome(client);
      expect(entry?.steps.filter(({ state }) => state === 'sent')).toEqual([]);
      const isDeployed = updated === 1 ? 'done' : 'unfinished';
      expect(entry?.state).toBe(registered === 1 ? isDeployed : 'failed');
      const found = await revisionNow();
      expect(found).toBe(updated === 1 ? entry?.taskDefinitionArn : revision);
      if (entry?.state === 'unfinished') await client.call('releases.resume', { release: entry.id });
      const end = await outcome(client);
      expect(end).toMatchObject(
        registered === 1 ? { id: entry?.id, outcome: 'succeeded' } : { id: entry?.id },
      );
      expect(await revisionNow()).toBe(registered === 1 ? end?.taskDefinitionArn : revision);
    });
    expect(sent('RegisterTaskDefinition') - before.registered).toBe(registered);
    expect(registered).toBeLessThanOrEqual(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a release whose process is killed', { timeout: 120_000 }, () => {
  it('at each of its calls is known after a restart, registers nothing twice and is watched to its end', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
    const calls = await execute(folder, await planOtherTag(folder), undefined);
    expect(calls.filter((operation) => WRITES.includes(operation))).toEqual(WRITES);
    await withSlipway(folder, outcome);
    rmSync(folder, { recursive: true });

    const moments = calls.flatMap((operation, index): Moment[] => {
      const call = index + 1;
      return WRITES.includes(operation)
        ? [
            { call, when: 'before' },
            { call, when: 'after' },
          ]
        : [{ call, when: 'before' }];
    });
    for (const moment of moments) {
      const running = (await revisionNow()) ?? '';
      await checkMoment(moment).catch((error: unknown) => {
        throw new Error(
          `Killed ${moment.when} call ${moment.call} (${calls[moment.call - 1]}), on ${running}`,
          {
            cause: error,
          },
        );
      });
    }
    expect(moments.length).toBeGreaterThan(5);
  });
});
