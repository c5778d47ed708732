import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { aCall, type DemoReleases, openDemoReleases } from '../testing/release-engine.ts';

let sandbox: DemoReleases['sandbox'];
let engine: DemoReleases['engine'];
let close: DemoReleases['close'];

beforeEach(async () => {
  ({ sandbox, engine, close } = await openDemoReleases());
});
afterEach(() => close());

function sent(operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

function planWith(command: readonly string[], container?: string): Promise<Plan> {
  const service = engine.service('tools', 'dashboard');
  const change = {
    images: [{ container: 'app', image: `${engine.registry}/dashboard:5.2.1` }],
    before: { command: [...command], ...(container === undefined ? {} : { container }) },
  };
  return engine.releases['releases.plan']({ service, change }, aCall());
}

function execute({ id }: Plan, signal?: AbortSignal): Promise<Release> {
  const call = signal === undefined ? aCall() : { ...aCall(), signal };
  return sandbox.clock.runUntil(engine.releases['releases.execute']({ plan: id }, call));
}

/** The tasks that were run before the deployment, whatever their state. */
async function tasksBefore() {
  const { truth } = engine;
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      truth.send(new ListTasksCommand({ cluster: 'tools', desiredStatus })),
    ),
  );
  const tasks = lists.flatMap(({ taskArns = [] }) => taskArns);
  const described = await truth.send(new DescribeTasksCommand({ cluster: 'tools', tasks }));
  return (described.tasks ?? []).filter(({ group }) => group?.startsWith('family:'));
}

describe('a task before a deployment', () => {
  it('runs with the new revision in the network of the service, and the service is changed after it has exited with 0', async () => {
    const plan = await planWith(['/bin/sh', '-c', 'migrate; exit 0']);
    expect(plan.calls.map(({ operation }) => operation)).toEqual([
      'DescribeTaskDefinition',
      'RegisterTaskDefinition',
      'RunTask',
      'UpdateService',
    ]);
    expect(plan.commands.join('\n')).toContain(
      `--overrides '{"containerOverrides":[{"command":["/bin/sh","-c","migrate; exit 0"]`,
    );
    const release = await execute(plan);
    const [task] = await tasksBefore();
    expect(task).toMatchObject({
      taskDefinitionArn: release.taskDefinitionArn,
      lastStatus: 'STOPPED',
      startedBy: release.id,
      containers: [{ exitCode: 0 }],
    });
    expect(engine.journal.entries.find(release.id)?.steps).toMatchObject([
      { operation: 'RegisterTaskDefinition', state: 'done' },
      { operation: 'RunTask', state: 'done', result: expect.stringMatching(/^\w+ exited with code 0$/) },
      { operation: 'UpdateService', state: 'done' },
    ]);
  });

  it('that exits with another code leaves the service unchanged, and is run again when the release is resumed', async () => {
    const failure: unknown = await execute(await planWith(['/bin/sh', '-c', 'exit 3'])).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'TASK_FAILED',
      message: expect.stringMatching(
        /The task \w+ ended: app exited with code 3\b.*The service was not changed\. Resume the release, or deregister dashboard:\d+\.$/,
      ),
    });
    expect(sent('UpdateService')).toBe(0);
    const [entry] = engine.journal.entries.list({});
    expect(entry).toMatchObject({
      state: 'unfinished',
      evidence: { lastLines: { container: 'app', lines: expect.arrayContaining([expect.anything()]) } },
    });
    const resumed = engine.releases['releases.resume']({ release: entry?.id ?? '' }, aCall());
    await expect(sandbox.clock.runUntil(resumed)).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(await tasksBefore()).toHaveLength(2);
    expect(sent('RegisterTaskDefinition')).toBe(1);
  });

  it('that somebody stops waiting for is waited for when the release is resumed, and no other one is started', async () => {
    const { id } = await planWith(['/bin/sh', '-c', 'exit 0']);
    const stop = new AbortController();
    const call = { ...aCall(), signal: stop.signal };
    const executed = engine.releases['releases.execute']({ plan: id }, call);
    const stopped = executed.catch((error: unknown) => error);
    await eventually(async () => expect(await tasksBefore()).toHaveLength(1));
    stop.abort();
    expect(await stopped).toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('Slipway stopped waiting for this task'),
    });
    const [entry] = engine.journal.entries.list({});
    const resumed = engine.releases['releases.resume']({ release: entry?.id ?? '' }, aCall());
    expect(await sandbox.clock.runUntil(resumed)).toMatchObject({ id: entry?.id });
    expect(await tasksBefore()).toHaveLength(1);
    expect(sent('UpdateService')).toBe(1);
  });

  it('whose state AWS refuses to tell may still be running, so a resume starts no other one', async () => {
    await close();
    ({ sandbox, engine, close } = await openDemoReleases(['ecs:DescribeTasks']));
    const refused = {
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /stopped waiting for this task: \w+ may still be running, .*DescribeTasks/,
      ),
    };
    await expect(execute(await planWith(['/bin/sh', '-c', 'sleep 60']))).rejects.toMatchObject(refused);
    const [{ id: release } = { id: '' }] = engine.journal.entries.list({});
    const resumed = engine.releases['releases.resume']({ release }, aCall());
    await expect(sandbox.clock.runUntil(resumed)).rejects.toMatchObject(refused);
    const { taskArns } = await engine.truth.send(
      new ListTasksCommand({ cluster: 'tools', startedBy: release }),
    );
    expect(taskArns).toHaveLength(1);
  });

  it('is refused for a container that the revision does not have, and before a change that starts no deployment', async () => {
    await expect(planWith(['true'], 'db')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('The revision has no container db. Its containers: app'),
    });
    const service = engine.service('tools', 'dashboard');
    const change = { desiredCount: 4, before: { command: ['true'] } };
    await expect(engine.releases['releases.plan']({ service, change }, aCall())).rejects.toMatchObject({
      message: 'A task runs before a deployment only, and this change of dashboard starts none.',
    });
  });
});
