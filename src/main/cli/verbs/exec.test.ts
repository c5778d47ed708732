import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Check } from '../../../shared/model/plan.ts';
import { CLI } from '../../engine/testing/cli-process.ts';
import { explainRefusal } from '../command/session-target.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';
import { withoutExitCode, withoutReturns } from './exec.ts';

const SEARCH = ['-c', 'production', '-n', 'search', '--confirm', 'search'];

let cli: CliEngine;
let home: string;
beforeAll(async () => {
  cli = await openCliEngine();
  home = mkdtempSync(join(tmpdir(), 'slipway-exec-'));
});
afterAll(async () => {
  await cli.close();
  rmSync(home, { recursive: true });
});

function count(operation: string): number {
  return cli.sandbox.calls().filter((call) => call.operation === operation).length;
}

describe('slipway exec', () => {
  it('gives the keys of a terminal to the shell, Ctrl-C too, tells its size, and gives the terminal back', async () => {
    const env = { PATH: process.env.PATH, HOME: home, SLIPWAY_DATA: join(home, 'data'), SHELL: '/bin/sh' };
    const command = `'${process.execPath}' '${CLI}' exec ${SEARCH.join(' ')} --sandbox ${cli.sandbox.endpoint}`;
    // https://man7.org/linux/man-pages/man1/script.1.html: a terminal for programs that have none.
    const script = spawn(
      'script',
      ['-qec', `stty rows 31 cols 97; ${command}; echo left with $?; stty -a`, '/dev/null'],
      { env, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const answers: [shown: RegExp, keys: string][] = [
      [/# $/, 'stty size\r'],
      [/31 97\s[\s\S]*# $/, 'sleep 10000\r'],
      [/sleep 10000\r\n\S*$/, '\x03'],
      [/\^C\r\n[\s\S]*# $/, 'exit\r'],
    ];
    let shown = '';
    script.stdout.on('data', (part: Buffer) => {
      shown += part.toString();
      const [next] = answers;
      if (next === undefined || !next[0].test(shown)) return;
      answers.shift();
      shown = '';
      script.stdin.write(next[1]);
    });
    const exit = once(script, 'exit');
    await text(script.stdout);
    expect(await exit).toEqual([0, null]);
    expect(answers).toEqual([]);
    expect(shown).toMatch(/The session ended\.[\s\S]*left with 0/);
    // Lines are edited by the terminal again.
    expect(shown).toMatch(/ icanon/);
  });

  it('runs one command with its words as they were given, and prints what it prints', async () => {
    const words = ['echo', "it's", '$HOME and "quotes"'];
    const { code, out } = await cli.slipwayAtStandstill(['exec', ...SEARCH, '--', ...words]);
    expect({ code, out }).toEqual({ code: 0, out: `it's $HOME and "quotes"\n` });
  });

  it.each([
    [0, ['echo', "it's", 'ready'], /^it's ready\n$/],
    [1, ['cat', '/app/none'], /^cat: \/app\/none: No such file or directory\n$/],
    [127, ['no-such-program'], /not found\n$/],
  ])('--exit-code exits with the code of the command: %i', async (expected, words, shown) => {
    const { code, out } = await cli.slipwayAtStandstill(['exec', ...SEARCH, '--exit-code', '--', ...words]);
    expect({ code, out }).toEqual({ code: expected, out: expect.stringMatching(shown) });
  });

  it('--exit-code without a command is refused', async () => {
    const { code, err } = await cli.slipwayAtStandstill(['exec', ...SEARCH, '--exit-code']);
    expect(code).toBe(2);
    expect(err).toContain('--exit-code is for a command.');
  });

  it('sends standard input to a shell, and then its end', async () => {
    const { code, out } = await cli.slipwayAtStandstill(['exec', ...SEARCH], { stdin: 'pwd\nhostname\n' });
    expect(code).toBe(0);
    expect(out).toMatch(/\n\S*\/app\n[\s\S]*\n\S*ip-\w{8}\n[\s\S]*exit\n$/);
  });

  it('keeps the answer of a container from giving commands to the runner of a pipeline', async () => {
    const args = ['exec', ...SEARCH, '--', 'echo', '::set-output name=x::y'];
    const { out } = await cli.slipwayAtStandstill(args, { environment: { GITHUB_ACTIONS: 'true' } });
    expect(out).toBe(': :set-output name=x::y\n');
  });

  it('asks for the name in production, and sends nothing without it', async () => {
    const before = count('ExecuteCommand');
    const { code, err } = await cli.slipwayAtStandstill(['exec', '-c', 'production', '-n', 'search']);
    expect(code).toBe(2);
    expect(err).toContain('Add --confirm search.');
    expect(count('ExecuteCommand')).toBe(before);
  });

  it('names what is missing where ECS Exec is off, and the command that turns it on', async () => {
    const { code, err } = await cli.slipwayAtStandstill(['exec', '-c', 'tools', '-n', 'dashboard']);
    expect(code).toBe(2);
    expect(err).toContain('ECS Exec was off when the task was started');
    expect(err).toContain('`slipway deploy -c tools -n dashboard --enable-exec --force` turns it on');
  });

  it('names what is missing of the container that was asked for, and of no other', async () => {
    const missing = (message: string, subject?: string): Check => ({
      rule: 'exec-agent',
      result: 'warn',
      message,
      ...(subject === undefined ? {} : { subject }),
    });
    const checks = [
      missing('The role', undefined),
      missing('The agent of app', 'app'),
      missing('of proxy', 'proxy'),
    ];
    const client = { call: async () => ({ checks, containers: [], isPossible: true, canTurnOn: false }) };
    const printed: string[] = [];
    const output = { problem: (line: unknown) => void printed.push(JSON.stringify(line)) };
    const refused = new SlipwayError('CONFLICT', 'The agent is not connected.');
    const explain = (container?: string) =>
      explainRefusal(
        { client, output } as unknown as Parameters<typeof explainRefusal>[0],
        { account: 'a', region: 'us-east-1', cluster: 'main', task: 't', container },
        refused,
      );
    await expect(explain('app')).rejects.toBe(refused);
    expect(printed).toEqual([
      expect.stringContaining('The role'),
      expect.stringContaining('The agent of app'),
    ]);
    await expect(explain()).rejects.toBe(refused);
    expect(printed).toHaveLength(5);
  });

  it('ends the session in AWS when it is interrupted', async () => {
    const interrupt = new AbortController();
    const before = count('TerminateSession');
    const args = ['exec', ...SEARCH, '--', 'yes'];
    const onOut = (): void => interrupt.abort();
    const { code } = await cli.slipwayAtStandstill(args, { interrupt: interrupt.signal, onOut });
    expect(code).toBe(130);
    await expect.poll(() => count('TerminateSession')).toBe(before + 1);
  });
});

describe('output that is no terminal', () => {
  it('has the bytes of the program, also where a line end is in two parts', async () => {
    const written: Buffer[] = [];
    const output = withoutReturns(async (bytes) => void written.push(Buffer.from(bytes)));
    for (const part of ['one\r\ntwo\r', '\nthree\r', '\r\n', 'four\r']) await output.bytes(Buffer.from(part));
    await output.end();
    expect(Buffer.concat(written).toString()).toBe('one\ntwo\nthree\r\nfour\r');
  });
});

describe('output that ends with an exit code', () => {
  it.each([1, 3, 7, 100])('is whole without it, in parts of %i bytes', async (length) => {
    const written: Buffer[] = [];
    const sink = {
      bytes: async (bytes: Uint8Array) => void written.push(Buffer.from(bytes)),
      end: async () => {},
    };
    const reported = withoutExitCode(sink, '\x1emark=');
    const all = Buffer.from('a \x1e record\x1ema\x1emark=42\x1e and what a child printed later');
    for (let at = 0; at < all.length; at += length) await reported.bytes(all.subarray(at, at + length));
    await reported.end();
    expect(reported.exitCode()).toBe(42);
    expect(Buffer.concat(written).toString()).toBe('a \x1e record\x1ema and what a child printed later');
  });
});

describe('slipway forward', () => {
  it.each([
    ['a port of the container', ':9200', [], / → port 9200 of task /, /^app of task \w+ at port 9200: \/$/m],
    [
      'a port of a host that the container reaches',
      ':db.internal:5432',
      ['--container', 'app'],
      / → db\.internal:5432 through app$/m,
      /^db\.internal through app of task \w+ at port 5432: \/$/m,
    ],
  ])('forwards %s until it is interrupted, and exits with 0', async (_what, ports, more, line, answer) => {
    const interrupt = new AbortController();
    const listening = Promise.withResolvers<number>();
    const ran = cli.slipwayAtStandstill(['forward', ...SEARCH, ...more, ports], {
      interrupt: interrupt.signal,
      onOut: (printed) => listening.resolve(Number(/127\.0\.0\.1:(\d+)/.exec(printed)?.[1])),
    });
    const port = await Promise.race([
      listening.promise,
      ran.then(({ err }) => Promise.reject(new Error(err))),
    ]);
    expect(await answerAt(port)).toMatch(answer);
    interrupt.abort();
    const { code, out } = await ran;
    expect(code).toBe(0);
    expect(out).toMatch(line);
  });

  it.each(['web', '99999:80', '80:', '1:2:3:4'])('refuses %s as ports', async (ports) => {
    const { code, err } = await cli.slipwayAtStandstill(['forward', ...SEARCH, ports]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('Give ports such as 8080:80, or 5432:db.internal:5432.'),
    });
  });
});

function answerAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => resolve(text(response))).on('error', reject);
  });
}
