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
  openTaskSetEngine,
  planImage,
  settled,
  type TaskSetEngine,
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
  { sandbox }: TaskSetEngine,
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
  engine: TaskSetEngine,
  folder: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const slipway = await openSlipway(engine.sandbox, folder);
  try {
    return await use(slipway.client);
  } finally {
    await slipway.close();
  }
}

/** The release is started and carried on by processes of their own, of which a moment ends one. */
async function releaseUntil(engine: TaskSetEngine, folder: string, moment: Moment): Promise<string> {
  const { id: plan } = await withSlipway(engine, folder, (client) => planImage(client, engine, NEXT));
  await call(engine, folder, { method: 'releases.execute', input: { plan }, moment });
  if (FIRST_CALLS.includes(moment.operation)) return plan;
  const created = await eventually(async () => {
    const set = (await engine.sets()).find(({ status }) => status === 'ACTIVE');
    expect(set).toBeDefined();
    return set?.taskSetArn;
  });
  const input = { ...OUTSIDE, deployment: created };
  await call(engine, folder, { method: 'releases.watch', input, moment });
  return plan;
}

async function entryOf(engine: TaskSetEngine, client: Client, plan: string): Promise<JournalEntry> {
  const { entries } = await client.call('journal.list', { limit: 5 });
  const entry = entries.find((each) => each.plan === plan);
  if (entry === undefined) throw new Error('There is no entry of this plan.');
  return settled(engine, client, entry.id);
}

/** Before its first call there is nothing to continue with. */
const BEFORE_ANYTHING: Moment = { operation: 'RegisterTaskDefinition', when: 'before' };

describe.concurrent('a release with task sets whose process is killed', () => {
  it.each(
    WRITES.flatMap((operation) => [
      ...(operation === BEFORE_ANYTHING.operation ? [] : [{ operation, when: 'before' } as const]),
      { operation, when: 'after' } as const,
    ]),
  )('$when $operation continues after a restart and sends nothing twice', async (moment) => {
    const engine = await openTaskSetEngine();
    const folder = mkdtempSync(path.join(tmpdir(), 'task-set-crash-'));
    const sentBefore = WRITES.map((operation) => engine.sent(operation));
    try {
      const plan = await releaseUntil(engine, folder, moment);
      await withSlipway(engine, folder, async (client) => {
        const entry = await entryOf(engine, client, plan);
        expect(entry.steps.filter(({ state }) => state === 'sent')).toEqual([]);
        if (entry.state === 'unfinished') await client.call('releases.resume', { release: entry.id });
        const end = await settled(engine, client, entry.id);
        expect(end).toMatchObject({ state: 'done', outcome: 'succeeded' });
        expect(await engine.sets()).toMatchObject([
          { taskSetArn: end.deploymentArn, status: 'PRIMARY', runningCount: 2 },
        ]);
        const sent = WRITES.map((operation, index) => engine.sent(operation) - (sentBefore[index] ?? 0));
        expect(sent).toEqual(WRITES.map(() => 1));
      });
    } finally {
      rmSync(folder, { recursive: true });
      await engine.sandbox.close();
    }
  });

  it('before anything was sent has changed nothing', async () => {
    const engine = await openTaskSetEngine();
    const folder = mkdtempSync(path.join(tmpdir(), 'task-set-crash-'));
    try {
      const plan = await releaseUntil(engine, folder, BEFORE_ANYTHING);
      const entry = await withSlipway(engine, folder, (client) => entryOf(engine, client, plan));
      expect(entry).toMatchObject({
        state: 'failed',
        sentence: expect.stringContaining('nothing was changed'),
      });
      expect(await engine.sets()).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
      await engine.sandbox.close();
    }
  });
});
