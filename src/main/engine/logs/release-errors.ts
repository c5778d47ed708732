import { plainText } from '../../../shared/escape-sequences.ts';
import type { ErrorRate, ReleaseErrors, ServiceLogLine } from '../../../shared/model/log.ts';
import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../ports/handlers.ts';
import { createEventFinder, type EventFinder, type TimeWindow } from './found-events.ts';
import { contentKey, createLineMaker } from './log-line.ts';
import { byLogGroup, createTargetReader, type LogTarget } from './log-targets.ts';
import { groupRefusal } from './refused-group.ts';

const MOST_LINES = 3;
/** They are looked at in passing: the log has them whole. */
const LONGEST_LINE = 500;
const LONGEST_WINDOW_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
/** A rate of less says nothing. */
const LEAST_TASK_MS = 5_000;
/** For each log group of each revision. */
const MOST_PAGES = 3;

/**
 * The method services.releaseErrors: the first errors of the new revision, and how many errors both have written for each minute
 * of a task, in windows of the same length after and before the start. ECS lists stopped tasks for about an hour: in a longer
 * deployment whose tasks keep stopping, the window after the start begins with the first task that is still listed.
 *
 * @param now the time of this machine.
 */
export function createReleaseErrorHandlers(
  aws: Pick<Aws, 'ecs' | 'logs'>,
  now: () => Date,
): Pick<Handlers, 'services.releaseErrors'> {
  return {
    async 'services.releaseErrors'({ startedAt, revision, previousRevision, ...ref }, { signal }) {
      const read = createTargetReader(aws, ref, { container: undefined, task: undefined }, signal);
      const { targets, notRead } = await read();
      const finder = createEventFinder(aws, ref.account, signal);
      const start = Date.parse(startedAt);
      const ofRevision = (name: string | undefined): readonly LogTarget[] =>
        targets.filter((target) => target.revision === name);
      const from = Math.max(start, firstStartOf(ofRevision(revision)) ?? start);
      const length = Math.min(LONGEST_WINDOW_MS, Math.max(0, now().getTime() - from));
      const [released, previous] = await Promise.all([
        readErrors(finder, ofRevision(revision), { from, before: from + length }),
        readErrors(finder, ofRevision(previousRevision), { from: start - length, before: start }),
      ]);
      const answer: ReleaseErrors = {
        lines: released.lines,
        ...rateOf('released', revision, released),
        ...rateOf('previous', previousRevision, previous),
        notRead: [...new Set([...notRead, ...released.notRead, ...previous.notRead])],
      };
      return { ...answer, lines: [...answer.lines], notRead: [...answer.notRead] };
    },
  };
}

interface Errors {
  readonly lines: readonly ServiceLogLine[];
  readonly errors: number;
  readonly taskMs: number;
  readonly isPart: boolean;
  readonly notRead: readonly string[];
}

async function readErrors(
  finder: EventFinder,
  targets: readonly LogTarget[],
  window: Required<TimeWindow> & { readonly before: number },
): Promise<Errors> {
  const lines: ServiceLogLine[] = [];
  const notRead: string[] = [];
  let errors = 0;
  let taskMs = 0;
  let isPart = false;
  for (const group of byLogGroup(targets)) {
    const found: ServiceLogLine[] = [];
    const own = [...group.streams.values()].flat();
    const makeLine = createLineMaker();
    // An error of several lines counts once.
    let last = '';
    let pages = 0;
    let end = window.before;
    try {
      for await (const events of finder.find(group, [...group.streams.keys()], window)) {
        for (const event of events) {
          const [target] = group.streams.get(event.logStreamName ?? '') ?? [];
          if (target === undefined) continue;
          const line = makeLine(target, event, event.eventId ?? contentKey(target, event));
          if (line.level !== 'error') continue;
          const moment = `${event.logStreamName} ${event.timestamp}`;
          if (moment !== last) {
            errors += 1;
            const text = plainText(line.text).slice(0, LONGEST_LINE);
            if (found.length < MOST_LINES) found.push({ ...line, text });
          }
          last = moment;
        }
        pages += 1;
        if (pages < MOST_PAGES) continue;
        end = Math.min(end, events.at(-1)?.timestamp ?? end);
        isPart = true;
        break;
      }
    } catch (error) {
      const sentence = groupRefusal(group, error);
      if (sentence === undefined) throw error;
      notRead.push(sentence);
      continue;
    }
    lines.push(...found);
    taskMs += runningTime(own, { from: window.from, before: end });
  }
  const first = lines
    .toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? ''))
    .slice(0, MOST_LINES);
  return { lines: first, errors, taskMs, isPart, notRead };
}

/** When the first of the tasks started; undefined where none has. */
function firstStartOf(targets: readonly LogTarget[]): number | undefined {
  const starts = targets.flatMap(({ startedAt }) => (startedAt === undefined ? [] : Date.parse(startedAt)));
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** How long the tasks ran in a window, added up. A task counts once, whatever its containers. */
function runningTime(
  targets: readonly LogTarget[],
  { from, before }: { from: number; before: number },
): number {
  const tasks = new Map(targets.map((target) => [target.taskId, target]));
  return [...tasks.values()].reduce((sum, { startedAt, stoppedAt }) => {
    if (startedAt === undefined) return sum;
    const begin = Math.max(from, Date.parse(startedAt));
    const end = Math.min(before, stoppedAt === undefined ? before : Date.parse(stoppedAt));
    return sum + Math.max(0, end - begin);
  }, 0);
}

function rateOf(
  name: 'released' | 'previous',
  revision: string | undefined,
  { errors, taskMs, isPart }: Errors,
): Partial<Record<'released' | 'previous', ErrorRate>> {
  if (revision === undefined || taskMs < LEAST_TASK_MS) return {};
  return { [name]: { revision, errors, taskMinutes: taskMs / MINUTE_MS, isPart } };
}
