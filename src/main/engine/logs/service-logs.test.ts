import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { type ErrorCode, SlipwayError } from '../../../shared/errors.ts';
import type { ServiceLogLine, ServiceLogsEvent } from '../../../shared/model/log.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { lastPartOf } from '../aws/arns.ts';
import { openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { afterEnd } from './live-tail-end.ts';
import { groupRefusal } from './refused-group.ts';
import { createReleaseErrorHandlers } from './release-errors.ts';
import { createLogHandlers } from './service-logs.ts';
import { openTaskLog } from './task-log.ts';

const CLUSTER = 'logs';
const POLL_MS = 100;

interface Aws {
  readonly sandbox: TestSandbox;
  readonly engine: ReleaseEngine;
  readonly logs: CloudWatchLogsClient;
}

async function openAws(deniedActions: readonly string[] = []): Promise<Aws> {
  const sandbox = await startTestSandbox({ scenario: 'empty', deniedActions });
  const { endpoint, region, credentials } = sandbox;
  const engine = await openReleaseEngine(sandbox);
  await engine.truth.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const logs = new CloudWatchLogsClient({ endpoint, region, credentials, disableHostPrefix: true });
  return { sandbox, engine, logs };
}

async function closeAws({ sandbox, engine }: Aws): Promise<void> {
  engine.close();
  await sandbox.close();
}

function logsTo(name: string, options: Readonly<Record<string, string>>): ContainerDefinition {
  return {
    name,
    image: 'public.ecr.aws/docker/library/nginx:1',
    essential: true,
    memory: 64,
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-region': 'us-east-1', ...options } },
  };
}

const APP = logsTo('app', { 'awslogs-group': '/logs/app', 'awslogs-stream-prefix': 'ecs' });

/** Starts two tasks of a service, and answers with their ids. */
async function startService(
  { engine, sandbox }: Aws,
  name: string,
  containerDefinitions: ContainerDefinition[],
): Promise<readonly string[]> {
  const { truth } = engine;
  await truth.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecs-execution',
      containerDefinitions,
    }),
  );
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
  await truth.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: name,
      taskDefinition: name,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration,
    }),
  );
  sandbox.clock.advance(120_000);
  const { taskArns = [] } = await truth.send(new ListTasksCommand({ cluster: CLUSTER, serviceName: name }));
  return taskArns.map(lastPartOf);
}

interface Followed {
  readonly events: readonly ServiceLogsEvent[];
  readonly lines: () => readonly ServiceLogLine[];
  readonly texts: () => readonly string[];
  /** The latest. */
  readonly sources: () => Extract<ServiceLogsEvent, { kind: 'sources' }> | undefined;
  readonly caughtUp: () => Promise<void>;
  readonly end: () => Promise<unknown>;
}

function follow({ engine }: Aws, service: string, more: object = {}): Followed {
  const events: ServiceLogsEvent[] = [];
  const end = new AbortController();
  const handlers = createLogHandlers(engine.dependencies.aws, POLL_MS);
  const ref = engine.service(CLUSTER, service);
  const ended = handlers['services.logs'](
    { ...ref, since: '2000-01-01T00:00:00.000Z', follow: true, ...more },
    { signal: end.signal, emit: (event) => events.push(event) },
  ).catch((error: unknown) => error);
  const lines = (): readonly ServiceLogLine[] =>
    events.flatMap((event) => (event.kind === 'lines' ? event.lines : []));
  return {
    events,
    lines,
    texts: () => lines().map(({ text }) => text),
    sources: () => events.findLast((event) => event.kind === 'sources'),
    caughtUp: () => eventually(() => expect(events.map(({ kind }) => kind)).toContain('caught-up')),
    end: () => {
      end.abort();
      return ended;
    },
  };
}

