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

/** Moments are looked at side by side, each in an account where nobody else deploys. */
const LANES = 6;

interface Lane {
  readonly sandbox: Sandbox;
  readonly ecs: ECSClient;
}

const lanes: Lane[] = [];
beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane += 1) lanes.push(await openLane());
});
afterAll(() => Promise.all(lanes.map(({ sandbox }) => sandbox.close())));

async function openLane(): Promise<Lane> {
  const sandbox = await startSandbox({ scenario: 'demo', speed: 200 });
  const { endpoint, region, credentials } = sandbox;
  return { sandbox, ecs: new ECSClient({ endpoint, region, credentials }) };
}

/** Slipway over a data folder, until `use` is done. */
async function withSlipway<T>(
  { sandbox }: Lane,
  folder: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const slipway = await openSlipway(sandbox, folder);
  try {
    return await use(slipway.client);
  } finally {
    await slipway.close();
  }
}

/** Carries a plan out in a process of its own, which a moment may end; answers the calls since its first write. */
async function execute(
  { sandbox }: Lane,
  folder: string,
  plan: string,
  end?: Moment,
): Promise<readonly string[]> {
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
async function planOtherTag(lane: Lane, folder: string): Promise<string> {
  const { sandbox, ecs } = lane;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: await revisionNow(lane) });
  const running = (await ecs.send(command)).taskDefinition?.containerDefinitions?.[0]?.image ?? '';
  const tag = TAGS.find((each) => !running.endsWith(each)) ?? '';
  const registry = new URL(sandbox.endpoint).host;
  const change = { images: [{ container: 'app', image: `${registry}/dashboard:${tag}` }] };
  return withSlipway(lane, folder, async (client) => {
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

function sent({ sandbox }: Lane, operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

async function revisionNow({ ecs }: Lane): Promise<string | undefined> {
  const command = new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] });
  return (await ecs.send(command)).services?.[0]?.taskDefinition;
}

/** Ends an execution at a moment, starts Slipway again, and holds what it says against what is so. */
async function checkMoment(lane: Lane, moment: Moment): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  try {
    const plan = await planOtherTag(lane, folder);
    const before = { registered: sent(lane, 'RegisterTaskDefinition'), updated: sent(lane, 'UpdateService') };
    const revision = await revisionNow(lane);
    await execute(lane, folder, plan, moment);
    const registered = sent(lane, 'RegisterTaskDefinition') - before.registered;
    const updated = sent(lane, 'UpdateService') - before.updated;

    await withSlipway(lane, folder, async (client) => {
      const entry = await outcome(client);
      expect(entry?.steps.filter(({ state }) => state === 'sent')).toEqual([]);
      const isDeployed = updated === 1 ? 'done' : 'unfinished';
      expect(entry?.state).toBe(registered === 1 ? isDeployed : 'failed');
      const found = await revisionNow(lane);
      expect(found).toBe(updated === 1 ? entry?.taskDefinitionArn : revision);
      if (entry?.state === 'unfinished') await client.call('releases.resume', { release: entry.id });
      const end = await outcome(client);
      expect(end).toMatchObject(
        registered === 1 ? { id: entry?.id, outcome: 'succeeded' } : { id: entry?.id },
      );
      expect(await revisionNow(lane)).toBe(registered === 1 ? end?.taskDefinitionArn : revision);
    });
    expect(sent(lane, 'RegisterTaskDefinition') - before.registered).toBe(registered);
    expect(registered).toBeLessThanOrEqual(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The moments of a release, as one that nobody ends makes its calls. */
async function momentsOfRelease(lane: Lane): Promise<readonly (Moment & { readonly operation: string })[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  try {
    const calls = await execute(lane, folder, await planOtherTag(lane, folder));
    expect(calls.filter((operation) => WRITES.includes(operation))).toEqual(WRITES);
    await withSlipway(lane, folder, outcome);
    return calls.flatMap((operation, index) => {
      const moment = { call: index + 1, operation };
      const before = { ...moment, when: 'before' } as const;
      return WRITES.includes(operation) ? [before, { ...moment, when: 'after' } as const] : [before];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a release whose process is killed', { timeout: 120_000 }, () => {
  it('at each of its calls is known after a restart, registers nothing twice and is watched to its end', async () => {
    const [first] = lanes;
    const moments = first === undefined ? [] : await momentsOfRelease(first);
    expect(moments.length).toBeGreaterThan(5);
    const queue = moments.values();
    await Promise.all(
      lanes.map(async (lane) => {
        for (const moment of queue) {
          await checkMoment(lane, moment).catch((cause: unknown) => {
            throw new Error(`Killed ${moment.when} call ${moment.call} (${moment.operation})`, { cause });
          });
        }
      }),
    );
  });
});
