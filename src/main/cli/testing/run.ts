import type { Io, Sink } from '../command/io.ts';
import type { EngineOpener } from '../command/verb.ts';
import { runCommand } from '../run-command.ts';
import { requireDocumented } from './documented-output.ts';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly environment?: Io['environment'];
  readonly folder?: string;
  readonly stdin?: string;
  /** The width of a terminal that both outputs are; no terminal where it is missing. */
  readonly columns?: number;
  readonly interrupt?: AbortSignal;
  readonly outputClosed?: AbortSignal;
  /** Without it, a command that needs the engine fails. */
  readonly openEngine?: EngineOpener;
  readonly wait?: Io['wait'];
  readonly timeout?: Io['timeout'];
  readonly onOut?: (text: string) => void;
  readonly onErr?: (text: string) => void;
}

const NEVER = new AbortController().signal;

/** Runs a command of the command line in this process. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { columns } = options;
  const printed = { out: '', err: '' };
  const sink = (name: 'out' | 'err', listener?: (text: string) => void): Sink => ({
    write(text) {
      printed[name] += text;
      listener?.(text);
    },
    async writeBytes(bytes) {
      const text = Buffer.from(bytes).toString();
      printed[name] += text;
      listener?.(text);
    },
    isTerminal: columns !== undefined,
    columns,
  });
  const io: Io = {
    environment: options.environment ?? {},
    folder: options.folder ?? process.cwd(),
    stdin: stdinOf(options.stdin ?? ''),
    keyboard: keyboardOf(options.stdin ?? ''),
    stdout: sink('out', options.onOut),
    stderr: sink('err', options.onErr),
    interrupt: options.interrupt ?? NEVER,
    outputClosed: options.outputClosed ?? NEVER,
    now: () => new Date(),
    timeout: options.timeout ?? (() => NEVER),
    wait: options.wait ?? (async () => undefined),
  };
  const code = await runCommand(args, io, options.openEngine ?? noEngine);
  requireDocumented(args, printed.out);
  return { code, ...printed };
}

async function noEngine(): Promise<never> {
  throw new Error('This command must not start the engine');
}

/** No terminal: the text arrives at once, and ends. */
function keyboardOf(text: string): Io['keyboard'] {
  return {
    size: () => undefined,
    listen({ onInput, onEnd }) {
      void onInput(Buffer.from(text)).then(onEnd);
      return () => undefined;
    },
  };
}

async function* stdinOf(text: string): AsyncIterable<string> {
  yield text;
}
