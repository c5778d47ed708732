import { InvalidArgumentError, Option } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/escape-sequences.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { LogLevel, type ServiceLogLine, type ServiceLogsEvent } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import type { Output, Segment, Style } from '../command/output.ts';
import { serviceOf } from '../command/service.ts';
import { sinceText, sinceTime } from '../command/since.ts';
import { taskThatBegins } from '../command/task.ts';
import { coloredSegments } from '../command/terminal-colors.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints what the tasks of a service have written to CloudWatch Logs, oldest first. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option('-f, --follow', 'continue with new lines and tasks until interrupted')
      .option('--since <time>', 'an age such as 10m or 2h, or a time (default: 10m)', sinceText)
      .option('--until <time>', 'the end, as an age or a time', sinceText)
      .option('--filter <text>', 'only lines that contain this text')
      .option('--regex <pattern>', 'only lines that match this regular expression (RE2)', patternText)
      .addOption(
        new Option('--level <level>', 'only lines of this level and above').choices(LogLevel.options),
      )
      .option('--container <name>', 'only this container')
      .option('--task <id>', 'only this task; the start of its id is enough');
    addOutputFlags(command);
    addExamples(command, [
      ['the last ten minutes of all tasks', 'slipway logs -c production -n web'],
      [
        'errors of the last two hours, and those to come',
        'slipway logs -c production -n web --since 2h --level error -f',
      ],
      ['slow requests of one task', `slipway logs -c production -n web --task 1d3c --regex ' \\d{4,}ms'`],
      ['one JSON object per line', 'slipway logs -c production -n web --json'],
    ]);
  },
  run: logs,
};

const LONGEST_PATTERN = 500;

/** Checks the length only: the expression is read when the command runs. */
function patternText(text: string): string {
  if (text.length > 0 && text.length <= LONGEST_PATTERN) return text;
  throw new InvalidArgumentError(`Give a regular expression of 1 to ${LONGEST_PATTERN} characters.`);
}

async function logs(invocation: Invocation): Promise<number> {
  const { io, flags, output } = invocation;
  const isWanted = await wantedLines(flags.text('regex'), flags.text('level'));
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const [filter, container, until, task] = ['filter', 'container', 'until', 'task'].map((name) =>
    flags.text(name),
  );
  try {
    const input = {
      ...ref,
      since: sinceTime(flags.text('since') ?? '10m', io.now()),
      ...(until === undefined ? {} : { until: sinceTime(until, io.now()) }),
      ...(filter === undefined ? {} : { filter }),
      ...(container === undefined ? {} : { container }),
      ...(task === undefined ? {} : { task: (await taskThatBegins(client, ref, task)).id }),
      ...(flags.isSet('follow') ? { follow: true } : {}),
    };
    const printer = createPrinter(output, isWanted);
    const { notRead } = await client.call('services.logs', input, { onEvent: printer.see });
    printer.tellNotRead(notRead);
    if (printer.count() === 0) output.note(noLinesSentence(ref, input));
    return EXIT.success;
  } catch (error) {
    // The reader of a pipe ends it.
    if (flags.isSet('follow') && io.outputClosed.aborted) return EXIT.success;
    return findElsewhere(client, ref, error);
  }
}

function noLinesSentence(
  { service }: ServiceRef,
  { since, until }: { readonly since: string; readonly until?: string },
): string {
  return until === undefined
    ? `No lines of ${service} since ${since}.`
    : `No lines of ${service} from ${since} to ${until}.`;
}

type IsWanted = (line: Immutable<ServiceLogLine>) => boolean;

/** Matches in time that grows with the length of a line only: https://github.com/google/re2/wiki/Syntax. */
async function wantedLines(regex: string | undefined, level: string | undefined): Promise<IsWanted> {
  const levels: readonly string[] = LogLevel.options;
  const least = levels.indexOf(level ?? '');
  const isSevere: IsWanted = (line) =>
    level === undefined || (line.level !== undefined && levels.indexOf(line.level) <= least);
  if (regex === undefined) return isSevere;
  const { RE2JS, RE2JSException } = await import('re2js');
  try {
    const pattern = RE2JS.compile(regex);
    return (line) => isSevere(line) && pattern.matcher(plainText(line.text)).find();
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new SlipwayError(
      'INVALID_INPUT',
      `--regex is no regular expression that RE2 takes: ${error.message}. Correct it and try again.`,
      { cause: error },
    );
  }
}

interface Printer {
  readonly see: (event: Immutable<ServiceLogsEvent>) => void;
  readonly tellNotRead: (sentences: readonly string[]) => void;
  readonly count: () => number;
}

function createPrinter(output: Output, isWanted: IsWanted): Printer {
  const told = new Set<string>();
  let count = 0;
  let newest = '';

  function once(sentence: string, tell: (line: readonly Segment[]) => void, style: Style): void {
    if (told.has(sentence)) return;
    told.add(sentence);
    tell([{ text: sentence, style }]);
  }

  function tellNotRead(sentences: readonly string[]): void {
    for (const sentence of sentences) once(sentence, output.problem, 'yellow');
  }

  return {
    tellNotRead,
    count: () => count,
    see(event) {
      if (event.kind === 'sources') {
        tellNotRead(event.notRead);
        if (event.why !== undefined) once(event.why, output.note, 'dim');
        newest = newestOf(event.sources.map(({ revision }) => revision));
      }
      if (event.kind !== 'lines') return;
      for (const line of event.lines) {
        if (!isWanted(line)) continue;
        count += 1;
        print(output, line, line.revision === newest);
      }
    },
  };
}

function newestOf(revisions: readonly string[]): string {
  const numberOf = (revision: string): number => Number(revision.split(':').at(-1));
  return revisions.reduce(
    (best, each) => (numberOf(each) > numberOf(best) ? each : best),
    revisions[0] ?? '',
  );
}

const STYLE_OF_LEVEL: Readonly<Partial<Record<LogLevel, Style>>> = {
  error: 'red',
  warn: 'yellow',
  debug: 'dim',
};

/** The newest revision stands out. A line without colours of its own has that of its level. */
function print(output: Output, line: Immutable<ServiceLogLine>, isNewest: boolean): void {
  if (output.isJson) {
    output.json(line);
    return;
  }
  const { at = '', taskId, container, revision, level, text } = line;
  const style = level && STYLE_OF_LEVEL[level];
  const [first = '', ...rest] = text.split(/\r?\n/);
  output.line([
    { text: `${at} `, style: 'dim' },
    { text: revision, style: isNewest ? 'cyan' : 'dim' },
    { text: ` ${taskId.slice(0, 8)} ${container}`, style: 'dim' },
    '  ',
    ...styledSegments(first, style),
  ]);
  // Indented, so that no text of a container looks like another line of the log.
  for (const each of rest) output.line([FURTHER_LINE, ...styledSegments(each, style)]);
}

const FURTHER_LINE = '    ';

function styledSegments(text: string, style: Style | undefined): readonly Segment[] {
  const segments = coloredSegments(text);
  if (style === undefined || segments.some((segment) => typeof segment !== 'string')) return segments;
  return segments.map((segment) => (typeof segment === 'string' ? { text: segment, style } : segment));
}
