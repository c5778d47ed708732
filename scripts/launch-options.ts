import { parseArgs } from 'node:util';

export type HostChoice = 'electron' | 'browser';

export interface LaunchOptions {
  /** Missing: Electron where it can be had, else the browser. */
  readonly host: HostChoice | undefined;
  /** What the host itself is told. */
  readonly hostArguments: readonly string[];
}

export const HELP = `npm start -- [options]

  --sandbox          use the built-in AWS, also where AWS profiles are
  --host electron    the desktop app, and nothing else
  --host browser     the page at 127.0.0.1, in a window of Chromium, Chrome or Edge
  --port N           the port of the browser host; the last one if it is left out, or a free one
  --no-open          print the address of the browser host and open nothing
  --help             print this
`;

/**
 * Reads what was typed behind `npm start --`; nothing when help is wanted.
 * Throws a sentence about the first option that is wrong.
 */
export function parseLaunchOptions(args: readonly string[]): LaunchOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const needsBrowser = values.port !== undefined || values['no-open'];
  const host = parseHost(values.host) ?? (needsBrowser ? 'browser' : undefined);
  if (host === 'electron' && needsBrowser) {
    throw new Error('--port and --no-open are for the browser host. Leave out --host electron.');
  }
  return {
    host,
    hostArguments: [
      ...(values.sandbox ? ['--sandbox'] : []),
      ...(values.port === undefined ? [] : ['--port', parsePort(values.port)]),
      ...(values['no-open'] ? ['--no-open'] : []),
    ],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        sandbox: { type: 'boolean', default: false },
        host: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const what = error instanceof Error ? error.message.split('. To specify')[0] : String(error);
    throw new Error(`${what}. npm start -- --help prints the options.`, { cause: error });
  }
}

function parseHost(text: string | undefined): HostChoice | undefined {
  if (text === undefined || text === 'electron' || text === 'browser') return text;
  throw new Error(`--host ${text} is not a host. Give electron or browser.`);
}

function parsePort(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new Error(`--port ${text} is not a port. Use a number from 1 to 65535, or 0 for a free port.`);
}
