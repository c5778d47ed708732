import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RunTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { CleanupPlan, CleanupProgress } from '../../../shared/model/cleanup.ts';
import { aCall, openReleaseBed, type ReleaseBed } from '../releases/release-bed.fixture.ts';
import { createCleanupHandlers } from './cleanup-handlers.ts';

/** Of the 11 revisions of `dashboard` two go: the scheduler lets background work deregister one in two seconds. */
const POLICY = { keepNewest: 9, deleteForGood: false };

let sandbox: Sandbox;
let bed: ReleaseBed;
let cleanup: ReturnType<typeof createCleanupHandlers>;

beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'demo', speed: 1 });
  bed = await openReleaseBed(sandbox);
  cleanup = createCleanupHandlers(bed.dependencies);
});

afterEach(async () => {
  bed.close();
  await sandbox.close();
});

function plan(family: string, policy = POLICY): Promise<CleanupPlan> {
  return cleanup['cleanup.plan']({ ...bed.scope, family, policy }, aCall());
}

async function run(id: string, signal = new AbortController().signal) {
  const seen: CleanupProgress[] = [];
  const emit = (progress: CleanupProgress): void => void seen.push(progress);
  return { seen, end: await cleanup['cleanup.run']({ plan: id }, { signal, emit }) };
}

async function statusOf(revision: string): Promise<string | undefined> {
  const answer = await bed.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }));
  return answer.taskDefinition?.status;
}

const reasonOf = ({ items }: CleanupPlan, name: string): string | undefined =>
  items.find((item) => item.name === name)?.reason;

/** Lets every call of one operation fail as AWS does. */
function refuse(client: ECSClient, operation: string, name: string, which: (input: object) => boolean): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== `${operation}Command` || !which(args.input)) return next(args);
      throw Object.assign(new Error(`is not authorized to perform: ecs:${operation}`), {
        name,
        $fault: 'client',
      });
    },
    { step: 'build', name: `refuse${operation}` },
  );
}

describe('the plan of a clean-up', { timeout: 20_000 }, () => {
  it('keeps what runs, the way back and the newest, and says why', async () => {
    const made = await plan('dashboard');
    expect(reasonOf(made, 'dashboard:11')).toBe('runs in tools/dashboard');
    expect(reasonOf(made, 'dashboard:9')).toBe('one of the newest 9');
    expect(made.items.map(({ reason }) => reason)).toContainEqual(
      'rollback target of tools/dashboard: its last release that worked',
    );
    expect(made.removing + made.keeping).toBe(11);
    expect(made).toMatchObject({ removing: 2, expectedMs: 2000 });
  });

  it('keeps what a task of its own runs', async () => {
    await bed.ecs.send(
      new RunTaskCommand({
        cluster: 'tools',
        taskDefinition: 'legacy-cart:2',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      }),
    );
    expect(reasonOf(await plan('legacy-cart'), 'legacy-cart:2')).toBe('a task of its own runs it in tools');
  });

  it('is not made when a part of the use cannot be read', async () => {
    const inStaging = (input: object): boolean => JSON.stringify(input).includes('staging');
    refuse(bed.dependencies.aws.ecs(bed.scope, 'visible'), 'ListTasks', 'AccessDeniedException', inStaging);
    await expect(plan('dashboard')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /^Nothing is removed, because the tasks of the cluster staging could not be read/,
      ),
      detail: { action: 'ecs:ListTasks' },
    });
  });

  it('lists inactive ones only when they shall be deleted for good', async () => {
    const inactive = ({ items }: CleanupPlan) => items.filter(({ status }) => status === 'INACTIVE').length;
    expect(inactive(await plan('search'))).toBe(0);
    expect(inactive(await plan('search', { ...POLICY, deleteForGood: true }))).toBe(9);
  });

  it('of a family that is not there says so', async () => {
    await expect(plan('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a clean-up', { timeout: 20_000 }, () => {
  it('deregisters what the plan says, and is in the journal', async () => {
    const made = await plan('dashboard');
    const { end, seen } = await run(made.id);
    expect(end).toEqual({
      deregistered: made.removing,
      deleted: 0,
      spared: [],
      failed: [],
      total: made.removing,
    });
    expect(seen.at(-1)).toMatchObject({ deregistered: made.removing });
    for (const { name, verdict } of made.items) {
      expect(await statusOf(name)).toBe(verdict === 'remove' ? 'INACTIVE' : 'ACTIVE');
    }
    expect(bed.journal.entries.list({ subject: 'dashboard' })).toMatchObject([
      {
        kind: 'cleanup',
        state: 'done',
        sentence: `${made.removing} of ${made.removing} revisions deregistered.`,
      },
    ]);
    await expect(run(made.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('spares a revision that was deployed since the plan', async () => {
    const made = await plan('dashboard');
    const going = made.items.findLast(({ verdict }) => verdict === 'remove');
    const { name = '', arn } = going ?? {};
    await bed.ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', taskDefinition: arn }),
    );
    const { end } = await run(made.id);
    expect(end).toMatchObject({ spared: [name], deregistered: made.removing - 1 });
    expect(await statusOf(name)).toBe('ACTIVE');
  });

  it('deletes inactive ones for good, ten in a call', async () => {
    const made = await plan('staging-web', { keepNewest: 24, deleteForGood: true });
    const before = sandbox.calls().length;
    const { end } = await run(made.id);
    expect(end).toMatchObject({ deregistered: 0, deleted: 12, total: 12 });
    const writes = sandbox
      .calls()
      .slice(before)
      .map(({ operation }) => operation);
    expect(writes.filter((operation) => /^De(lete|register)/.test(operation))).toEqual([
      'DeleteTaskDefinitions',
      'DeleteTaskDefinitions',
    ]);
    expect(await statusOf('staging-web:1')).not.toBe('INACTIVE');
  });

  it('goes on past one that fails, and reports it', async () => {
    const made = await plan('dashboard');
    const going = made.items.find(({ verdict }) => verdict === 'remove');
    const isIt = (input: object): boolean => JSON.stringify(input).includes(`"${going?.arn}"`);
    refuse(
      bed.dependencies.aws.ecs(bed.scope, 'background'),
      'DeregisterTaskDefinition',
      'ClientException',
      isIt,
    );
    const { end } = await run(made.id);
    expect(end).toMatchObject({ deregistered: made.removing - 1, failed: [{ name: going?.name }] });
  });

  it('removes nothing when use cannot be read any more', async () => {
    const made = await plan('dashboard');
    const client = bed.dependencies.aws.ecs(bed.scope, 'background');
    refuse(client, 'DescribeServices', 'AccessDeniedException', () => true);
    await expect(run(made.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(sandbox.calls().map(({ operation }) => operation)).not.toContain('DeregisterTaskDefinition');
  });

  it('that is cancelled leaves done what is done, and says how far it came', async () => {
    const made = await plan('dashboard');
    const canceller = new AbortController();
    const emit = ({ deregistered }: CleanupProgress): void => {
      if (deregistered === 1) canceller.abort();
    };
    const call = cleanup['cleanup.run']({ plan: made.id }, { signal: canceller.signal, emit });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    const [entry] = bed.journal.entries.list({ subject: 'dashboard' });
    expect(entry).toMatchObject({ state: 'failed' });
    expect(entry?.sentence).toMatch(new RegExp(`^1 of ${made.removing} revisions deregistered`));
  });
});
