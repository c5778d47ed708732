import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { CLI } from '../engine/testing/cli-process.ts';
import { openCliEngine } from './testing/test-engine.ts';

let sandbox: TestSandbox;
let home: string;

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  home = await mkdtemp(join(tmpdir(), 'slipway-interrupt-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true });
});

it.each(['SIGTERM', 'SIGHUP'] as const)(
  'a deploy that %s ends after it was sent names the deployment and exits with 130',
  async (signal) => {
    const args = ['deploy', '-c', 'staging', '-n', 'web', '--force', '--sandbox', sandbox.endpoint];
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH, HOME: home, SLIPWAY_DATA: join(home, signal) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, exit] = [text(child.stdout), once(child, 'exit')];
    let err = '';
    let isKilled = false;
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      // The deployment does not end by itself, because the clock stands still.
      if (isKilled || !/UpdateService .*: done\n/.test(err)) return;
      isKilled = child.kill(signal);
    });
    expect(await exit).toEqual([130, null]);
    expect(await out).toMatch(
      /^Interrupted\. The deployment arn:aws:ecs:\S+ was sent and continues\. `slipway watch -c staging -n web` follows it, `slipway rollback -c staging -n web` takes it back\.\n$/,
    );
  },
);

it('a deploy that is interrupted after any of its lines says what was sent and what continues', async () => {
  const cli = await openCliEngine();
  const args = ['deploy', '-c', 'staging', '-n', 'web', '-i', 'web:2.0.0', '--before', 'exit 0', '--force'];
  const sentSince = (first: number): readonly string[] =>
    cli.sandbox
      .calls()
      .slice(first)
      .map(({ operation }) => operation);
  for (let moment = 0, isOver = false; !isOver && moment < MOST_MOMENTS; moment += 1) {
    const interrupt = new AbortController();
    const first = cli.sandbox.calls().length;
    let lines = 0;
    const { code, out, err } = await cli.slipway(args, {
      interrupt: interrupt.signal,
      onErr(printed) {
        lines += printed.split('\n').length - 1;
        if (lines > moment) interrupt.abort();
      },
    });
    isOver = !interrupt.signal.aborted;
    const sent = sentSince(first);
    const said = out + err;
    expect([code, moment]).toEqual([isOver || out.includes('deployed in') ? 0 : 130, moment]);
    expect(said).toMatch(END_AFTER.find(([operation]) => sent.includes(operation))?.[1] ?? NOTHING_SENT);
  }
  await cli.close();
});

it('a deploy that is interrupted while its task runs says that the task may go on, and how the release continues', async () => {
  const cli = await openCliEngine();
  const interrupt = new AbortController();
  const deploy = ['deploy', '-c', 'staging', '-n', 'web', '-i', 'web:2.0.0', '--before', 'npm run migrate'];
  const ran = cli.slipwayAtStandstill(deploy, { interrupt: interrupt.signal });
  const sent = () => cli.sandbox.calls().map(({ operation }) => operation);
  await expect.poll(sent).toContain('RunTask');
  interrupt.abort();
  const { code, out } = await ran;
  expect(out).toMatch(
    /^Interrupted\. staging-web:\d+ was registered, but wasn't deployed to staging\/web\. Slipway stopped waiting for this task: \w+ is still running, and the service was not changed\. .*`slipway call releases\.resume '\{"release":"[\w-]+"\}'` resumes it, .* Sent: RegisterTaskDefinition \(staging-web:\d+\)\.\n$/,
  );
  expect(code).toBe(130);
  expect(sent()).not.toContain('UpdateService');
  await cli.close();
});

it('a deploy that is interrupted before its task is started starts none, and does not claim one', async () => {
  const cli = await openCliEngine();
  const interrupt = new AbortController();
  const deploy = ['deploy', '-c', 'staging', '-n', 'web', '-i', 'web:2.0.0', '--before', 'npm run migrate'];
  const { code, out } = await cli.slipway(deploy, {
    interrupt: interrupt.signal,
    onErr(printed) {
      if (printed.startsWith('RegisterTaskDefinition')) interrupt.abort();
    },
  });
  expect(out).toMatch(/^Interrupted\. staging-web:\d+ was registered, but wasn't deployed to staging\/web\./);
  expect(out).not.toContain('task:');
  expect(code).toBe(130);
  const sent = cli.sandbox.calls().map(({ operation }) => operation);
  expect(sent).not.toContain('RunTask');
  expect(sent).not.toContain('UpdateService');
  await cli.close();
});

/** More than the lines that the command prints. */
const MOST_MOMENTS = 30;

/** What the command says when it ends after the last of these calls. */
const END_AFTER: readonly (readonly [operation: string, sentence: RegExp])[] = [
  ['UpdateService', /was sent and continues|deployed in/],
  ['RunTask', /stopped waiting for this task|deregister/],
  ['RegisterTaskDefinition', /deregister \S+:\d+/],
];
const NOTHING_SENT = /Nothing was sent/;
