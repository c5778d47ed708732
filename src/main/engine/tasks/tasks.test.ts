import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { aCall, type DemoReleases, openDemoReleases } from '../testing/release-engine.ts';
import { aStoppedTask } from '../testing/task.ts';
import { createTaskChanges } from './change-task.ts';
import { createTaskKeeper, type KeptTasks, openKeptTasks } from './kept-tasks.ts';
import { createTaskReads } from './read-task.ts';

let sandbox: DemoReleases['sandbox'];
let engine: DemoReleases['engine'];
let close: DemoReleases['close'];
let kept: KeptTasks;
let folder: string;
let now: Date;

beforeEach(async () => {
  ({ sandbox, engine, close } = await openDemoReleases());
  folder = mkdtempSync(path.join(tmpdir(), 'tasks-'));
  now = new Date();
  kept = openKept();
});
afterEach(async () => {
  kept.close();
  await close();
  rmSync(folder, { recursive: true });
});

const silent = pino({ level: 'silent' });

function openKept(): KeptTasks {
  const place = { paths: { data: folder }, logger: silent };
  return openKeptTasks(place, engine.dependencies.accounts, { now: () => now });
}

const reads = () => createTaskReads({ aws: engine.dependencies.aws, kept, journal: engine.journal });
const changes = () => createTaskChanges(engine.dependencies);
const refOf = (cluster: string, task: string) => ({ ...engine.scope, cluster, task });

async function tasksOf(cluster: string, serviceName: string): Promise<readonly string[]> {
  const { taskArns = [] } = await engine.truth.send(new ListTasksCommand({ cluster, serviceName }));
  return taskArns;
}

async function firstTask(cluster = 'staging', service = 'web'): Promise<string> {
  const [arn = ''] = await tasksOf(cluster, service);
  return arn;
}

async function untilStopped(cluster: string, arn: string): Promise<void> {
  const describeTask = new DescribeTasksCommand({ cluster, tasks: [arn] });
  const stopped = eventually(async () => {
    const { tasks } = await engine.truth.send(describeTask);
    expect(tasks).toMatchObject([{ lastStatus: 'STOPPED' }]);
  });
  await sandbox.clock.runUntil(stopped);
}

describe('a task', () => {
  it('is read with its network, times, protection and the events that name it', async () => {
    const arn = await firstTask();
    await engine.truth.send(
      new UpdateTaskProtectionCommand({
        cluster: 'staging',
        tasks: [arn],
        protectionEnabled: true,
        expiresInMinutes: 60,
      }),
    );
    const detail = await reads()['tasks.get'](refOf('staging', arn), aCall());
    expect(detail).toMatchObject({
      task: { arn, lastStatus: 'RUNNING', availabilityZone: expect.stringMatching(/^us-east-1[abc]$/) },
      service: 'web',
      launchType: 'FARGATE',
      platform: 'Linux 1.4.0',
      ephemeralStorageGiB: 20,
      network: {
        privateIpv4: expect.stringMatching(/^10\./),
        networkInterface: expect.stringMatching(/^eni-/),
        subnet: expect.stringMatching(/^subnet-/),
        consoleUrl: expect.stringContaining('#NetworkInterface:networkInterfaceId=eni-'),
      },
      protection: { isProtected: true, until: expect.any(String) },
      notRead: [],
    });
    expect(detail.times.map(({ what }) => what)).toEqual(expect.arrayContaining(['created', 'started']));
  });

  it.each([
    [
      '0'.repeat(32),
      'NOT_FOUND',
      /^The cluster staging has no task 0+\. ECS forgets a task about an hour after/,
    ],
    [
      'arn:aws:ecs:us-east-1:111111111111:task/other/abc',
      'NOT_FOUND',
      /^The task abc is in the cluster other\./,
    ],
    ['arn:aws:ecs:eu-west-1:111111111111:task/staging/abc', 'NOT_FOUND', /is in the region eu-west-1\./],
    [
      'arn:aws:ecs:us-east-1:111111111111:service/staging/web',
      'INVALID_INPUT',
      /not the id or the ARN of a task/,
    ],
    ['a b\u202E', 'INVALID_INPUT', /not the id or the ARN of a task/],
  ])('named %j is refused with %s', async (task, code, message) => {
    await expect(reads()['tasks.get'](refOf('staging', task), aCall())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('that RunTask started is read without a service, with the size of its overrides', async () => {
    const run = new RunTaskCommand({
      cluster: 'tools',
      taskDefinition: 'dashboard',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60001'] } },
      overrides: {
        cpu: '1024',
        memory: '2048',
        containerOverrides: [{ name: 'app', command: ['sh', '-c', 'exit 4'] }],
      },
    });
    const arn = (await engine.truth.send(run)).tasks?.[0]?.taskArn ?? '';
    await untilStopped('tools', arn);
    const detail = await reads()['tasks.get'](refOf('tools', arn), aCall());
    expect(detail).toMatchObject({
      group: 'family:dashboard',
      cpu: '1024',
      memory: '2048',
      failure: { container: 'app', cause: 'exited with code 4' },
    });
    expect(detail.service).toBeUndefined();
    const { containers } = await reads()['tasks.lines'](refOf('tools', arn), aCall());
    expect(containers).toMatchObject([{ container: 'app' }]);
  });

  it('has its last lines without the escape sequences that a program wrote', async () => {
    const arn = await firstTask();
    const { containers } = await reads()['tasks.lines'](refOf('staging', arn), aCall());
    const [{ logGroup, logStream } = { logGroup: '', logStream: '' }] = containers;
    const logs = new CloudWatchLogsClient(sandbox);
    const message = '\u001b[31mERROR\u001b[0m \u001b]0;title\u0007no database';
    const logEvents = [{ timestamp: Date.now(), message }];
    await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName: logStream, logEvents }));
    logs.destroy();
    const after = await reads()['tasks.lines'](refOf('staging', arn), aCall());
    expect(after.containers[0]?.lines.at(-1)?.text).toBe('ERROR no database');
  });
});

