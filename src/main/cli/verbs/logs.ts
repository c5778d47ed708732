import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ServiceLogLine } from '../../../shared/model/log.ts';
import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import type { Output } from '../command/output.ts';
import { serviceOf } from '../command/service.ts';
import { sinceText, sinceTime } from '../command/since.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints what the tasks of a service have written to CloudWatch Logs, oldest first. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option('-f, --follow', 'continue with new lines and tasks until interrupted')
      .option('--since <time>', 'an age such as 10m or 2h, or a time (default: 10m)', sinceText)
      .option('--filter <text>', 'only lines that contain this text')
      .option('--container <name>', 'only this container');
    addOutputFlags(command);
    addExamples(command, [
      ['the last ten minutes of all tasks', 'slipway logs -c production -n web'],
      [
        'errors of the last two hours, and those to come',
        'slipway logs -c production -n web --since 2h --filter ERROR -f',
      ],
      ['one JSON object per line', 'slipway logs -c production -n web --json'],
    ]);
  },
  run: logs,
};

async function logs(invocation: Invocation): Promise<number> {
  const { io, flags, output } = invocation;
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const [filter, container] = [flags.text('filter'), flags.text('container')];
  const since = flags.text('since') ?? '10m';
  const input = {
    ...ref,
    since: sinceTime(since, io.now()),
    ...(filter === undefined ? {} : { filter }),
    ...(container === undefined ? {} : { container }),
    ...(flags.isSet('follow') ? { follow: true } : {}),
  };
  try {
    const { count, notRead } = await client.call('services.logs', input, {
      onEvent(event) {
        if (event.kind === 'lines') for (const line of event.lines) print(output, line);
      },
    });
    for (const sentence of notRead) output.problem([{ text: sentence, style: 'yellow' }]);
    if (count === 0) output.note(`No lines of ${ref.service} since ${input.since}.`);
    return EXIT.success;
  } catch (error) {
    // The reader of a pipe ends it.
    if (flags.isSet('follow') && io.outputClosed.aborted) return EXIT.success;
    return findElsewhere(client, ref, error);
  }
}

function print(output: Output, line: Immutable<ServiceLogLine>): void {
  if (output.isJson) {
    output.json(line);
    return;
  }
  const { at = '', taskId, container, text } = line;
  output.line([
    { text: `${at} ${taskId.slice(0, 8)} ${container}`, style: 'dim' },
    `  ${text.replaceAll('\t', '  ')}`,
  ]);
}
