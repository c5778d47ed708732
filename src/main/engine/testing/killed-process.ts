import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeServicesCommand, ECSClient, type Service } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startCliCall } from './cli-process.ts';
import { type Bystander, startProxy } from './killing-proxy.ts';
import { openSlipway } from './slipway.ts';

/** The service of the demo scenario that is changed. */
export const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };

/** A moment of a call: the n-th request from its first write on, before it reaches AWS or after AWS has answered it. */
export interface Moment {
  readonly request: number;
  readonly operation: string;
  readonly when: 'before' | 'after';
}

/** An account where nobody else deploys. */
export interface Lane {
  readonly sandbox: TestSandbox;
  readonly ecs: ECSClient;
}

/** A method that a process of its own calls. */
export interface OwnCall {
  readonly method: string;
  readonly input: unknown;
  /** The operations that change something. */
  readonly writes: readonly string[];
}

export async function openLane(): Promise<Lane> {
  const sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  return { sandbox, ecs: new ECSClient({ endpoint, region, credentials }) };
}

/** Slipway over a data folder, until `use` is done. */
export async function withSlipway<T>(
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

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Calls a method in a process of its own, which a moment may end; answers the requests since its first write. */
export async function callApart(
  { sandbox }: Lane,
  folder: string,
  { method, input, writes }: OwnCall,
  end?: Moment,
): Promise<readonly string[]> {
  const seen: string[] = [];
  let kill: () => void = () => {};
  const isEnd = (when: Moment['when']): boolean => end?.when === when && end.request === seen.length;
  const bystander: Bystander = {
    onCall(operation) {
      if (seen.length > 0 || writes.includes(operation)) seen.push(operation);
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
  const child = startCliCall({ folder, endpoint: proxy.endpoint, method, input });
  kill = () => child.kill('SIGKILL');
  await once(child, 'exit');
  await proxy.close();
  return seen;
}

/** The moments at which a call can be ended, as one that nobody ends makes its requests. */
export function momentsOf(requests: readonly string[], { writes }: OwnCall): readonly Moment[] {
  return requests.flatMap((operation, index) => {
    const moment = { request: index + 1, operation };
    const before = { ...moment, when: 'before' } as const;
    return writes.includes(operation) ? [before, { ...moment, when: 'after' } as const] : [before];
  });
}

/** Goes through the moments, as many at a time as there are lanes. */
export async function atEachMoment(
  lanes: readonly Lane[],
  moments: readonly Moment[],
  check: (lane: Lane, moment: Moment) => Promise<void>,
): Promise<void> {
  const queue = moments.values();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const moment of queue) {
        await check(lane, moment).catch((cause: unknown) => {
          throw new Error(`Killed ${moment.when} request ${moment.request} (${moment.operation})`, { cause });
        });
      }
    }),
  );
}

/** The newest change of the journal, when so much time has passed that Slipway knows its outcome. */
export async function outcome({ sandbox }: Lane, client: Client): Promise<JournalEntry | undefined> {
  const known = eventually(async () => {
    const [job] = await client.call('jobs.list', {});
    expect(job?.state ?? 'ended').toBe('ended');
    const { entries } = await client.call('journal.list', { limit: 1 });
    expect(entries[0]?.state).not.toBe('open');
    return entries[0];
  });
  return sandbox.clock.runUntil(known);
}

/** How often AWS has seen an operation. */
export function sent({ sandbox }: Lane, operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

export async function serviceNow(
  { ecs }: Lane,
  { cluster, service: name }: Pick<ServiceRef, 'cluster' | 'service'> = SERVICE,
): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster, services: [name] });
  const [service] = (await ecs.send(command)).services ?? [];
  if (service === undefined) throw new Error('The service is gone.');
  return service;
}
