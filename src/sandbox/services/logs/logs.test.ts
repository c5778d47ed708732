import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type LogGroupClass,
  PutLogEventsCommand,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { matchesPattern } from './filter-pattern.ts';
import { createLogStore } from './log-store.ts';
import { createLogs } from './logs.ts';

let at = 1_700_000_000_000;
const store = createLogStore(() => new Date(at));
const logGroupName = '/ecs/web';
const logStreamName = 'ecs/app/1';

let api: TestApi;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  api = await startTestApi({
    json: [
      createLogs(
        () => store,
        () => new Date(at),
        { updateMs: 20, sessionMs: 1_000, mostSessions: 2 },
      ),
    ],
  });
  client = new CloudWatchLogsClient({ ...api.config, disableHostPrefix: true });
  for (let line = 1; line <= 5; line += 1) {
    at += 1000;
    store.append(logGroupName, logStreamName, `line ${line}`);
  }
  store.append(logGroupName, 'ecs/app/2', 'ERROR no connection');
  store.append('/ecs/worker', 'ecs/app/3', 'done');
});
afterAll(() => api.close());

const read = async (input: { nextToken?: string | undefined; startFromHead?: boolean; limit?: number }) => {
  const answer = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...input }));
  return { lines: answer.events?.map(({ message }) => message), ...answer };
};

it('GetLogEvents returns the latest lines first, and earlier ones by token', async () => {
  const latest = await read({ limit: 2 });
  expect(latest.lines).toEqual(['line 4', 'line 5']);
  const before = await read({ limit: 2, nextToken: latest.nextBackwardToken });
  expect(before.lines).toEqual(['line 2', 'line 3']);
});

it('GetLogEvents returns the same token until there are new lines', async () => {
  const first = await read({ startFromHead: true });
  expect(first.lines).toHaveLength(5);
  const nothing = await read({ nextToken: first.nextForwardToken });
  expect(nothing.lines).toEqual([]);
  expect(nothing.nextForwardToken).toBe(first.nextForwardToken);
  at += 1000;
  store.append(logGroupName, logStreamName, 'line 6');
  expect((await read({ nextToken: nothing.nextForwardToken })).lines).toEqual(['line 6']);
});

it('FilterLogEvents finds lines in all streams of a group', async () => {
  const find = async (filterPattern: string) => {
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
    return events?.map((event) => `${event.logStreamName}: ${event.message}`);
  };
  expect(await find('ERROR')).toEqual(['ecs/app/2: ERROR no connection']);
  expect(await find('?ERROR ?"line 1"')).toEqual(['ecs/app/1: line 1', 'ecs/app/2: ERROR no connection']);

  const page = new FilterLogEventsCommand({ logGroupName, logStreamNamePrefix: 'ecs/app/1', limit: 4 });
  const { events, nextToken } = await client.send(page);
  expect(events).toHaveLength(4);
  expect(nextToken).toBeDefined();
});

it('FilterLogEvents pages by 1 MB, refuses a stream that is missing, and names events the same each time', async () => {
  const large = '/large';
  for (let line = 0; line < 9; line += 1) store.append(large, `s${line % 2}`, 'x'.repeat(300_000));
  const pages: (string | undefined)[][] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new FilterLogEventsCommand({ logGroupName: large, nextToken }));
    pages.push((page.events ?? []).map(({ eventId }) => eventId));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(pages.map((page) => page.length)).toEqual([3, 3, 3]);
  expect(new Set(pages.flat()).size).toBe(9);
  const again = await client.send(new FilterLogEventsCommand({ logGroupName: large }));
  expect(again.events?.map(({ eventId }) => eventId)).toEqual(pages[0]);
  await expect(
    client.send(new FilterLogEventsCommand({ logGroupName: large, logStreamNames: ['s0', 'none'] })),
  ).rejects.toThrow('The specified log stream does not exist.');
});

