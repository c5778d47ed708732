import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A browser host that runs. */
interface ServedHost {
  /** What a browser gets for the address of its page. */
  readonly answer: Answer;
  /** The address of its sandbox. */
  readonly sandbox: string;
  /** What it has written to standard error so far. */
  readonly errors: () => string;
}

/**
 * Starts a built browser host with a sandbox, asks for its page at the address that it prints, and ends it after `use`.
 * Rejects with what it wrote when it ends before it has an address.
 */
export async function useHost(
  { script, dataFolder }: { readonly script: string; readonly dataFolder: string },
  use: (host: ServedHost) => Promise<void>,
): Promise<void> {
  const host = spawn(process.execPath, [script, '--no-open', '--sandbox'], {
    env: { ...process.env, SLIPWAY_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  host.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = once(host, 'exit');
  try {
    await use({ ...(await firstAnswer(host.stdout, errors)), errors: () => errors.join('') });
  } finally {
    host.kill();
    await ended;
  }
}

async function firstAnswer(
  output: NodeJS.ReadableStream,
  errors: readonly string[],
): Promise<Pick<ServedHost, 'answer' | 'sandbox'>> {
  try {
    const addresses = addressesOf(output);
    const page = await addresses('Slipway');
    // The sandbox is loaded after the page can be served.
    const sandbox = await addresses('The sandbox');
    const response = await openAddress(page);
    return { answer: { status: response.status, body: await response.text() }, sandbox };
  } catch (error) {
    throw new Error(`The browser host gave no page. ${errors.join('')}`, { cause: error });
  }
}

/** What a browser shows for an address: after one redirect, with the cookie that came with it. */
async function openAddress(address: string): Promise<Response> {
  const first = await fetch(address, { redirect: 'manual' });
  const target = first.headers.get('location');
  if (target === null) return first;
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return fetch(new URL(target, address), { headers: { cookie } });
}

/** Answers with the address that a line names: `NAME is at ADDRESS`. Lines come in their order. */
function addressesOf(output: NodeJS.ReadableStream): (name: string) => Promise<string> {
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return async (name) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`It ended before it said where ${name} is.`);
      const [said, address] = value.split(' is at ');
      if (said === name && address !== undefined) return address;
    }
  };
}
