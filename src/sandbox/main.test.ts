import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function runSandbox(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  if (child.stdout === null || child.stderr === null) throw new Error('The child has no output.');
  const [output, errors, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: exit[0] as number | null, output, errors };
}

it('prints its address on one line when it answers, and ends cleanly on a signal', async () => {
  const child = runSandbox('--port', '0', '--scenario', 'empty');
  const end = ended(child);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const address = /^Slipway sandbox listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1];
  expect((await fetch(`${address}/v2/`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await end).toEqual({ code: 0, output: line.toString(), errors: '' });
});

it.skipIf(process.platform === 'win32')(
  'ends when npm is ended, whose shell passes no signal on',
  async () => {
    const npm = spawn('npm', ['run', '--silent', 'sandbox', '--', '--scenario', 'empty'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(npm.stdout, 'data')) as [Buffer];
    const address = line.toString().trim().split(' ').at(-1) ?? '';
    npm.kill('SIGTERM');
    const isUp = () =>
      fetch(`${address}/v2/`).then(
        () => true,
        () => false,
      );
    await vi.waitFor(async () => expect(await isUp()).toBe(false), { timeout: 4000 });
  },
  20_000,
);

it('says which port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output, errors } = await ended(runSandbox('--port', String(port)));
  other.close();
  expect(code).toBe(1);
  expect(output).toBe('');
  expect(errors).toContain(`Port ${port} of 127.0.0.1 is taken.`);
});

it.each([
  [['--port', 'many'], "--port takes a number from 0 to 65535, not 'many'."],
  [['--port', '70000'], '--port takes a number'],
  [['--scenario', 'nowhere'], "There is no scenario 'nowhere'."],
  [['--speed', '0'], '--speed takes a number above 0'],
  [['--profile', 'azure'], "There is no profile 'azure'. Choose one of: aws."],
  [['--faults', 'throttle=2'], "'throttle=2' needs a share from 0 to 1"],
  [['--colour'], "Unknown option '--colour'"],
  [['--scenario', 'empty', '--data', '/dev/null/here'], 'Blobs cannot be kept in /dev/null/here'],
])('refuses %j', async (args, sentence) => {
  const { code, output, errors } = await ended(runSandbox(...args));
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(errors).toContain(sentence);
  expect(errors).not.toContain('    at ');
});