async function put(
  { logs }: Aws,
  logStreamName: string,
  logEvents: { timestamp: number; message: string }[],
  logGroupName = '/logs/app',
): Promise<void> {
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

let aws: Aws;
let tasks: readonly string[];
beforeAll(async () => {
  aws = await openAws();
  tasks = await startService(aws, 'app', [APP]);
});
afterAll(() => closeAws(aws));

const streamOf = (task: number): string => `ecs/app/${tasks[task]}`;
const now = (): number => Date.now();

describe('services.logs', () => {
  it('tells its sources, the lines of all tasks by their times, and then those that come, each once', async () => {
    const followed = follow(aws, 'app');
    await followed.caughtUp();
    expect(followed.events[0]).toMatchObject({ kind: 'sources', via: 'live-tail', notRead: [] });
    expect(
      followed
        .sources()
        ?.sources.map(({ taskId }) => taskId)
        .toSorted(),
    ).toEqual(tasks.toSorted());
    const times = followed.lines().map(({ at = '' }) => at);
    expect(times).toEqual(times.toSorted());
    expect(new Set(followed.lines().map(({ taskId }) => taskId))).toEqual(new Set(tasks));

    const at = now();
    const same = { timestamp: at, message: 'ERROR the same' };
    await put(aws, streamOf(0), [same, same]);
    await put(aws, streamOf(1), [{ timestamp: at, message: 'from the other' }]);
    await eventually(() => expect(followed.texts()).toContain('from the other'));
    await eventually(() =>
      expect(followed.texts().filter((text) => text === 'ERROR the same')).toHaveLength(2),
    );
    expect(followed.lines().find(({ text }) => text === 'ERROR the same')).toMatchObject({
      taskId: tasks[0],
      container: 'app',
      revision: 'app:1',
      level: 'error',
      at: new Date(at).toISOString(),
    });
    const ids = followed.lines().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await followed.end()).toMatchObject({ code: 'CANCELLED' });
  });

  it('loses none of the lines that a live tail leaves out, come late, or have the time of a clock that differs', async () => {
    const followed = follow(aws, 'app');
    await followed.caughtUp();
    const sent = new Set<string>();
    const batch = async (task: number, name: string, count: number, offsetMs: number) => {
      const events = Array.from({ length: count }, (_, line) => ({
        timestamp: now() + offsetMs,
        message: `${name} ${line}`,
      }));
      for (const { message } of events) sent.add(message);
      await put(aws, streamOf(task), events);
    };
    await batch(0, 'burst', 2_500, 0);
    await batch(1, 'behind', 20, -10 * 60_000);
    await batch(1, 'ahead', 20, 60 * 60_000);
    await batch(0, 'late', 20, -30_000);
    await eventually(() => expect([...sent].filter((text) => !followed.texts().includes(text))).toEqual([]));
    expect(followed.events.some((event) => event.kind === 'lines' && event.sampled === true)).toBe(true);
    expect(followed.texts().filter((text) => sent.has(text))).toHaveLength(sent.size);
    await followed.end();
  });

  it('reads one task, one container, a window of time and a text, and ends', async () => {
    const at = now() - 60_000;
    await put(aws, streamOf(0), [
      { timestamp: at, message: 'needle early' },
      { timestamp: at + 1_000, message: 'needle' },
      { timestamp: at + 2_000, message: 'hay' },
      { timestamp: at + 3_000, message: 'needle at the end' },
    ]);
    const followed = follow(aws, 'app', {
      follow: false,
      task: tasks[0],
      container: 'app',
      filter: 'needle',
      since: new Date(at + 1).toISOString(),
      until: new Date(at + 3_000).toISOString(),
    });
    await followed.caughtUp();
    expect(followed.texts()).toEqual(['needle']);
    expect(followed.sources()?.sources).toMatchObject([{ taskId: tasks[0], logGroup: '/logs/app' }]);
    expect(await follow(aws, 'app', { task: 'none' }).end()).toMatchObject({ code: 'CANCELLED' });
  });

  it('keeps the last lines of a task that stops meanwhile, and adds the one that follows it', async () => {
    const followed = follow(aws, 'app');
    await followed.caughtUp();
    await aws.engine.truth.send(new StopTaskCommand({ cluster: CLUSTER, task: tasks[1] }));
    aws.sandbox.clock.advance(120_000);
    await eventually(() => {
      const last = followed.lines().filter(({ taskId }) => taskId === tasks[1]);
      expect(last.map(({ text }) => text)).toContain('bye');
      const sources = followed.sources()?.sources ?? [];
      expect(sources.find(({ taskId }) => taskId === tasks[1])?.state).toBe('stopped');
      expect(sources.length).toBeGreaterThan(2);
    });
    const added = followed.sources()?.sources.find(({ taskId }) => !tasks.includes(taskId))?.taskId ?? '';
    await eventually(() => expect(followed.lines().map(({ taskId }) => taskId)).toContain(added));
    await followed.end();
  });

  it('names a log group that is missing and other drivers, and reads the rest', async () => {
    const missing = logsTo('lost', {
      'awslogs-group': '/logs/missing',
      'awslogs-stream-prefix': 'ecs',
      'awslogs-region': 'eu-west-1',
    });
    const splunk: ContainerDefinition = {
      ...APP,
      name: 'splunk',
      logConfiguration: {
        logDriver: 'splunk',
        options: { 'splunk-url': 'https://user:word@splunk.example:8088', 'splunk-token': 'hidden' },
      },
    };
    const firelens: ContainerDefinition = {
      ...APP,
      name: 'fire',
      logConfiguration: {
        logDriver: 'awsfirelens',
        options: {
          Name: 'cloudwatch_logs',
          region: 'us-east-1',
          log_group_name: '/logs/fire',
          log_stream_prefix: 'fire-',
        },
      },
    };
    const router: ContainerDefinition = {
      ...APP,
      name: 'router',
      firelensConfiguration: { type: 'fluentbit' },
    };
    const [task = ''] = await startService(aws, 'mixed', [APP, missing, splunk, firelens, router]);
    const stream = `fire-fire-firelens-${task}`;
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/logs/fire' }));
    await aws.logs.send(new CreateLogStreamCommand({ logGroupName: '/logs/fire', logStreamName: stream }));
    const record = { container_id: 'c', container_name: 'fire', log: 'WARN by FireLens', source: 'stdout' };
    await put(aws, stream, [{ timestamp: now(), message: JSON.stringify(record) }], '/logs/fire');
    const followed = follow(aws, 'mixed', { follow: false });
    await followed.caughtUp();
    expect(followed.lines().find(({ container }) => container === 'fire')).toMatchObject({
      text: 'WARN by FireLens',
      level: 'warn',
      taskId: task,
    });
    expect(followed.lines().some(({ container }) => container === 'app')).toBe(true);
    const { notRead } = (await followed.end()) as { notRead: string[] };
    expect(followed.sources()?.notRead).toEqual(notRead);
    expect(notRead.toSorted()).toEqual([
      "The log group /logs/missing is not read: it doesn't exist in eu-west-1.",
      'splunk of mixed:1 is not read: the log driver splunk sends its lines elsewhere, to https://splunk.example:8088.',
    ]);
  });

  it('names a log group of another class than Standard with what reads it, and reads and follows the others live', async () => {
    const logGroupClass = 'INFREQUENT_ACCESS';
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/logs/cold', logGroupClass }));
    const cold = logsTo('cold', { 'awslogs-group': '/logs/cold', 'awslogs-stream-prefix': 'ecs' });
    const [task = ''] = await startService(aws, 'classes', [APP, cold]);
    const sentence =
      'The log group /logs/cold is not read: only log groups of the class Standard can be read and followed. Query it with CloudWatch Logs Insights: https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Flogs$252Fcold.';
    const followed = follow(aws, 'classes');
    await followed.caughtUp();
    await eventually(() =>
      expect(followed.sources()).toMatchObject({ via: 'live-tail', notRead: [sentence] }),
    );
    await put(aws, `ecs/app/${task}`, [{ timestamp: now(), message: 'beside the cold group' }]);
    await eventually(() => expect(followed.texts()).toContain('beside the cold group'));
    await followed.end();

    const handlers = createReleaseErrorHandlers(aws.engine.dependencies.aws, () => new Date());
    const errors = await handlers['services.releaseErrors'](
      {
        ...aws.engine.service(CLUSTER, 'classes'),
        startedAt: new Date(now() - 600_000).toISOString(),
        revision: 'classes:1',
      },
      { signal: new AbortController().signal, emit: () => {} },
    );
    expect(errors.notRead).toEqual([sentence]);

    const log = openTaskLog(aws.engine.dependencies.aws, aws.engine.scope, {
      taskId: task,
      revision: 'classes:1',
      definitions: [APP, cold],
      signal: new AbortController().signal,
    });
    const first = await log.readNew();
    expect(first.lines.map(({ text }) => text)).toContain('beside the cold group');
    expect(first.notRead).toEqual([`The lines of cold are not shown. ${sentence}`]);
    expect((await log.readNew()).notRead).toEqual([]);
  });

  it('polls while the limit of live tails is reached', async () => {
    const end = new AbortController();
    const logGroupIdentifiers = ['arn:aws:logs:us-east-1:123456789012:log-group:/logs/app'];
    // Those of the tests before this one may still be open for a moment.
    let sessions = 0;
    await eventually(async () => {
      for (; sessions < 15; sessions += 1) {
        const command = new StartLiveTailCommand({ logGroupIdentifiers });
        await aws.logs.send(command, { abortSignal: end.signal });
      }
    });
    const followed = follow(aws, 'app');
    await followed.caughtUp();
    await eventually(() =>
      expect(followed.sources()).toMatchObject({
        via: 'polls',
        why: 'New lines are polled: the limit of live tail sessions of this account in us-east-1 is reached.',
      }),
    );
    await put(aws, streamOf(0), [{ timestamp: now(), message: 'by a poll' }]);
    await eventually(() => expect(followed.texts()).toContain('by a poll'));
    end.abort();
    await followed.end();
  });

  it('no longer says that lines come live when AWS can no longer be reached', async () => {
    const own = await openAws();
    await startService(own, 'app', [APP]);
    const followed = follow(own, 'app');
    await followed.caughtUp();
    await eventually(() => expect(followed.sources()).toMatchObject({ via: 'live-tail' }));
    await own.sandbox.close();
    await eventually(() =>
      expect(followed.sources()).toMatchObject({
        via: 'polls',
        why: expect.stringMatching(/^New lines are polled: no live tail could be opened\. /),
      }),
    );
    await followed.end();
    own.engine.close();
  });

  it('polls where live tails are not allowed, and names the action of a log group that may not be read', async () => {
    const strict = await openAws(['logs:StartLiveTail']);
    await startService(strict, 'app', [APP]);
    const followed = follow(strict, 'app');
    await followed.caughtUp();
    await eventually(() =>
      expect(followed.sources()).toMatchObject({
        via: 'polls',
        why: "New lines are polled: your policies don't allow logs:StartLiveTail.",
      }),
    );
    await followed.end();
    await closeAws(strict);

    const blind = await openAws(['logs:FilterLogEvents', 'logs:StartLiveTail']);
    await startService(blind, 'app', [APP]);
    const refused = follow(blind, 'app', { follow: false });
    await refused.caughtUp();
    expect(await refused.end()).toMatchObject({
      count: 0,
      notRead: [expect.stringMatching(/^The log group \/logs\/app is not read\. .*logs:FilterLogEvents/)],
    });
    await closeAws(blind);
  });
});

