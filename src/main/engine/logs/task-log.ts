import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ServiceLogLine } from '../../../shared/model/log.ts';
import type { Aws } from '../aws/aws.ts';
import { contentKey, createLineMaker, type LineOrigin, type LogEvent } from './log-line.ts';
import { type LogSource, logSourceOf } from './log-source.ts';
import { groupRefusal } from './refused-group.ts';

/** What the containers of one task write. */
export interface TaskLog {
  /** Whether there is a container whose lines can be read. */
  readonly hasSource: () => boolean;
  /** The lines since the last call, oldest first. A container whose lines can't be read is named once, and not read again. */
  readonly readNew: () => Promise<NewLines>;
}

interface NewLines {
  readonly lines: readonly ServiceLogLine[];
  /** Sentences. */
  readonly notRead: readonly string[];
}

interface LoggedTask {
  readonly taskId: string;
  readonly revision: string;
  /** The containers of its revision. */
  readonly definitions: readonly ContainerDefinition[];
  readonly signal: AbortSignal;
}

/** What one container has written, as far as it was read. */
interface Tail extends LineOrigin {
  readonly source: LogSource;
  /** How often each text of the latest millisecond was there. */
  latest: { readonly at: number; readonly copies: Map<string, number> };
  /** Where the next read goes on; undefined before the first one. */
  token: string | undefined;
}

/** Opens the log of one task, whose streams are read from their beginning with GetLogEvents. */
export function openTaskLog(
  aws: Pick<Aws, 'logs'>,
  scope: Scope,
  { taskId, revision, definitions, signal }: LoggedTask,
): TaskLog {
  let tails: readonly Tail[] = definitions.flatMap((definition) => {
    const { name = '' } = definition;
    const source = logSourceOf(definition, { id: taskId });
    if (source === undefined) return [];
    const latest = { at: -1, copies: new Map<string, number>() };
    return [{ taskId, container: name, revision, source, latest, token: undefined }];
  });
  const makeLine = createLineMaker();

  function lineOf(tail: Tail, event: LogEvent): ServiceLogLine {
    const key = contentKey(tail, event);
    const at = event.timestamp ?? 0;
    if (tail.latest.at !== at) tail.latest = { at, copies: new Map() };
    const copy = tail.latest.copies.get(key) ?? 0;
    tail.latest.copies.set(key, copy + 1);
    return makeLine(tail, event, `${key}/${copy}`);
  }

  async function readTail(tail: Tail): Promise<readonly ServiceLogLine[]> {
    const { logGroup, logStream, region = scope.region } = tail.source;
    const logs = aws.logs({ account: scope.account, region }, 'visible');
    const lines: ServiceLogLine[] = [];
    for (;;) {
      const { events = [], nextForwardToken } = await logs.send(
        new GetLogEventsCommand({
          logGroupName: logGroup,
          logStreamName: logStream,
          startFromHead: true,
          ...(tail.token === undefined ? {} : { nextToken: tail.token }),
        }),
        { abortSignal: signal },
      );
      lines.push(...events.map((event) => lineOf(tail, event)));
      // The same token comes back at the end of a stream.
      const isEnd = nextForwardToken === undefined || nextForwardToken === tail.token;
      tail.token = nextForwardToken ?? tail.token;
      if (isEnd) return lines;
    }
  }

  async function readTailIfThere(tail: Tail): Promise<NewLines> {
    try {
      return { lines: await readTail(tail), notRead: [] };
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
      // The driver creates the stream with the first line.
      if (error.code === 'NOT_FOUND') return { lines: [], notRead: [] };
      tails = tails.filter((each) => each !== tail);
      const { logGroup, region = scope.region } = tail.source;
      const why = groupRefusal({ logGroup, region }, error) ?? error.message;
      return { lines: [], notRead: [`The lines of ${tail.container} are not shown. ${why}`] };
    }
  }

  return {
    hasSource: () => tails.length > 0,
    readNew: async () => {
      const read = await Promise.all(tails.map(readTailIfThere));
      const lines = read.flatMap((each) => each.lines);
      return {
        lines: lines.toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? '')),
        notRead: read.flatMap(({ notRead }) => notRead),
      };
    },
  };
}