describe('StartLiveTail', () => {
  const arn = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;
  const start = async (input: Omit<StartLiveTailCommandInput, 'logGroupIdentifiers'>, groups = ['/tail']) => {
    for (const group of groups) store.createGroup(group);
    const command = new StartLiveTailCommand({ ...input, logGroupIdentifiers: groups.map(arn) });
    const end = new AbortController();
    const { responseStream } = await client.send(command, { abortSignal: end.signal });
    const events = responseStream?.[Symbol.asyncIterator]();
    if (events === undefined) throw new Error('No stream came.');
    return { next: () => events.next(), end: () => end.abort() };
  };

  it('sends what is written after its start, of the streams that it was asked for', async () => {
    store.append('/tail', 'a/1', 'before');
    const events = await start({ logStreamNamePrefixes: ['a/'] });
    expect((await events.next()).value).toMatchObject({ sessionStart: { logStreamNamePrefixes: ['a/'] } });
    store.append('/tail', 'a/2', 'new');
    store.append('/tail', 'b/1', 'other');
    for (;;) {
      const { value } = await events.next();
      const results = value?.sessionUpdate?.sessionResults ?? [];
      if (results.length === 0) continue;
      expect(value?.sessionUpdate?.sessionMetadata).toEqual({ sampled: false });
      expect(results).toMatchObject([
        { logStreamName: 'a/2', logGroupIdentifier: arn('/tail'), message: 'new', timestamp: at },
      ]);
      break;
    }
    events.end();
  });

  it('sends a sample of 500 events when more were written', async () => {
    const events = await start({});
    await events.next();
    for (let line = 0; line < 1_200; line += 1) store.append('/tail', 'a/1', `line ${line}`);
    for (;;) {
      const { value } = await events.next();
      const update = value?.sessionUpdate;
      if (update?.sessionResults?.length === 0) continue;
      expect(update?.sessionMetadata).toEqual({ sampled: true });
      expect(update?.sessionResults).toHaveLength(500);
      break;
    }
    events.end();
  });

  it('ends with SessionTimeoutException when its time is over', async () => {
    const events = await start({});
    const all = async (): Promise<void> => {
      for (let next = await events.next(); next.done !== true; next = await events.next());
    };
    await expect(all()).rejects.toMatchObject({ name: 'SessionTimeoutException' });
  });

  it('refuses names of groups, more than 10 groups, streams of two groups, and too many sessions', async () => {
    await expect(
      client.send(new StartLiveTailCommand({ logGroupIdentifiers: ['/tail'] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(
      start(
        {},
        Array.from({ length: 11 }, (_, group) => `/g${group}`),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(start({ logStreamNames: ['a'] }, ['/tail', '/put'])).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const [one, two] = [await start({}), await start({})];
    await expect(start({})).rejects.toMatchObject({ name: 'LimitExceededException' });
    one.end();
    two.end();
    await eventually(async () => (await start({})).end());
  });
});

describe('PutLogEvents', () => {
  const HOUR_MS = 60 * 60 * 1000;
  const put = async (stream: string, hours: readonly number[]) => {
    const names = { logGroupName: '/put', logStreamName: stream };
    store.createGroup('/put');
    await client.send(new CreateLogStreamCommand(names));
    const logEvents = hours.map((each) => ({ timestamp: at + each * HOUR_MS, message: `${each} h` }));
    const { rejectedLogEventsInfo } = await client.send(new PutLogEventsCommand({ ...names, logEvents }));
    const { events = [] } = await client.send(new GetLogEventsCommand(names));
    return { rejectedLogEventsInfo, events };
  };

  it('rejects events that are older than 14 days and takes the rest', async () => {
    const { rejectedLogEventsInfo, events } = await put('old', [-14 * 24 - 2, -14 * 24 - 1, -14 * 24 + 1]);
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2 });
    expect(events).toMatchObject([{ message: `${-14 * 24 + 1} h`, ingestionTime: at }]);
  });

  it('rejects events that are more than 2 hours in the future and takes the rest', async () => {
    const { rejectedLogEventsInfo, events } = await put('new', [0, 2, 3]);
    expect(rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 2 });
    expect(events.map(({ message }) => message)).toEqual(['0 h', '2 h']);
  });

  it('reports no rejected events when it took all of them', async () => {
    expect((await put('all', [-1, 0])).rejectedLogEventsInfo).toBeUndefined();
  });

  it('refuses events out of order, and a batch that spans more than a day', async () => {
    await expect(put('order', [0, -1])).rejects.toThrow(
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
    await expect(put('span', [-25, 0])).rejects.toThrow('cannot span more than 24 hours');
  });
});

it('CloudWatch Logs lists groups and streams', async () => {
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/' }));
  expect(logGroups?.map((group) => group.logGroupName)).toEqual(['/ecs/web', '/ecs/worker']);
  const { logStreams } = await client.send(
    new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
  );
  expect(logStreams?.map((stream) => stream.logStreamName).toSorted()).toEqual(['ecs/app/1', 'ecs/app/2']);
  await expect(client.send(new DescribeLogStreamsCommand({ logGroupName: 'none' }))).rejects.toThrow(
    'The specified log group does not exist.',
  );
});

it.each([
  ['one two', 'two one', true],
  ['one two', 'one three', false],
  ['one two', 'one -two', false],
  ['one two', '"one two"', true],
  ['one  two', '"one two"', false],
  ['one', undefined, true],
])('a filter pattern matches %j with %j: %s', (message, pattern, matches) => {
  expect(matchesPattern(message, pattern)).toBe(matches);
});

it('a log group of the class Infrequent Access is written and listed, and neither read, searched nor followed', async () => {
  const cold = { logGroupName: '/cold' };
  await client.send(new CreateLogGroupCommand({ ...cold, logGroupClass: 'INFREQUENT_ACCESS' }));
  store.append('/cold', 's', 'written');
  const listed = async (logGroupClass: LogGroupClass) => {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupClass }));
    return logGroups.map((group) => [group.logGroupName, group.logGroupClass]);
  };
  expect(await listed('ESSENTIALS')).toEqual([['/cold', 'INFREQUENT_ACCESS']]);
  expect(await listed('STANDARD')).not.toContainEqual(['/cold', 'INFREQUENT_ACCESS']);
  const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/cold';
  const attempts = {
    FilterLogEvents: client.send(new FilterLogEventsCommand(cold)),
    GetLogEvents: client.send(new GetLogEventsCommand({ ...cold, logStreamName: 's' })),
    StartLiveTail: client.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn] })),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    await expect(attempt).rejects.toMatchObject({
      name: 'InvalidOperationException',
      message: `The log group /cold is of log-group-class INFREQUENT_ACCESS. ${name} is not supported for this log class.`,
    });
  }
});