describe('services.releaseErrors', () => {
  it('has the first errors of the new revision, and how many it and the old one wrote', async () => {
    const own = await openAws();
    const [old = ''] = await startService(own, 'app', [APP]);
    const { dependencies } = own.engine;
    // Time has passed by leaps, so that the tasks started only a moment ago on the wall.
    const at = now() + 30_000;
    await put(own, `ecs/app/${old}`, [{ timestamp: at - 5_000, message: 'ERROR old' }]);
    const startedAt = new Date(at).toISOString();
    const handlers = createReleaseErrorHandlers(dependencies.aws, () => new Date(at + 60_000));
    const errors = (revision: string, previousRevision: string, since = startedAt) =>
      handlers['services.releaseErrors'](
        { ...own.engine.service(CLUSTER, 'app'), startedAt: since, revision, previousRevision },
        { signal: new AbortController().signal, emit: () => {} },
      );
    // The tasks of the first revision stand for the new one of a release, and for the old one of another.
    await put(own, `ecs/app/${old}`, [
      { timestamp: at + 1_000, message: 'INFO fine' },
      { timestamp: at + 2_000, message: 'ERROR one' },
      { timestamp: at + 2_000, message: '    at run (app.js:1:1)' },
      { timestamp: at + 3_000, message: '{"level":50,"msg":"two"}' },
      { timestamp: at + 4_000, message: 'ERROR three' },
      { timestamp: at + 5_000, message: 'ERROR four' },
    ]);
    const { lines, released, previous, notRead } = await errors('app:1', 'app:0');
    expect(lines.map(({ text }) => text)).toEqual(['ERROR one', '{"level":50,"msg":"two"}', 'ERROR three']);
    expect(released).toMatchObject({ revision: 'app:1', errors: 4, isPart: false });
    expect({ previous, notRead }).toEqual({ previous: undefined, notRead: [] });
    expect((await errors('app:2', 'app:1')).previous).toMatchObject({ revision: 'app:1', errors: 1 });
    // Of a deployment of two hours, ECS no longer lists the first tasks.
    const long = await errors('app:1', 'app:0', new Date(at - 2 * 60 * 60_000).toISOString());
    expect(long.lines[0]?.text).toBe('ERROR old');
    expect(long.released).toMatchObject({ revision: 'app:1', errors: 5 });
    await closeAws(own);
  });
});

