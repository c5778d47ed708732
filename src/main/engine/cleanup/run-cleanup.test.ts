import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RunTaskCommand,
  TagResourceCommand,
  type TaskDefinition,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CleanupJob, CleanupPlan } from '../../../shared/model/cleanup.ts';
import { type CleanupEngine, openCleanupEngine } from '../testing/cleanup-engine.ts';
import { aPolicy } from '../testing/cleanup-policy.ts';
import { holdBack, refuse } from '../testing/counted-requests.ts';
import { aCall } from '../testing/release-engine.ts';
import type { CleanupJobs } from './cleanup-jobs.ts';

/** Of the 11 revisions of `dashboard` two go. */
const POLICY = aPolicy({ keepNewest: 9 });

let engine: CleanupEngine;
let jobs: CleanupJobs;
let cleanup: ReturnType<CleanupEngine['handlers']>;

beforeEach(async () => {
  engine = await openCleanupEngine();
  jobs = engine.openJobs();
  cleanup = engine.handlers(jobs);
});

afterEach(async () => {
  await jobs.close();
  await engine.closeAll();
});

function plan(family: string, policy = POLICY): Promise<CleanupPlan> {
  return cleanup['cleanup.plan']({ ...engine.scope, families: [family], policy }, aCall());
}

/** Executes a plan to its end, with what it wants to have typed. */
function run({ id, confirmation }: CleanupPlan): Promise<CleanupJob> {
  return cleanup['cleanup.run']({ plan: id, confirmation }, aCall());
}

async function statusOf(revision: string): Promise<string | undefined> {
  return (await describeRevision(revision))?.status;
}

async function describeRevision(revision: string): Promise<TaskDefinition | undefined> {
  const answer = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }));
  return answer.taskDefinition;
}

const reasonOf = ({ items }: CleanupPlan, name: string): string | undefined =>
  items.find((item) => item.name === name)?.reason;

