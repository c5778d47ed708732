import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Guard } from '../../../shared/model/environment.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { TaskRun } from '../../../shared/model/task-run.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { registrationInput } from '../ecs/registration.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { recordStep } from '../journal/record-step.ts';
import { BY_NAME } from '../testing/environments.ts';
import { aCall, type DemoReleases, openDemoReleases } from '../testing/release-engine.ts';
import { recoverTasks } from './recover-tasks.ts';
import { createTaskHandlers } from './task-run.ts';

let sandbox: DemoReleases['sandbox'];
let engine: DemoReleases['engine'];
let close: DemoReleases['close'];
let jobs: Jobs;

beforeEach(async () => {
  ({ sandbox, engine, close } = await openDemoReleases());
  jobs = createJobs({ clock: engine.dependencies.clock, logger: pino({ level: 'silent' }) });
});
afterEach(async () => {
  await jobs.close();
  await close();
});

/** Runs a task in an environment that is guarded in this way. */
function run(
  guard: Partial<Guard>,
  given: { readonly overrides?: string[]; readonly why?: string } = {},
): Promise<TaskRun> {
  const environments = {
    guardOf: (...place: Parameters<typeof BY_NAME.guardOf>) => ({ ...BY_NAME.guardOf(...place), ...guard }),
  };
  const handlers = createTaskHandlers({ ...engine.dependencies, environments }, jobs);
  const input = {
    service: engine.service('tools', 'dashboard'),
    command: ['/bin/sh', '-c', 'exit 0'],
    ...given,
  };
  return sandbox.clock.runUntil(handlers['tasks.run'](input, aCall()));
}

async function startedTasks(): Promise<number> {
  const { taskArns = [] } = await engine.truth.send(
    new ListTasksCommand({ cluster: 'tools', family: 'dashboard' }),
  );
  return taskArns.length;
}

/** An entry of a process that has ended, and what it did of `RunTask`. */
async function leaveEntry(step: (entry: string) => Promise<void>): Promise<string> {
  const { entries } = engine.journal;
  const entry = entries.begin({
    ...engine.scope,
    cluster: 'tools',
    subject: 'dashboard',
    kind: 'run',
    title: 'Run a task',
    calls: [{ operation: 'RunTask', target: 'app: exit 3' }],
  });
  await step(entry);
  entries.release(entry);
  recoverTasks(engine.dependencies);
  return entry;
}

async function startTask(startedBy: string): Promise<string> {
  const started = engine.truth.send(
    new RunTaskCommand({
      cluster: 'tools',
      taskDefinition: 'dashboard',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60001'] } },
      startedBy,
      overrides: { containerOverrides: [{ name: 'app', command: ['/bin/sh', '-c', 'exit 3'] }] },
    }),
  );
  return (await started).tasks?.[0]?.taskArn ?? '';
}

function found(entry: string): JournalEntry | undefined {
  return engine.journal.entries.find(entry);
}

describe('a one-off task', () => {
  it.each([
    [
      { readOnly: true },
      {},
      'No task was run. A rule of environments.yml or slipway.yml makes this service read-only',
    ],
    [{ confirm: 'name' as const }, {}, 'No task was run, because tools/dashboard is'],
    [{ reason: 'required' as const }, { why: ' ' }, 'asks for a reason for changes of tools/dashboard'],
    [
      { window: { days: [], from: '09:00', to: '10:00', timeZone: 'UTC' } },
      { overrides: ['movement'] },
      'Wait for the window, or override this check.',
    ],
  ])(
    'is refused by the rule %j of its environment, and nothing is started',
    async (guard, given, sentence) => {
      const before = await startedTasks();
      await expect(run(guard, given)).rejects.toMatchObject({ message: expect.stringContaining(sentence) });
      expect(await startedTasks()).toBe(before);
      expect(engine.journal.entries.list({})).toEqual([]);
    },
  );

  it('outside of the release window runs when the check is overridden, which is in the journal', async () => {
    const window = { days: [], from: '09:00', to: '10:00', timeZone: 'UTC' };
    const { id, exitCode } = await run({ window }, { overrides: ['release-window'] });
    expect(exitCode).toBe(0);
    expect(found(id)).toMatchObject({ kind: 'run', state: 'done', overrides: [{ rule: 'release-window' }] });
  });
});

