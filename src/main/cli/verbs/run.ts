import type { Command } from 'commander';
import { assertNever } from '../../../shared/assert-never.ts';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { markdownText } from '../../../shared/markdown-text.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ServiceLogLine } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { TaskRun, TaskRunEvent } from '../../../shared/model/task-run.ts';
import { commandOf, revisionArn } from '../command/change-flags.ts';
import { guardOf, requireRunnable } from '../command/deployable.ts';
import { EXIT, exitCodeOfError } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags, repeated } from '../command/flags.ts';
import { lastLinesMarkdown, reportStep } from '../command/github-actions.ts';
import type { Output } from '../command/output.ts';
import { addTimeoutFlag } from '../command/release-flags.ts';
import { serviceOf } from '../command/service.ts';
import { variableOfTask } from '../command/variables.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Runs a one-off task in the place of a service. Its lines are the answer, and the exit code is that of its container. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option(
        '--container <name>',
        'container that gets the command, and whose exit code counts (default: the only one)',
      )
      .option(
        '--command <command>',
        'a line for /bin/sh -c, or a JSON array (default: that of the container)',
      )
      .option(
        '--set <variable>',
        'KEY=VALUE for the container, no secrets; may be repeated; --env KEY=VALUE is the same',
        repeated,
      )
      .option('--cpu <size>', 'CPU of the task, such as 512 or "1 vCPU" (default: that of the revision)')
      .option('--memory <size>', 'memory of the task, such as 1024 or "2 GB" (default: that of the revision)')
      .option('--revision <revision>', 'task definition, such as web:41 (default: what the service runs)')
      .option('--family <family>', 'the newest revision of this family')
      .option('--why <reason>', 'reason, for the journal')
      .option('--link <url>', 'ticket or pull request')
      .option('--confirm <name>', 'name of the service; required in production')
      .option(
        '--override <check>',
        'failed check to override, such as release-window; may be repeated',
        repeated,
      );
    takeVariablesOfEnv(command);
    addOutputFlags(addTimeoutFlag(command));
    addExamples(command, [
      ['a migration with what the service runs', `slipway run -c staging -n web --command 'npm run migrate'`],
      [
        'another task definition in the network of the service, and no longer than ten minutes',
        `slipway run -c staging -n web --family web-tasks --container app --command '["node", "report.js"]' --timeout 600`,
      ],
      [
        'production, with a variable',
        `slipway run -c production -n web --command 'bin/import' --set MODE=full --confirm web`,
      ],
    ]);
  },
  run: runOnce,
};

