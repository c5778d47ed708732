import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../../shared/client.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { eventually } from '../../../../shared/testing/eventually.ts';
import { startCliCall } from '../../testing/cli-process.ts';
import { type Bystander, startProxy } from '../../testing/killing-proxy.ts';
import { openSlipway } from '../../testing/slipway.ts';
import {
  NEXT,
  OUTSIDE,
  openTaskSetBed,
  planImage,
  settled,
  type TaskSetBed,
} from '../../testing/task-set-engine.ts';

/** The call at which the process is killed, before it reaches AWS or after AWS has answered. */
interface Moment {
  readonly operation: string;
  readonly when: 'before' | 'after';
}

const FIRST_CALLS = ['RegisterTaskDefinition', 'CreateTaskSet'];
const LATER_CALLS = ['UpdateServicePrimaryTaskSet', 'UpdateTaskSet', 'DeleteTaskSet'];
const WRITES = [...FIRST_CALLS, ...LATER_CALLS];

/** Calls a method in a process of its own, which is killed at a moment. */
async function call(
  { sandbox }: TaskSetBed,
  folder: string,
  { method, input, moment }: { readonly method: string; readonly input: object; readonly moment: Moment },
): Promise<void> {
  let kill: () => void = () => {};
  const at = (when: Moment['when'], operation: string): 'pass' | 'swallow' => {
    if (when !== moment.when || operation !== moment.operation) return 'pass';
    kill();
    return 'swallow';
  };
  const bystander: Bystander = {
    onCall: (operation) => at('before', operation),
    onAnswer: (operation) => at('after', operation),
  };
  const proxy = await startProxy(sandbox.endpoint, bystander);
  const child = startCliCall({ folder, endpoint: proxy.endpoint, method, input });
  kill = () => child.kill('SIGKILL');
  await sandbox.clock.runUntil(once(child, 'exit'));
  await proxy.close();
}

async function withSlipway<T>(
  bed: TaskSetBed,
  folder: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const slipway = await openSlipway(bed.sandbox, folder);
  try {
    return await use(slipway.client);
  } finally {
    await slipway.close();
  }
}

/** The release is begun and carried on by processes of their own, of which a moment ends one. */
async function releaseUntil(bed: TaskSetBed, folder: string, moment: Moment): Promise<string> {
  const { id: plan } = await withSlipway(bed, folder, (client) => planImage(client, bed, NEXT));
  await call(bed, folder, { method: 'releases.execute', input: { plan }, moment });
  if (FIRST_CALLS.includes(moment.operation)) return plan;
  const created = await eventually(async () => {
    const set = (await bed.sets()).find(({ status }) => status === 'ACTIVE');
    expect(set).toBeDefined();
    return set?.taskSetArn;
  });
  const input = { ...OUTSIDE, deployment: created };
  await call(bed, folder, { method: 'releases.watch', input, moment });
  return plan;
}

async function entryOf(bed: TaskSetBed, client: Client, plan: string): Promise<JournalEntry> {
  const { entries } = await client.call('journal.list', { limit: 5 });
  const entry = entries.find((each) => each.plan === plan);
  if (entry === undefined) throw new Error('There is no entry of this plan.');
  return settled(bed, client, entry.id);
}

/** Before its first call there is nothing to go on with. */
const BEFORE_ANYTHING: Moment = { operation: 'RegisterTaskDefinition', when: 'before' };

describe.concurrent('a release through task sets whose process is killed', () => {
  it.each(
    WRITES.flatMap((operation) => [
      ...(operation === BEFORE_ANYTHING.operation ? [] : [{ operation, when: 'before' } as const]),
      { operation, when: 'after' } as const,
    ]),
  )('$when $operation goes on after a restart and sends nothing twice', async (moment) => {
    const bed = await openTaskSetBed();
    const folder = mkdtempSync(path.join(tmpdir(), 'task-set-crash-'));
    const sentBefore = WRITES.map((operation) => bed.sent(operation));
    try {
      const plan = await releaseUntil(bed, folder, moment);
      await withSlipway(bed, folder, async (client) => {
        const entry = await entryOf(bed, client, plan);
        expect(entry.steps.filter(({ state }) => state === 'sent')).toEqual([]);
        if (entry.state === 'unfinished') await client.call('releases.resume', { release: entry.id });
        const end = await settled(bed, client, entry.id);
        expect(end).toMatchObject({ state: 'done', outcome: 'succeeded' });
        expect(await bed.sets()).toMatchObject([
          { taskSetArn: end.deploymentArn, status: 'PRIMARY', runningCount: 2 },
        ]);
        const sent = WRITES.map((operation, index) => bed.sent(operation) - (sentBefore[index] ?? 0));
        expect(sent).toEqual(WRITES.map(() => 1));
      });
    } finally {
      rmSync(folder, { recursive: true });
      await bed.sandbox.close();
    }
  });

  it('before anything was sent has changed nothing', async () => {
    const bed = await openTaskSetBed();
    const folder = mkdtempSync(path.join(tmpdir(), 'task-set-crash-'));
    try {
      const plan = await releaseUntil(bed, folder, BEFORE_ANYTHING);
      const entry = await withSlipway(bed, folder, (client) => entryOf(bed, client, plan));
      expect(entry).toMatchObject({
        state: 'failed',
        sentence: expect.stringContaining('nothing was changed'),
      });
      expect(await bed.sets()).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
      await bed.sandbox.close();
    }
  });
});