describe('the lines of a task', () => {
  const app = (name: string, logConfiguration?: ContainerDefinition['logConfiguration']) => ({
    name,
    image: 'public.ecr.aws/docker/library/nginx:1',
    memory: 64,
    ...(logConfiguration === undefined ? {} : { logConfiguration }),
  });

  it('of a container that is not read are named with where they are, also a log group that is gone', async () => {
    const { truth } = engine;
    const containerDefinitions = [
      app('splunk', {
        logDriver: 'splunk',
        options: { 'splunk-url': 'https://logs.example:8088', 'splunk-token': 'hidden' },
      }),
      app('lost', {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/lost', 'awslogs-stream-prefix': 'ecs', 'awslogs-region': 'eu-west-1' },
      }),
    ];
    const compatibility = { requiresCompatibilities: ['EC2' as const], networkMode: 'bridge' as const };
    await truth.send(
      new RegisterTaskDefinitionCommand({ family: 'elsewhere', ...compatibility, containerDefinitions }),
    );
    const id = 'a'.repeat(32);
    kept.keep({ ...engine.scope, cluster: 'staging' }, 'web', [
      aStoppedTask('UserInitiated', 'Stopped', {
        id,
        taskDefinitionArn: 'elsewhere:1',
        revision: 'elsewhere:1',
      }),
    ]);
    const { containers, notRead } = await reads()['tasks.lines'](refOf('staging', id), aCall());
    expect(containers).toEqual([]);
    expect(notRead).toEqual([
      'splunk of elsewhere:1 is not read: the log driver splunk sends its lines elsewhere, to https://logs.example:8088.',
      "The log group /lost is not read: it doesn't exist in eu-west-1.",
    ]);
  });
});

describe('stopping a task', () => {
  it('is sent once for a double click, with its reason, and is in the journal', async () => {
    const arn = await firstTask();
    const stop = () => changes()['tasks.stop']({ ...refOf('staging', arn), why: 'It hangs' }, aCall());
    const handlers = changes();
    const input = { ...refOf('staging', arn), why: 'It hangs' };
    const [one, two] = await Promise.all([
      handlers['tasks.stop'](input, aCall()),
      handlers['tasks.stop'](input, aCall()),
    ]);
    expect(one).toEqual(two);
    expect(one.desiredStatus).toBe('STOPPED');
    expect(await stop()).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'It hangs' });
    expect(engine.journal.entries.list({})).toMatchObject([
      {
        kind: 'task',
        subject: 'web',
        state: 'done',
        why: 'It hangs',
        steps: [{ operation: 'StopTask', state: 'done' }],
      },
    ]);
    await untilStopped('staging', arn);
    await expect(stop()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(
        /^Nothing was sent, because the task \w{12} has already stopped\. Its reason: It hangs/,
      ),
    });
    const replaced = eventually(async () => expect(await tasksOf('staging', 'web')).not.toContain(arn));
    await sandbox.clock.runUntil(replaced);
  });

  it('needs the name of the service where a rule asks for it, and a reason where one asks for that', async () => {
    const arn = await firstTask();
    const guarded = (guard: object) =>
      createTaskChanges({
        ...engine.dependencies,
        environments: {
          guardOf: (place) => ({ ...engine.dependencies.environments.guardOf(place), ...guard }),
        },
      });
    await expect(
      guarded({ confirm: 'name' })['tasks.stop'](refOf('staging', arn), aCall()),
    ).rejects.toMatchObject({ message: expect.stringContaining('Confirm the change with web.') });
    await expect(
      guarded({ confirm: 'click', reason: 'required' })['tasks.stop'](refOf('staging', arn), aCall()),
    ).rejects.toMatchObject({ message: expect.stringContaining('Give the reason and try again.') });
    expect(engine.journal.entries.list({})).toEqual([]);
  });

  it('says first that the service starts another one, and that the task is the last one and protected', async () => {
    const arn = await firstTask('tools', 'dashboard');
    for (const other of (await tasksOf('tools', 'dashboard')).filter((each) => each !== arn)) {
      await engine.truth.send(new StopTaskCommand({ cluster: 'tools', task: other }));
    }
    await changes()['tasks.protect']({ ...refOf('tools', arn), protection: 'on', minutes: 30 }, aCall());
    const { effects, word } = await changes()['tasks.checkStop'](refOf('tools', arn), aCall());
    expect(word).toBe('dashboard');
    expect(effects.map(({ sentence }) => sentence)).toEqual([
      'dashboard starts another task in its place.',
      expect.stringMatching(/^It is the last (?:healthy|running) task\./),
      'It is protected from scaling and deployments. Stopping it by hand works anyway.',
    ]);
  });
});