/** `--env` is the environment of slipway.yml; with a `=`, which no name of one has, it is a variable as of `docker run`. */
function takeVariablesOfEnv(command: Command): void {
  command.options.find(({ long }) => long === '--env')?.argParser(repeated);
  command.hook('preAction', () => {
    const [env, set] = ['env', 'set'].map((name) => textsOf(command.getOptionValue(name)));
    const variables = env?.filter((text) => text.includes('=')) ?? [];
    command.setOptionValue('env', env?.filter((text) => !text.includes('=')).at(-1));
    command.setOptionValue('set', [...(set ?? []), ...variables]);
  });
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

async function runOnce(invocation: Invocation): Promise<number> {
  const { io, output } = invocation;
  const given = inputOf(invocation);
  const reading = await invocation.client([io.interrupt]);
  const service = await serviceOf(invocation);
  await requireRunnable({ invocation, service }, await guardOf({ client: reading, service }));
  const taskDefinition = await taskDefinitionOf(invocation, reading, service);
  const input = { ...given, service, ...(taskDefinition === undefined ? {} : { taskDefinition }) };
  const client = await invocation.client([]);
  const waiting = createWaiting(invocation);
  try {
    const run = await client.call('tasks.run', input, { signal: waiting.signal, onEvent: waiting.see });
    return reportEnd(invocation, run, waiting.lines);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { taskArn, isTimeUp } = waiting.now();
    if (taskArn === undefined) return findElsewhere(reading, service, error);
    if (error.code === 'CANCELLED') return reportLeft(invocation, { service, taskArn, isTimeUp });
    const sentence = `${error.message} ${continues(service, taskArn)}`;
    if (output.isJson) output.json({ result: 'unknown', sentence, taskArn });
    else output.problem([{ text: sentence, style: 'red' }]);
    return exitCodeOfError(error) === EXIT.credentials ? EXIT.credentials : EXIT.failed;
  } finally {
    waiting.end();
  }
}

function inputOf({ flags }: Invocation) {
  const [command, container, why, link, confirmation, cpu, memory] = [
    'command',
    'container',
    'why',
    'link',
    'confirm',
    'cpu',
    'memory',
  ].map((name) => flags.text(name));
  const environment = flags.texts('set').map(variableOfTask);
  const overrides = flags.texts('override');
  return {
    ...(command === undefined ? {} : { command: commandOf('--command', command) }),
    ...(container === undefined ? {} : { container }),
    ...(environment.length === 0 ? {} : { environment }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(overrides.length === 0 ? {} : { overrides: [...overrides] }),
  };
}

async function taskDefinitionOf(
  { flags }: Invocation,
  client: Client,
  service: ServiceRef,
): Promise<string | undefined> {
  const revision = flags.text('revision');
  if (revision === undefined) return flags.text('family');
  return revisionArn(client, service, revision).catch((error: unknown) =>
    findElsewhere(client, service, error),
  );
}

interface Waiting {
  /** Aborts when the command is interrupted or its time is up, but not between a request and its answer. */
  readonly signal: AbortSignal;
  readonly see: (event: Immutable<TaskRunEvent>) => void;
  /** The newest lines of the task, for --json. */
  readonly lines: readonly string[];
  readonly now: () => { readonly taskArn: string | undefined; readonly isTimeUp: boolean };
  readonly end: () => void;
}

const MOST_LINES = 200;
/** As many as the journal keeps. */
const LINES_OF_SUMMARY = 50;

/** Prints what happens to the task, and decides when it is no longer waited for. */
function createWaiting({ io, flags, output }: Invocation): Waiting {
  const enough = new AbortController();
  const lines: string[] = [];
  let timeout: AbortSignal | undefined;
  let isSending = false;
  let taskArn: string | undefined;
  const stop = (): void => {
    if (!isSending && (io.interrupt.aborted || timeout?.aborted === true)) enough.abort();
  };
  io.interrupt.addEventListener('abort', stop, { once: true });

  function seeStep({ state, result }: Extract<Immutable<TaskRunEvent>, { kind: 'step' }>['step']): void {
    isSending = state === 'sent';
    if (state !== 'done' || result === undefined) return;
    taskArn = result;
    output.note(`Started the task ${result}.`);
    const seconds = flags.number('timeout');
    timeout = seconds === undefined ? undefined : io.timeout(seconds * 1000);
    timeout?.addEventListener('abort', stop, { once: true });
    stop();
  }

  return {
    signal: enough.signal,
    lines,
    now: () => ({ taskArn, isTimeUp: !io.interrupt.aborted && timeout?.aborted === true }),
    end() {
      io.interrupt.removeEventListener('abort', stop);
      timeout?.removeEventListener('abort', stop);
    },
    see(event) {
      switch (event.kind) {
        case 'warning':
          output.problem([{ text: event.sentence, style: 'yellow' }]);
          return;
        case 'step':
          seeStep(event.step);
          return;
        case 'task':
          output.note([{ text: stateText(event.task), style: 'dim' }]);
          return;
        case 'lines':
          for (const line of event.lines) print(output, line);
          lines.push(...event.lines.map(({ text }) => text));
          lines.splice(0, lines.length - MOST_LINES);
          return;
        default:
          assertNever(event);
      }
    },
  };
}

function stateText({ lastStatus, containers }: Immutable<Task>): string {
  const states = containers.map(({ name, lastStatus: state = '', exitCode }) =>
    exitCode === undefined ? `${name} ${state}` : `${name} exited with ${exitCode}`,
  );
  return `${lastStatus}: ${states.join(', ')}`;
}

/** A line as the container wrote it. With --json the answer is the end, so that lines are progress. */
function print(output: Output, { text }: Immutable<ServiceLogLine>): void {
  const line = text.replaceAll('\t', '  ');
  if (output.isJson) output.note(`  ${line}`);
  else output.line(line);
}

/** The outputs of a step in GitHub Actions, its summary, and an annotation where the container did not exit with 0. */
function toRunner(
  { io }: Invocation,
  result: string,
  {
    sentence,
    ...outputs
  }: { readonly sentence: string; readonly taskArn: string; readonly exitCode?: number | undefined },
  lines: readonly string[] = [],
): void {
  const isSuccess = result === 'succeeded';
  reportStep(io, () => ({
    outputs: {
      outcome: result,
      cause: isSuccess ? '' : sentence,
      'task-arn': outputs.taskArn,
      'exit-code': outputs.exitCode === undefined ? undefined : String(outputs.exitCode),
    },
    summary: [
      `${isSuccess ? '✅' : '❌'} ${markdownText(sentence)}`,
      '',
      ...(isSuccess ? [] : lastLinesMarkdown(lines.slice(-LINES_OF_SUMMARY))),
      '',
    ].join('\n'),
    problems: isSuccess ? [] : [{ title: 'slipway run', sentence }],
  }));
}

function reportEnd(invocation: Invocation, run: Immutable<TaskRun>, lines: readonly string[]): number {
  const { output } = invocation;
  const { id, task, container, exitCode, sentence } = run;
  const result = exitCode === 0 ? 'succeeded' : 'failed';
  toRunner(invocation, result, { sentence, taskArn: task.arn, exitCode }, lines);
  if (output.isJson) {
    output.json({ result, sentence, exitCode, container, taskArn: task.arn, entry: id, task, lines });
  } else if (exitCode === 0) output.note([{ text: sentence, style: 'green' }]);
  else output.problem([{ text: sentence, style: 'red' }]);
  return exitCode ?? EXIT.failed;
}

interface Left {
  readonly service: ServiceRef;
  readonly taskArn: string;
  readonly isTimeUp: boolean;
}

/** Nobody waits any longer, and the task continues. */
function reportLeft(invocation: Invocation, { service, taskArn, isTimeUp }: Left): number {
  const { output } = invocation;
  const sentence = `${isTimeUp ? 'Time is up' : 'Interrupted'}. ${continues(service, taskArn)}`;
  toRunner(invocation, 'in-progress', { sentence, taskArn });
  if (output.isJson) output.json({ result: 'in-progress', sentence, taskArn });
  else output.problem([{ text: sentence, style: 'yellow' }]);
  return isTimeUp ? EXIT.timeIsUp : EXIT.interrupted;
}

function continues({ cluster, region }: ServiceRef, taskArn: string): string {
  const stop = `aws ecs stop-task --region ${region} --cluster ${cluster} --task ${taskArn}`;
  return `The task ${taskArn} continues. \`${stop}\` stops it.`;
}