describe('the size and the command of a one-off task', () => {
  const service = () => engine.service('tools', 'dashboard');
  const handlers = () => createTaskHandlers(engine.dependencies, jobs);

  it('are those that were asked for, and the journal has the size and no values of variables', async () => {
    const input = {
      service: service(),
      command: ['/bin/sh', '-c', 'exit 3'],
      cpu: '1 vCPU',
      memory: '2 GB',
      environment: [{ name: 'MODE', value: 'quiet-mode' }],
    };
    const { id, task, exitCode } = await sandbox.clock.runUntil(handlers()['tasks.run'](input, aCall()));
    expect(exitCode).toBe(3);
    const { tasks } = await engine.truth.send(
      new DescribeTasksCommand({ cluster: 'tools', tasks: [task.arn] }),
    );
    expect(tasks).toMatchObject([{ cpu: '1024', memory: '2048' }]);
    expect(found(id)?.calls).toEqual([
      { operation: 'RunTask', target: 'app: exit 3 (with MODE, 1 vCPU, 2 GB)' },
    ]);
    expect(JSON.stringify(found(id))).not.toContain('quiet-mode');
    expect(jobs.list()).toMatchObject([
      { id, kind: 'run', state: 'ended', outcome: 'failed', taskArn: task.arn },
    ]);
  });

  it('that Fargate does not have are refused with those that it has, and nothing is started', async () => {
    const input = { service: service(), cpu: '512', memory: '16 GB' };
    const before = await startedTasks();
    await expect(handlers()['tasks.run'](input, aCall())).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringMatching(
        /^No task was run\. Fargate doesn't support 0\.5 vCPU with 16 GiB\. With 0\.5 vCPU/,
      ),
    });
    expect(await startedTasks()).toBe(before);
  });

  it('come with the volumes that the service configures at launch, and a revision with others is refused', async () => {
    const account = engine.truth;
    const described = await account.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'dashboard' }));
    const definition = registrationInput(described);
    const register = async (volume: string): Promise<string> => {
      const volumes = [{ name: volume, configuredAtLaunch: true }];
      const { taskDefinition } = await account.send(
        new RegisterTaskDefinitionCommand({ ...definition, volumes }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    };
    const [known, unknown] = [await register('data'), await register('scratch')];
    const roleArn = 'arn:aws:iam::123456789012:role/ecsInfrastructureRole';
    const volumeConfigurations = [{ name: 'data', managedEBSVolume: { roleArn, sizeInGiB: 20 } }];
    const update = { cluster: 'tools', service: 'dashboard', taskDefinition: known, volumeConfigurations };
    await account.send(new UpdateServiceCommand(update));

    const { exitCode } = await sandbox.clock.runUntil(
      handlers()['tasks.run'](
        { service: service(), taskDefinition: known, command: ['/bin/sh', '-c', 'exit 3'] },
        aCall(),
      ),
    );
    expect(exitCode).toBe(3);
    const sentence =
      /^No task was run\. dashboard:\d+ configures the volume scratch at launch, and dashboard has no configuration of it\. Run a revision/;
    await expect(
      handlers()['tasks.run']({ service: service(), taskDefinition: unknown }, aCall()),
    ).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', message: expect.stringMatching(sentence) });
  });

  it('are checked before the click: the words of the line, and what a shell would have done with them', async () => {
    const input = {
      service: service(),
      commandLine: `node report.js --name 'a b' && echo "$HOME"`,
      shell: 'none' as const,
    };
    const check = await handlers()['tasks.checkRun'](input, aCall());
    expect(check).toMatchObject({
      container: 'app',
      command: ['node', 'report.js', '--name', 'a b', '&&', 'echo', '$HOME'],
      checks: expect.arrayContaining([expect.objectContaining({ rule: 'command', result: 'warn' })]),
    });
    await expect(
      handlers()['tasks.checkRun']({ service: service(), commandLine: `echo "unfinished` }, aCall()),
    ).rejects.toMatchObject({
      message: 'The command can\'t be read at character 6: the quote " has no end.',
    });
  });

  it('continue as a job when the caller stops waiting', async () => {
    const caller = new AbortController();
    const started = Promise.withResolvers<void>();
    const waiting = handlers()['tasks.run'](
      { service: service(), command: ['/bin/sh', '-c', 'exit 0'] },
      { signal: caller.signal, emit: ({ kind }) => kind === 'task' && started.resolve() },
    );
    await started.promise;
    caller.abort();
    await expect(waiting).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringMatching(/^Slipway stopped waiting for the task \w+, which continues\./),
    });
    const ended = eventually(() => expect(jobs.list()).toMatchObject([{ outcome: 'succeeded' }]));
    await sandbox.clock.runUntil(ended);
    expect(engine.journal.entries.list({})).toMatchObject([{ kind: 'run', state: 'done' }]);
  });
});