describe('a log group that AWS refuses to read', () => {
  const group = { region: 'us-east-1', logGroup: '/logs/app' };
  const refused = (code: ErrorCode, message: string) => groupRefusal(group, new SlipwayError(code, message));

  it('is a sentence of its own, unless the error is not about the group', () => {
    const words = 'AWS says: This operation is only supported on the Standard log class.';
    expect(refused('INVALID_INPUT', words)).toMatch(
      /^The log group \/logs\/app is not read: .*Logs Insights: https/,
    );
    expect(refused('INVALID_INPUT', 'The key is disabled.')).toBe(
      'The log group /logs/app is not read. The key is disabled.',
    );
    expect(refused('UNAVAILABLE', words)).toBeUndefined();
    expect(refused('AUTH_REQUIRED', words)).toBeUndefined();
    expect(groupRefusal(group, new Error(words))).toBeUndefined();
  });
});

describe('the end of a live tail', () => {
  const failed = (awsError: string) =>
    new SlipwayError('INVALID_INPUT', 'AWS refused.', { detail: { awsError } });

  it('in a region without live tails is told once, and lines are polled', () => {
    const noHost = new SlipwayError('UNAVAILABLE', 'No such host.', {
      cause: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
    });
    const why = 'New lines are polled: CloudWatch Logs has no live tail in mx-central-1.';
    expect(afterEnd(failed('UnknownOperationException'), 'mx-central-1', 0)).toEqual({
      why,
      afterMs: undefined,
    });
    expect(afterEnd(noHost, 'mx-central-1', 0)).toMatchObject({ why });
  });

  it('of log groups that have no live tails is told in AWS’s words, and not blamed on the region', () => {
    expect(afterEnd(failed('InvalidOperationException'), 'us-east-1', 0)).toEqual({
      why: 'New lines are polled: these log groups have no live tail. AWS refused.',
      afterMs: undefined,
    });
  });

  it('after three hours opens it again at once, and after a failure with growing pauses', () => {
    expect(afterEnd(undefined, 'us-east-1', 0)).toEqual({ why: undefined, afterMs: 0 });
    expect(afterEnd(new Error('aborted'), 'us-east-1', 0)).toEqual({ why: undefined, afterMs: 1_000 });
    expect(afterEnd(new Error('aborted'), 'us-east-1', 3)).toEqual({
      why: 'New lines are polled: the live tail in us-east-1 was interrupted.',
      afterMs: 8_000,
    });
  });
});
