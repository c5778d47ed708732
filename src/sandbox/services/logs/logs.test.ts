import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
      ),
    ],
  });
  client = new CloudWatchLogsClient(api.config);
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
