import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { contract } from '../../shared/contract.ts';
import { SlipwayError, toWire } from '../../shared/errors.ts';
import { createDispatcher } from '../engine/ports/dispatcher.ts';
import type { Handlers } from '../engine/ports/handlers.ts';
import { CLI } from '../engine/testing/cli-process.ts';
import { exitCodeOf } from './command/call-exit-code.ts';
import { runCall } from './command/run-call.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

let sandbox: TestSandbox;
let home: string;

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  home = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true });
});

type Environment = Readonly<Record<string, string>>;

function start(
  args: readonly string[],
  environment: Environment = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const env = { PATH: process.env.PATH, HOME: home, SLIPWAY_DATA: join(home, 'data'), ...environment };
  return spawn(process.execPath, [CLI, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs the command line to its end. */
async function run(args: readonly string[], stdin = '', environment: Environment = {}) {
  const child = start(args, environment);
  child.stdin.end(stdin);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
  return { code, err, lines };
}

function call(method: string, input: unknown) {
  return run(['call', method, JSON.stringify(input), '--sandbox', sandbox.endpoint]);
}

/** Characters that steer a terminal: of C1, for the direction of text, without width, and separators of lines. */
const STEERING = '\u009b31m\u202eevil\u2066\u200f\u2028\u0085\u001b]8;;https://evil.example\u0007link\ufeff';

describe('what the command line prints', () => {
  const steers = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  it('contains no terminal control characters and keeps its meaning', async () => {
    const printed: string[] = [];
    const handlers: Partial<Handlers> = {
      'docker.build': async (_, { emit }) => {
        emit({ kind: 'log', lines: [STEERING], dropped: 0 });
        return { id: STEERING, name: STEERING, sizeBytes: 1 };
      },
    };
    const dispatcher = createDispatcher(handlers, pino({ level: 'silent' }));
    const input = { folder: '/x', dockerfile: 'Dockerfile', repository: 'web', tag: '1' };
    const interrupt = new AbortController().signal;
    await runCall(dispatcher, {
      method: 'docker.build',
      input,
      interrupt,
      print: (line) => printed.push(line),
    });
    expect(printed.join('\n')).not.toMatch(steers);
    expect(printed.map((line): unknown => JSON.parse(line))).toEqual([
      { event: { kind: 'log', lines: [STEERING], dropped: 0 } },
      { result: { id: STEERING, name: STEERING, sizeBytes: 1 } },
    ]);
  });

  it('shows control characters of the arguments escaped', async () => {
    const { code, err } = await run([STEERING.replaceAll('\u0000', '')]);
    expect(code).toBe(2);
    expect(err).toContain(String.raw`\u009b31m\u202eevil`);
    expect(err).not.toMatch(steers);
  });
});

describe('the command line', () => {
  it('prints each event and then the result as JSON lines', async () => {
    const { code, lines, err } = await call('services.list', { ...SCOPE, cluster: 'production' });
    expect(lines[0]).toMatchObject({ event: { kind: 'names', names: expect.arrayContaining(['web']) } });
    expect(lines.at(-1)).toMatchObject({
      result: expect.arrayContaining([expect.objectContaining({ name: 'web' })]),
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('prints every method with one sentence', async () => {
    const { code, lines } = await run(['methods']);
    expect(lines).toHaveLength(Object.keys(contract).length);
    expect(lines).toContainEqual({ method: 'clusters.list', kind: 'query', about: expect.any(String) });
    expect(JSON.stringify(lines).length).toBeLessThan(26_000);
    expect(code).toBe(0);
  });

  it('prints one method with the JSON Schemas of its input and answer', async () => {
    const { code, lines } = await run(['methods', 'clusters.list']);
    expect(lines).toEqual([
      {
        method: 'clusters.list',
        kind: 'query',
        about: expect.any(String),
        input: expect.objectContaining({ required: ['account', 'region'], additionalProperties: false }),
        output: expect.objectContaining({ type: 'array' }),
      },
    ]);
    expect(code).toBe(0);
  });

  it('says that a method does not exist, and how to see all', async () => {
    const { code, err, lines } = await run(['methods', 'clusters.drop']);
    expect(err).toBe("The method clusters.drop doesn't exist. `slipway methods` prints all methods.\n");
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
  });

  it('takes the ARN of a cluster where its name is meant', async () => {
    const cluster = 'arn:aws:ecs:us-east-1:123456789012:cluster/production';
    const { code, lines } = await call('services.list', { ...SCOPE, cluster });
    expect(lines.at(-1)).toMatchObject({ result: expect.arrayContaining([expect.anything()]) });
    expect(code).toBe(0);
  });

  it('names the option --sandbox when the account sandbox is missing', async () => {
    const { lines } = await run(['call', 'clusters.list', JSON.stringify(SCOPE)]);
    expect(lines).toMatchObject([
      { error: { code: 'NOT_FOUND', message: expect.stringContaining('--sandbox URL') } },
    ]);
  });

  it('takes a relative folder from where npm was called, when it runs as an npm script', async () => {
    const npm = { npm_lifecycle_event: 'slipway', INIT_CWD: home };
    const { lines } = await run(['call', 'docker.folder', '{"folder":"."}'], '', npm);
    expect(lines.at(-1)).toMatchObject({ result: { folder: await realpath(home) } });
  });

  it('reads the input from standard input for -', async () => {
    const args = ['call', 'clusters.list', '-', '--sandbox', sandbox.endpoint];
    const { code, lines } = await run(args, JSON.stringify(SCOPE));
    expect(lines).toMatchObject([
      { result: [{ name: 'production' }, { name: 'staging' }, { name: 'tools' }] },
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['input that the method refuses', ['call', 'clusters.list', '{"account": "sandbox"}'], 'INVALID_INPUT'],
    ['input that is not JSON', ['call', 'clusters.list', '{account'], 'INVALID_INPUT'],
    ['a method that is not there', ['call', 'clusters.drop', '{}'], 'UNKNOWN_METHOD'],
  ])('exits with 2 for %s', async (_what, args, errorCode) => {
    const { code, lines } = await run(args);
    expect(lines).toMatchObject([{ error: { code: errorCode } }]);
    expect(code).toBe(2);
  });

  it('exits with 1 for a call that fails', async () => {
    const { code, lines } = await call('services.list', { ...SCOPE, cluster: 'gone' });
    expect(lines).toMatchObject([{ error: { code: 'NOT_FOUND' } }]);
    expect(code).toBe(1);
  });

  it('refuses to plan a tag that does not exist, and names the repository', async () => {
    const service = { ...SCOPE, cluster: 'staging', service: 'web' };
    const image = `${new URL(sandbox.endpoint).host}/web:no-such-tag`;
    const { code, lines } = await call('releases.plan', {
      service,
      change: { images: [{ container: 'app', image }] },
    });
    expect(lines).toMatchObject([
      {
        result: {
          canExecute: false,
          checks: expect.arrayContaining([
            expect.objectContaining({
              result: 'fail',
              message: `The image of app doesn't exist: ${image}`,
              advice: 'Push it to web first, or choose an image of the repository.',
            }),
          ]),
        },
      },
    ]);
    expect(code).toBe(0);
  });

  it.each([
    [['drop']],
    [['call']],
    [['call', 'app.info', '--verbose']],
    [['call', 'app.info', '--sandbox', 'here']],
  ])('prints its usage and exits with 2 for %j', async (args) => {
    const { code, err, lines } = await run(args);
    expect(err).toContain('Usage:');
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
  });

  it.runIf(process.platform === 'linux')(
    'fails when its output cannot be written, as on a full disk',
    async () => {
      const child = spawn('sh', ['-c', '"$0" "$1" methods > /dev/full', process.execPath, CLI], {
        env: { PATH: process.env.PATH, HOME: home, SLIPWAY_DATA: join(home, 'data') },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect(err).toBe("The output can't be written: the disk is full. It is incomplete.\n");
      expect(code).toBe(1);
    },
  );

  it('ends silently and successfully when its output is closed, as by head', async () => {
    const child = start(['methods']);
    child.stdin.end();
    const [err, exit] = [text(child.stderr), once(child, 'exit')];
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await err).toBe('');
    await expect(exit).resolves.toEqual([0, null]);
  });

  it('names an unknown option in one sentence', async () => {
    const { code, err } = await run(['call', 'app.info', '--verbose']);
    expect(err).toMatch(/^Unknown option '--verbose'\.\n\nUsage:/);
    expect(code).toBe(2);
  });

  it('prints one sentence and exits with 1 when its data folder cannot be created', async () => {
    const { code, err, lines } = await run(['call', 'app.info'], '', { SLIPWAY_DATA: join(CLI, 'data') });
    expect(lines).toMatchObject([
      {
        error: { message: expect.stringMatching(/^Slipway can't write its data folder .+: there is a file/) },
      },
    ]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });

  it('cancels the call and exits with 130 when it is interrupted', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const child = start(['call', 'clusters.list', JSON.stringify(SCOPE), '--sandbox', endpoint]);
    const [out, exit] = [text(child.stdout), once(child, 'exit')];
    await once(silent, 'request');
    child.kill('SIGINT');
    expect(JSON.parse(await out)).toMatchObject({ error: { code: 'CANCELLED' } });
    await expect(exit).resolves.toEqual([130, null]);
    silent.closeAllConnections();
    silent.close();
  });
});

describe('the exit code', () => {
  it.each(['rolled-back', 'failed', 'stopped', 'unknown'])(
    'of a release that was watched and %s is 1',
    (outcome) => {
      const deployment = { arn: 'a', id: 'a', status: 'X', outcome, images: [], isRollbackTarget: false };
      expect(exitCodeOf('releases.watch', { ok: true, value: { deployment } }, false)).toBe(1);
    },
  );

  it('of a release that succeeded is 0', () => {
    const deployment = {
      arn: 'a',
      id: 'a',
      status: 'X',
      outcome: 'succeeded',
      images: [],
      isRollbackTarget: false,
    };
    expect(exitCodeOf('releases.watch', { ok: true, value: { deployment } }, false)).toBe(0);
  });

  it.each([
    ['ended', ['succeeded', 'succeeded'], 0],
    ['paused', ['succeeded', 'waiting'], 0],
    ['paused', ['failed', 'waiting'], 1],
    ['ended', ['succeeded', 'held-back'], 1],
  ])('of a bulk release that %s with %j is %i', (state, rows, code) => {
    const waves = [rows.map((row) => ({ cluster: 'main', service: 'web', state: row, sentence: '' }))];
    expect(exitCodeOf('fleet.run', { ok: true, value: { state, waves } }, false)).toBe(code);
  });
});

it.each([
  ['docker.push', 'CONFLICT', 2],
  ['docker.push', 'NOT_FOUND', 2],
  ['docker.push', 'REGISTRY_REFUSED', 1],
  ['docker.push', 'REGISTRY_UNAVAILABLE', 1],
  ['docker.build', 'NOT_FOUND', 2],
  ['docker.build', 'INVALID_INPUT', 2],
  ['docker.build', 'BUILD_FAILED', 1],
  ['releases.execute', 'CONFLICT', 1],
] as const)('%s that ends with %s has the exit code %i', (method, code, exit) => {
  const error = toWire(new SlipwayError(code, 'A sentence.'));
  expect(exitCodeOf(method, { ok: false, error }, false)).toBe(exit);
});