describe('the protection of a task', () => {
  it('is refused with the words of ECS for a task without a service', async () => {
    const run = new RunTaskCommand({
      cluster: 'tools',
      taskDefinition: 'dashboard',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60001'] } },
    });
    const arn = (await engine.truth.send(run)).tasks?.[0]?.taskArn ?? '';
    await expect(
      changes()['tasks.protect']({ ...refOf('tools', arn), protection: 'on' }, aCall()),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('Only RUNNING tasks of a service'),
    });
    expect(engine.journal.entries.list({})).toMatchObject([{ kind: 'task', state: 'failed' }]);
  });
});

describe('a stopped task that ECS has forgotten', () => {
  const keeper = () =>
    createTaskKeeper({ aws: engine.dependencies.aws, kept, logger: silent, clock: { now: () => now } });
  const listing = (of: ReturnType<typeof keeper>) =>
    of.keeping({
      ...engine.catalog,
      'releases.watch': () => Promise.reject(new Error('nobody watches')),
    })['services.tasks'];

  it('is kept for a service whose page was open, listed as kept, and has its own page', async () => {
    const service = engine.service('staging', 'web');
    const follower = keeper();
    const list = listing(follower);
    await list(service, aCall());
    const arn = await firstTask();
    await changes()['tasks.stop']({ ...refOf('staging', arn), why: 'It hangs' }, aCall());
    await untilStopped('staging', arn);
    // No page reads it meanwhile: the round of the background does.
    now = new Date(now.getTime() + 21 * 60_000);
    await follower.round(new AbortController().signal);
    sandbox.clock.advance(3_700_000);
    const tasks = await list(service, aCall());
    expect(tasks.at(-1)).toMatchObject({
      arn,
      lastStatus: 'STOPPED',
      stoppedReason: 'It hangs',
      keptAt: expect.any(String),
    });
    expect(tasks.filter((task) => task.arn === arn)).toHaveLength(1);
    expect(await reads()['tasks.get'](refOf('staging', arn), aCall())).toMatchObject({
      service: 'web',
      task: { keptAt: expect.any(String) },
      failure: { cause: 'was stopped manually' },
    });
    const id = arn.split('/').at(-1) ?? '';
    expect(kept.search(id.slice(0, 8), 10)).toMatchObject([
      { cluster: 'staging', service: 'web', task: { id } },
    ]);
  });

  it('is on the disk unreadably, for thirty days, 500 of a service', () => {
    const place = engine.service('staging', 'web');
    const many = Array.from({ length: 520 }, (_, index) =>
      aStoppedTask('EssentialContainerExited', 'a telling reason', {
        id: `t${index}`,
        arn: `arn:aws:ecs:us-east-1:111111111111:task/staging/t${index}`,
        stoppedAt: new Date(now.getTime() - index * 1000).toISOString(),
      }),
    );
    kept.keep(place, 'web', many);
    expect(kept.list(place)).toHaveLength(500);
    expect(kept.list(place)[0]?.id).toBe('t0');
    kept.close();
    const bytes = readFileSync(path.join(folder, 'stopped-tasks.sqlite'), 'latin1');
    expect(bytes).not.toContain('a telling reason');
    kept = openKept();
    expect(kept.list(place)).toHaveLength(500);
    now = new Date(now.getTime() + 31 * 86_400_000);
    expect(kept.list(place)).toEqual([]);
  });
});
