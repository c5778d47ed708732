import type { Command } from 'commander';
import { type Client, createClient } from '../../../shared/client.ts';
import { contract } from '../../../shared/contract.ts';
import { SlipwayError, toWire } from '../../../shared/errors.ts';
import type { NamedEnvironment } from '../../engine/environments/project-file.ts';
import { transportTo } from '../../engine/ports/dispatcher-transport.ts';
import { startFailureSentence } from '../../process/start-failure.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { flagsOf } from './flags.ts';
import { reportFailureToRunner } from './github-actions.ts';
import type { Io } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { projectOf, scopeOf } from './scope.ts';
import {
  type EngineOpener,
  type Invocation,
  type OpenEngine,
  OWN_SANDBOX,
  type Verb,
  type VerbEntry,
} from './verb.ts';
import { waitingSentence } from './waiting-entries.ts';

interface VerbCall {
  readonly verb: Verb;
  readonly verbs: readonly VerbEntry[];
  /** Parsed. */
  readonly command: Command;
  readonly io: Io;
  readonly openEngine: EngineOpener;
}

/** Runs a verb whose arguments are parsed, prints what it throws, and returns the exit code. */
export async function invoke({ verb, verbs, command, io, openEngine }: VerbCall): Promise<number> {
  const flags = flagsOf(command);
  const has = (name: string): boolean => command.options.some(({ long }) => long === name);
  const output = createOutput(io, {
    isJson: has('--json') && flags.isSet('json'),
    isQuiet: has('--quiet') && flags.isSet('quiet'),
    mayColor: !has('--no-color') || command.getOptionValue('color') !== false,
  });
  const sandbox = sandboxOf(command);
  const browser = command.getOptionValue('browser') === false ? 'none' : 'open';
  let opened: Promise<OpenEngine> | undefined;
  const approvers = new Map<string, string>();
  const sent = new Set<string>();
  const named = has('--env') ? flags.text('env') : undefined;
  let read: Promise<NamedEnvironment> | undefined;
  const project = async (): Promise<NamedEnvironment | undefined> => {
    if (named === undefined) return undefined;
    read ??= projectOf(named, io.folder);
    return read;
  };
  const engine = (): Promise<OpenEngine> => {
    opened ??= project().then((each) => openEngine({ sandbox, project: each, approvers, browser, io }));
    return opened;
  };
  const client = async (
    endsWith: readonly AbortSignal[] = [io.interrupt, io.outputClosed],
  ): Promise<Client> => clientOf(await engine(), endsWith, (method) => sent.add(method));
  // A call that only waits, such as one for the next poll, gives Node no reason to stay.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const { args } = command;
    const invocation: Invocation = {
      io,
      verbs,
      flags,
      args,
      output,
      engine,
      client,
      project,
      approvers,
      scope: async () => {
        const cluster = has('--cluster') ? flags.text('cluster') : undefined;
        return scopeOf({ flags, io, client: await client(), project: await project(), cluster });
      },
    };
    const code = await verb.run(invocation);
    if (sent.size > 0) await sayWhatWaits(await client(), output);
    return code;
  } catch (error) {
    return printed(interruptionOf(error, io, sent), { io, output });
  } finally {
    clearInterval(alive);
    await closeEngine(opened);
  }
}

function sandboxOf(command: Command): string | undefined {
  const value: unknown = command.getOptionValue('sandbox');
  if (value === true) return OWN_SANDBOX;
  return typeof value === 'string' ? value : undefined;
}

/** Calls with progress that change something outside of this machine. */
const CHANGING_STREAMS: ReadonlySet<string> = new Set([
  'docker.push',
  'images.promote',
  'releases.execute',
  'fleet.run',
  'cleanup.run',
  'tasks.run',
  'sessions.open',
  'sessions.forward',
]);

/** A client whose calls end when one of the signals aborts. `onChange` is told the method of a call that changes something. */
function clientOf(
  { dispatcher }: OpenEngine,
  endsWith: readonly AbortSignal[],
  onChange: (method: string) => void,
): Client {
  const client = createClient(transportTo(dispatcher));
  return {
    call(method, input, options = {}) {
      if (contract[method].kind === 'change' || CHANGING_STREAMS.has(method)) onChange(method);
      const signals = [...endsWith, options.signal].filter((each) => each !== undefined);
      return client.call(method, input, { ...options, signal: AbortSignal.any(signals) });
    },
  };
}

/** The call that an interruption has ended means nothing to a person; what was sent before does. */
function interruptionOf(error: unknown, { interrupt }: Io, sent: ReadonlySet<string>): unknown {
  const isCancelledCall =
    error instanceof SlipwayError &&
    error.code === 'CANCELLED' &&
    /^[a-zA-Z]+\.[a-zA-Z]+ was cancelled\.$/.test(error.message);
  if (!interrupt.aborted || !isCancelledCall) return error;
  return new SlipwayError('CANCELLED', `Interrupted. ${sentBefore(sent)}`, { cause: error });
}

/** What the methods that were called may have changed before a command was interrupted. */
export function sentBefore(methods: ReadonlySet<string>): string {
  if (methods.has('images.promote'))
    return 'Layers may have been copied. The tag comes last: run the same command again, and it copies only what is missing.';
  if (methods.size === 0) return 'Nothing was sent that changes anything.';
  return `Sent before: ${[...methods].join(', ')}. The journal says what happened.`;
}

/** Waits a moment for the ledger, and prints how many entries it does not have yet. */
async function sayWhatWaits(client: Client, output: Output): Promise<void> {
  const state = await client.call('ledger.share', {}).catch(() => undefined);
  const sentence = state === undefined ? undefined : waitingSentence(state);
  if (sentence !== undefined) output.problem(sentence);
}

/** Says what went wrong. A command whose reader has gone ends quietly. */
function printed(error: unknown, { io, output }: { readonly io: Io; readonly output: Output }): number {
  if (io.outputClosed.aborted) return EXIT.success;
  const failure =
    error instanceof SlipwayError ? error : new SlipwayError('INTERNAL', startFailureSentence(error));
  reportFailureToRunner(io, failure.message);
  if (output.isJson) output.json({ error: toWire(failure) });
  // The last lines of a failed build are lines here too.
  for (const text of failure.message.split('\n')) output.problem([{ text, style: 'red' }]);
  return io.interrupt.aborted ? EXIT.interrupted : exitCodeOfError(failure);
}

/** An engine that could not start has been reported already. */
async function closeEngine(opened: Promise<OpenEngine> | undefined): Promise<void> {
  const engine = await opened?.catch(() => undefined);
  await engine?.close();
}
