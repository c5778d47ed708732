import { parseArgs } from 'node:util';
import type { HostChoice } from './launch-options.ts';

export interface DevOptions {
  readonly host: HostChoice;
  /** The first port to try; the next free one is taken. 0 takes any. */
  readonly port: number;
}

export const DEV_HELP = `npm run dev -- [options]

  --host browser     the page at 127.0.0.1 (this is the default)
  --host electron    the desktop app
  --port N           the port of the page; 5173 or the next free one if it is left out
  --help             print this
`;

const USUAL_PORT = 5173;

/**
 * Reads what was typed behind `npm run dev --`; nothing when help is wanted.
 * Throws a sentence about the first option that is wrong.
 */
export function parseDevOptions(args: readonly string[]): DevOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const host = parseHost(values.host ?? 'browser');
  if (host === 'electron' && values.port !== undefined) {
    throw new Error('--port is for the browser host. Leave out --host electron.');
  }
  return { host, port: values.port === undefined ? USUAL_PORT : parsePort(values.port) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const what = error instanceof Error ? error.message.split('. To specify')[0] : String(error);
    throw new Error(`${what}. npm run dev -- --help prints the options.`, { cause: error });
  }
}

function parseHost(text: string): HostChoice {
  if (text === 'electron' || text === 'browser') return text;
  throw new Error(`--host ${text} is not a host. Give electron or browser.`);
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Error(`--port ${text} is not a port. Use a number from 1 to 65535, or 0 for a free port.`);
}
