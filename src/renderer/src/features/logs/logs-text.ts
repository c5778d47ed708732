import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import type { LogLevel } from '../../../../shared/model/log.ts';
import type { ExpressionProblem } from './log-filter.ts';

const NUMBERS = new Intl.NumberFormat('en');

function number(value: number): string {
  return NUMBERS.format(value);
}

function lines(count: number): string {
  return `${number(count)} ${count === 1 ? 'line' : 'lines'}`;
}

const OUTCOMES: Readonly<Record<DeploymentOutcome, string>> = {
  'in-progress': 'is in progress',
  succeeded: 'succeeded',
  'rolled-back': 'was rolled back',
  failed: 'failed',
  stopped: 'was stopped',
  unknown: 'ended',
};

/** The sentences of the log view, to be read together. */
export const LOGS_TEXT = {
  number,
  title: 'Logs',
  loading: 'log lines',
  lines,
  matches: (count: number) => `${number(count)} ${count === 1 ? 'match' : 'matches'}`,
  filter: 'Filter lines',
  expression: 'Regular expression',
  caseSensitive: 'Match case',
  levels: 'Levels',
  level: { error: 'Error', warn: 'Warn', info: 'Info', debug: 'Debug' } satisfies Record<LogLevel, string>,
  infoHelp: 'Includes lines without a level',
  problem: ({ reason, part, position }: ExpressionProblem) =>
    `Not a regular expression at character ${position}, “${part}”: ${reason}.`,
  range: 'Time range',
  ranges: {
    '15m': 'Last 15 min',
    '1h': 'Last hour',
    '3h': 'Last 3 hours',
    '24h': 'Last 24 hours',
    deployment: 'Last deployment',
    between: 'From – to',
  },
  from: 'From',
  until: 'To',
  show: 'Show',
  wrap: 'Wrap lines',
  split: 'Revisions side by side',
  export: 'Export',
  exportText: 'As text',
  exportJson: 'As JSON lines',
  exported: (count: number, file: string) => `Exported ${lines(count)} to ${file}.`,
  copyShown: 'Copy lines on the screen',
  copied: (count: number) => `Copied ${lines(count)}.`,
  copiedLink: 'Copied the link to this moment.',
  notCopied: "The browser didn't allow copying. Select the text and copy it yourself.",
  copyLine: 'Copy line',
  copyLink: 'Copy link to this moment',
  onlyTask: (task: string) => `Only task ${task}`,
  side: 'Tasks and marks',
  tasks: (revision: string) => `Tasks of ${revision}`,
  moreTasks: (more: number, left: number) => `Show ${more} more of ${number(left)} tasks`,
  containers: 'Containers',
  marks: 'Marks',
  newRevision: 'new',
  oldRevision: 'old',
  paused: (time: string) => `Paused at ${time}`,
  newLines: (count: number) => `${number(count)} new ${count === 1 ? 'line' : 'lines'}`,
  follow: 'Follow',
  toEnd: 'To the end',
  announced: (count: number) => (count === 0 ? 'Paused' : `Paused. More than ${lines(count)} are new.`),
  endsAt: (time: string) => `until ${time}`,
  moreFrames: (count: number) => `${number(count)} more ${count === 1 ? 'frame' : 'frames'}`,
  fewer: 'Show less',
  moreFields: (count: number) => `${count} more ${count === 1 ? 'field' : 'fields'}`,
  fields: 'All fields',
  showWhole: (size: string) => `Show all ${size}`,
  dropped: (count: number, held: number) =>
    `The newest ${number(held)} lines are kept. ${lines(count)} before them ${count === 1 ? 'was' : 'were'} dropped. Choose a shorter time range to see them.`,
  source: (groups: readonly string[]) => `From ${groups.join(', ')}`,
  liveTail: 'live tail',
  polls: 'polled',
  behind: (seconds: number) => (seconds < 1 ? 'less than 1 s behind' : `${number(seconds)} s behind`),
  sampled: 'CloudWatch sent only a sample of the lines live. Slipway reads the rest afterwards.',
  noTasks: 'No tasks with logs',
  noTasksHelp: 'No task is running, and none stopped in the last hour. Lines appear here when a task starts.',
  noneRead: 'No logs that Slipway can read',
  noLines: 'No lines in this time range',
  noLinesHelp: 'New lines appear here when a task writes them.',
  noLinesThen: 'The tasks wrote nothing between these times.',
  longer: 'Show the last 24 hours',
  noMatch: 'No matching lines',
  clearFilter: 'Clear filter',
  mark: {
    started: (revision: string, who: string | undefined) =>
      `Deployment of ${revision} started${who === undefined ? '' : ` by ${who}`}`,
    ended: (revision: string, outcome: DeploymentOutcome) => `Deployment of ${revision} ${OUTCOMES[outcome]}`,
    healthy: (revision: string, task: string) => `First task of ${revision} is healthy: ${task}`,
    error: (revision: string) => `First error of ${revision}`,
    stopped: (revision: string, task: string) => `Task ${task} of ${revision} stopped`,
  },
  state: {
    pending: 'pending',
    running: 'running',
    healthy: 'healthy',
    failing: 'failing',
    stopping: 'stopping',
    stopped: 'stopped',
  },
} as const;