describe('a one-off task whose process was ended', () => {
  it('before its request got an answer is found by its entry, and its exit code is written down', async () => {
    const entry = await leaveEntry(async (id) => {
      const arn = await startTask(id);
      engine.journal.entries.stepSent(id, 'RunTask');
      const describe = new DescribeTasksCommand({ cluster: 'tools', tasks: [arn] });
      const ended = eventually(async () => {
        const { tasks } = await engine.truth.send(describe);
        expect(tasks).toMatchObject([{ lastStatus: 'STOPPED' }]);
      });
      await sandbox.clock.runUntil(ended);
    });
    await eventually(() => expect(found(entry)?.state).toBe('failed'));
    expect(found(entry)).toMatchObject({
      steps: [{ operation: 'RunTask', state: 'done', result: expect.stringMatching(/:task\//) }],
      sentence: expect.stringMatching(/app exited with code 3/),
    });
  });

  it('while the task runs is written down with its state', async () => {
    const entry = await leaveEntry(async (id) => {
      const { entries } = engine.journal;
      const send = () => startTask(id);
      await recordStep(entries, { entry: id, operation: 'RunTask', send, resultOf: (arn) => arn });
    });
    await eventually(() => expect(found(entry)?.state).toBe('done'));
    expect(found(entry)).toMatchObject({
      outcome: 'unknown',
      sentence: expect.stringMatching(
        /^Slipway quit before the task had ended\. The task \w+ was \w+ then\.$/,
      ),
    });
  });

  it('before anything reached ECS is written down as such', async () => {
    const entry = await leaveEntry(async (id) => void engine.journal.entries.stepSent(id, 'RunTask'));
    await eventually(() => expect(found(entry)?.state).toBe('failed'));
    expect(found(entry)).toMatchObject({
      steps: [{ state: 'failed', result: 'ECS has no task of this request.' }],
      sentence: 'Slipway quit before the task had ended. ECS has no task of it.',
    });
  });
});

describe('a stop of a task whose process was ended', () => {
  it.each([
    [
      'after ECS has carried it out',
      true,
      'done',
      /^Slipway quit before this finished\. ECS is stopping the task/,
    ],
    ['before it reached ECS', false, 'failed', /^Slipway quit before this finished\. Look at the task/],
  ] as const)('%s is settled in the journal', async (_when, isStopped, state, sentence) => {
    const arn = await startTask('somebody');
    if (isStopped) await engine.truth.send(new StopTaskCommand({ cluster: 'tools', task: arn }));
    const { entries } = engine.journal;
    const entry = entries.begin({
      ...engine.scope,
      cluster: 'tools',
      subject: 'dashboard',
      kind: 'task',
      title: 'Stop the task',
      calls: [{ operation: 'StopTask', target: arn }],
    });
    entries.stepSent(entry, 'StopTask');
    entries.release(entry);
    recoverTasks(engine.dependencies);
    await eventually(() => expect(found(entry)?.state).toBe(state));
    expect(found(entry)?.sentence).toMatch(sentence);
  });
});
