import { InvalidArgumentError } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ForwardEvent } from '../../../shared/model/session.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags } from '../command/flags.ts';
import type { Output } from '../command/output.ts';
import { addSessionFlags, explainRefusal, sessionTargetOf } from '../command/session-target.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Forwards a port of this machine through ECS Exec until it is interrupted. */
export const verb: Verb = {
  configure(command) {
    addOutputFlags(addSessionFlags(command)).argument(
      '<ports>',
      'LOCAL:REMOTE, or LOCAL:HOST:REMOTE for a host that the container reaches; REMOTE alone takes the same local port, :REMOTE a free one',
      textOfPorts,
    );
    addExamples(command, [
      ['http://127.0.0.1:8080 is port 80 of the container', 'slipway forward -c staging -n web 8080:80'],
      [
        'a database that only the tasks can reach',
        'slipway forward -c production -n web --container app --confirm web 5432:db.internal:5432',
      ],
    ]);
  },
  run: forward,
};

interface Ports {
  /** 0 for a free one. */
  readonly local: number;
  readonly host: string | undefined;
  readonly remote: number;
}

const HIGHEST_PORT = 65_535;

/** Reads LOCAL:REMOTE, LOCAL:HOST:REMOTE, HOST:REMOTE or REMOTE; undefined for anything else. An IPv6 address is in brackets. */
function portsOf(text: string): Ports | undefined {
  const parts = /^(?:(?<local>\d{0,5}):)?(?:(?<host>\[[\da-f:.]+\]|[^:[\]]+):)?(?<remote>\d{1,5})$/i.exec(
    text,
  );
  const { local, host, remote: digits } = parts?.groups ?? {};
  const remote = Number(digits);
  const port = local === undefined ? remote : Number(local);
  if (parts === null || !(remote >= 1 && remote <= HIGHEST_PORT) || port > HIGHEST_PORT) return undefined;
  return { local: port, host: host?.replace(/^\[(.*)\]$/, '$1'), remote };
}

function textOfPorts(text: string): string {
  if (portsOf(text) !== undefined) return text;
  throw new InvalidArgumentError('Give ports such as 8080:80, or 5432:db.internal:5432.');
}

async function forward(invocation: Invocation): Promise<number> {
  const { io, args, output } = invocation;
  const ports = portsOf(args[0] ?? '');
  if (ports === undefined) throw new SlipwayError('INVALID_INPUT', 'Name the ports, such as 8080:80.');
  const client = await invocation.client();
  const target = await sessionTargetOf(invocation, client);
  const { local, host, remote } = ports;
  const through = target.container ?? `task ${target.task}`;
  const title = host === undefined ? `port ${remote} of ${through}` : `${host}:${remote} through ${through}`;
  let isListening = false;
  try {
    const { reason, sentence } = await client.call(
      'sessions.forward',
      {
        ...target,
        port: remote,
        ...(host === undefined ? {} : { host }),
        ...(local === 0 ? {} : { localPort: local }),
      },
      {
        onEvent(event) {
          isListening = true;
          show(output, title, event);
        },
      },
    );
    if (output.isJson) output.json({ result: { reason, sentence } });
    else output.problem([{ text: sentence, style: 'red' }]);
    return EXIT.failed;
  } catch (error) {
    if (!isListening) return explainRefusal({ client, output }, target, error);
    // The normal end: it forwards until it is interrupted.
    if (!io.interrupt.aborted && !io.outputClosed.aborted) throw error;
    return EXIT.success;
  }
}

function show(output: Output, title: string, event: Immutable<ForwardEvent>): void {
  if (output.isJson) {
    output.json({ event });
    return;
  }
  switch (event.kind) {
    case 'listening':
      output.line(`127.0.0.1:${event.localPort} → ${title}`);
      output.note([{ text: 'Press Ctrl+C to stop.', style: 'dim' }]);
      return;
    case 'connections':
      output.progress(`${event.open} open of ${event.total} connections`);
      return;
    case 'refused':
      output.problem([{ text: event.sentence, style: 'yellow' }]);
      return;
    case 'reconnecting':
      output.note('Connection lost. Trying again for two minutes.');
      return;
    case 'reconnected':
      output.note('Connected again.');
  }
}
