import { parseArgs } from 'node:util';
import { argumentSentence } from './process/argument-sentence.ts';
import { StartFailure } from './process/start-failure.ts';

export interface ServeOptions {
  readonly sandbox: 'always' | 'when-needed';
  /** 0 takes a free one; undefined takes the one of the last start, or a free one. */
  readonly port: number | undefined;
  readonly window: 'open' | 'none';
}

/** Reads the arguments of the browser host. Throws a StartFailure about the first that is wrong. */
export function parseServeOptions(args: readonly string[]): ServeOptions {
  const values = parse(args);
  return {
    sandbox: values.sandbox ? 'always' : 'when-needed',
    port: values.port === undefined ? undefined : parsePort(values.port),
    window: values['no-open'] ? 'none' : 'open',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        sandbox: { type: 'boolean', default: false },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const problem = `${argumentSentence(error)}. Slipway's options are --sandbox, --port N and --no-open.`;
    throw new StartFailure(problem, { cause: error });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartFailure(`--port ${text} is not a port. Use a number from 1 to 65535, or 0 for a free port.`);
}