describe('the plan of a clean-up', () => {
  it('asks neither for deployments nor for tasks that an earlier plan has read, unless the service has changed', async () => {
    const first = await plan('dashboard');
    const before = {
      deployments: engine.calls('ListServiceDeployments'),
      tasks: engine.calls('DescribeTasks'),
    };
    const again = await plan('dashboard');
    expect(again.items).toEqual(first.items);
    expect(engine.calls('ListServiceDeployments')).toBe(before.deployments);
    expect(engine.calls('DescribeTasks')).toBe(before.tasks);
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', taskDefinition: 'dashboard:2' }),
    );
    expect(reasonOf(await plan('dashboard'), 'dashboard:2')).toBe('runs in tools/dashboard');
    expect(engine.calls('ListServiceDeployments')).toBe(before.deployments + 1);
  });

  it('lists services and tasks again only where a cluster counts others than before, and sees those', async () => {
    const first = await plan('dashboard');
    const lists = () =>
      ['ListServices', 'ListTasks', 'ListDaemons'].map((operation) => engine.calls(operation));
    const [services = 0, tasks = 0] = lists();
    expect((await plan('dashboard')).items).toEqual(first.items);
    const [again, , daemons] = lists();
    expect(again).toBe(services);
    const busy = engine.calls('ListTasks') - tasks;
    expect(reasonOf(first, 'dashboard:2')).toBe('not in use');
    await engine.ecs.send(
      new RunTaskCommand({
        cluster: 'tools',
        taskDefinition: 'dashboard:2',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    const now = await plan('dashboard');
    expect(reasonOf(now, 'dashboard:2')).toBe('a standalone task runs it in tools');
    expect(engine.calls('ListTasks') - tasks - busy).toBe(busy + 1);
    expect(lists()[2]).toBe(daemons);
  });

  it('lists everything again before something is removed', async () => {
    await plan('dashboard');
    const made = await plan('dashboard');
    const before = ['ListServices', 'ListTasks', 'ListDaemons'].map((each) => engine.calls(each));
    await run(made);
    const after = ['ListServices', 'ListTasks', 'ListDaemons'].map((each) => engine.calls(each));
    for (const [index, count] of before.entries()) expect(after[index]).toBeGreaterThan(count);
  });

  it('keeps running revisions, rollback targets and the newest, and says why', async () => {
    const made = await plan('dashboard');
    expect(reasonOf(made, 'dashboard:11')).toBe('runs in tools/dashboard');
    expect(reasonOf(made, 'dashboard:9')).toBe('one of the newest 9');
    expect(made.items.map(({ reason }) => reason)).toContainEqual(
      'rollback target of tools/dashboard: one of its recent successful releases',
    );
    expect(made.removing + made.keeping).toBe(11);
    expect(made).toMatchObject({ removing: 2, expectedMs: 2000 });
  });

  it('keeps what a standalone task runs', async () => {
    await engine.ecs.send(
      new RunTaskCommand({
        cluster: 'tools',
        taskDefinition: 'legacy-cart:2',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      }),
    );
    expect(reasonOf(await plan('legacy-cart'), 'legacy-cart:2')).toBe('a standalone task runs it in tools');
  });

  it('is refused when part of the use cannot be read', async () => {
    const inStaging = (input: object): boolean => JSON.stringify(input).includes('staging');
    refuse(
      engine.dependencies.aws.ecs(engine.scope, 'visible'),
      'ListTasks',
      'AccessDeniedException',
      inStaging,
    );
    await expect(plan('dashboard')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /^Nothing was removed, because the tasks of the cluster staging could not be read/,
      ),
      detail: { action: 'ecs:ListTasks' },
    });
  });

  it.each([
    'ListClusters',
    'ListServices',
    'DescribeServices',
    'ListServiceDeployments',
    'DescribeServiceRevisions',
    'ListTasks',
    'DescribeTasks',
  ])('is refused without permission for ecs:%s, which it names', async (operation) => {
    for (const priority of ['visible', 'background'] as const)
      refuse(
        engine.dependencies.aws.ecs(engine.scope, priority),
        operation,
        'AccessDeniedException',
        () => true,
      );
    await expect(plan('dashboard')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/could not be read/),
      detail: { action: `ecs:${operation}` },
    });
  });

  it('lists inactive revisions only when they are to be deleted permanently', async () => {
    const inactive = ({ items }: CleanupPlan) => items.filter(({ status }) => status === 'INACTIVE').length;
    expect(inactive(await plan('search'))).toBe(0);
    expect(inactive(await plan('search', { ...POLICY, deletePermanently: true }))).toBe(9);
  });

  it('reports a family that does not exist', async () => {
    await expect(plan('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the plan of the whole account', () => {
  it('covers every family, and says what was not checked', async () => {
    const made = await cleanup['cleanup.plan']({ ...engine.scope, policy: aPolicy() }, aCall());
    expect(made.totals.length).toBeGreaterThan(8);
    expect(made.subject).toBe('sandbox');
    expect(reasonOf(made, 'legacy-cart:2')).toBeDefined();
    expect(made.warnings).toEqual([expect.stringContaining('EventBridge Pipes')]);
  });

  it('asks for the name of the account, however few it removes', async () => {
    const made = await cleanup['cleanup.plan'](
      { ...engine.scope, policy: aPolicy({ keepNewest: 10_000 }) },
      aCall(),
    );
    expect(made.removing).toBeLessThan(50);
    expect(made.confirmation).toBe('sandbox');
  });

  it('keeps revisions that are young or have a protecting tag', async () => {
    const tagged = (await describeRevision('dashboard:2'))?.taskDefinitionArn;
    await engine.ecs.send(
      new TagResourceCommand({ resourceArn: tagged, tags: [{ key: 'schedule', value: 'nightly' }] }),
    );
    const policy = aPolicy({ keepNewest: 1, keepTagged: { key: 'schedule' } });
    const withTag = await plan('dashboard', policy);
    expect(reasonOf(withTag, 'dashboard:2')).toBe('has the tag schedule');
    const withAge = await plan('dashboard', aPolicy({ keepNewest: 1, keepDays: 3650 }));
    expect(withAge.removing).toBe(0);
    expect(reasonOf(withAge, 'dashboard:2')).toBe('less than 3650 days old');
  });
});

describe('a clean-up', () => {
  it('deregisters what the plan lists', async () => {
    const made = await plan('dashboard');
    const job = await run(made);
    expect(job).toMatchObject({
      state: 'done',
      deregistered: made.removing,
      deleted: 0,
      left: 0,
      sentence: `${made.removing} of ${made.removing} revisions deregistered.`,
    });
    for (const { name, verdict } of made.items) {
      expect(await statusOf(name)).toBe(verdict === 'remove' ? 'INACTIVE' : 'ACTIVE');
    }
    expect(engine.journal.entries.list({ subject: 'dashboard' })).toMatchObject([
      { kind: 'cleanup', state: 'done', sentence: job.sentence },
    ]);
    await expect(run(made)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('keeps a revision that was deployed since the plan', async () => {
    const made = await plan('dashboard');
    const { name = '', arn } = made.items.findLast(({ verdict }) => verdict === 'remove') ?? {};
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', taskDefinition: arn }),
    );
    const job = await run(made);
    expect(job).toMatchObject({ spared: [{ name }], deregistered: made.removing - 1 });
    expect(await statusOf(name)).toBe('ACTIVE');
  });

  it('deletes inactive ones permanently, ten in a call, once their family is typed', async () => {
    const made = await plan('staging-web', aPolicy({ keepNewest: 24, deletePermanently: true }));
    expect(made.confirmation).toBe('staging-web');
    await expect(cleanup['cleanup.start']({ plan: made.id }, aCall())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const before = engine.sandbox.calls().length;
    const job = await run(made);
    expect(job).toMatchObject({ deregistered: 0, deleted: 12, total: 12 });
    expect(writesSince(before)).toEqual(['DeleteTaskDefinitions', 'DeleteTaskDefinitions']);
    expect(await statusOf('staging-web:1')).not.toBe('INACTIVE');
  });

  it('continues after one that fails, and reports it', async () => {
    const made = await plan('dashboard');
    const going = made.items.find(({ verdict }) => verdict === 'remove');
    const isIt = (input: object): boolean => JSON.stringify(input).includes(`"${going?.arn}"`);
    refuse(background(), 'DeregisterTaskDefinition', 'ClientException', isIt);
    expect(await run(made)).toMatchObject({
      state: 'failed',
      deregistered: made.removing - 1,
      failed: [{ name: going?.name }],
    });
  });

  it('removes nothing and waits when use can no longer be read', async () => {
    const made = await plan('dashboard');
    refuse(background(), 'DescribeServices', 'AccessDeniedException', () => true);
    await expect(run(made)).rejects.toMatchObject({
      message: expect.stringMatching(/ecs:DescribeServices.*cleanup\.resume/),
    });
    expect(writesSince(0)).toEqual([]);
    expect(jobs.list(engine.scope)).toMatchObject([{ state: 'paused', left: made.removing }]);
  });

  it('continues after a pause, and sends nothing twice', async () => {
    const made = await plan('dashboard', aPolicy({ keepNewest: 2 }));
    const gate = holdBack(background(), 'DeregisterTaskDefinition', 3);
    await cleanup['cleanup.start']({ plan: made.id }, aCall());
    await gate.reached;
    expect(jobs.pause(made.id)).toMatchObject({ state: 'paused', deregistered: 2 });
    gate.open();
    jobs.resume(made.id);
    const job = await jobs.watch(made.id, aCall().signal, () => {});
    expect(job).toMatchObject({ state: 'done', deregistered: made.removing });
    expect(writesSince(0)).toHaveLength(made.removing);
  });

  it('continues in another process after this one ended', async () => {
    const made = await plan('dashboard', aPolicy({ keepNewest: 2 }));
    const gate = holdBack(background(), 'DeregisterTaskDefinition', 3);
    await cleanup['cleanup.start']({ plan: made.id }, aCall());
    await gate.reached;
    await jobs.close();
    gate.open();

    jobs = engine.openJobs();
    jobs.adopt();
    const job = await jobs.watch(made.id, aCall().signal, () => {});
    expect(job).toMatchObject({ state: 'done', deregistered: made.removing });
    expect(writesSince(0)).toHaveLength(made.removing);
  });

  it('that is cancelled keeps completed removals, and reports how many there are', async () => {
    const made = await plan('dashboard', aPolicy({ keepNewest: 2 }));
    const gate = holdBack(background(), 'DeregisterTaskDefinition', 2);
    const canceller = new AbortController();
    const call = cleanup['cleanup.run']({ plan: made.id }, { signal: canceller.signal, emit: () => {} });
    await gate.reached;
    canceller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(jobs.find(made.id)).toMatchObject({
      state: 'cancelled',
      sentence: `Stopped. 1 of ${made.removing} revisions deregistered.`,
    });
    expect(() => jobs.resume(made.id)).toThrow('has already ended');
  });
});

it('the clean-up policy of an account and region is saved', async () => {
  const saved = aPolicy({ keepNewest: 3, keepDays: 30, keepTagged: { key: 'keep' } });
  expect(await cleanup['cleanup.policy'](engine.scope, aCall())).toEqual({});
  await cleanup['cleanup.savePolicy']({ ...engine.scope, policy: saved }, aCall());
  expect(await cleanup['cleanup.policy'](engine.scope, aCall())).toEqual({ policy: saved });
  const elsewhere = { ...engine.scope, region: 'eu-west-1' };
  expect(await cleanup['cleanup.policy'](elsewhere, aCall())).toEqual({});
});

function background(): ECSClient {
  return engine.dependencies.aws.ecs(engine.scope, 'background');
}

/** The calls since an index that removed something. */
function writesSince(before: number): readonly string[] {
  return engine.sandbox
    .calls()
    .slice(before)
    .map(({ operation }) => operation)
    .filter((operation) => /^De(lete|register)/.test(operation));
}

describe('what is excluded from a clean-up', () => {
  const arnOf = ({ items }: CleanupPlan, name: string): string =>
    items.find((item) => item.name === name)?.arn ?? '';

  it('is kept, is not counted, and is named in the journal', async () => {
    const planned = await plan('dashboard');
    const removed = planned.items.filter(({ verdict }) => verdict === 'remove').map(({ name }) => name);
    const [kept = '', gone = ''] = removed;
    const { id, confirmation } = planned;
    const job = await cleanup['cleanup.run'](
      { plan: id, confirmation, excluded: [arnOf(planned, kept)] },
      aCall(),
    );
    expect(job).toMatchObject({ state: 'done', total: 1, deregistered: 1, spared: [], failed: [] });
    expect([await statusOf(kept), await statusOf(gone)]).toEqual(['ACTIVE', 'INACTIVE']);
    expect(engine.journal.entries.list({ subject: 'dashboard' })).toMatchObject([
      { title: `Remove 1 revision of dashboard; 1 excluded by hand: ${kept}` },
    ]);
  });

  it('must be something that the plan removes, and must leave something to remove', async () => {
    const planned = await plan('dashboard');
    const { id, confirmation, items } = planned;
    const inUse = items.find(({ verdict }) => verdict === 'keep')?.arn ?? '';
    await expect(
      cleanup['cleanup.run']({ plan: id, confirmation, excluded: [inUse] }, aCall()),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(inUse) });
    const all = items.filter(({ verdict }) => verdict === 'remove').map(({ arn }) => arn);
    await expect(
      cleanup['cleanup.run']({ plan: id, confirmation, excluded: all }, aCall()),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(engine.calls('DeregisterTaskDefinition')).toBe(0);
    expect(await run(planned)).toMatchObject({ deregistered: all.length });
  });
});
