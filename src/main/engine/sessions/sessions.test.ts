import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ECSClient, ListTasksCommand, StopTaskCommand, UpdateClusterCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { ShellEvent } from '../../../shared/model/session.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';

let sandbox: TestSandbox;
let slipway: Slipway;
let folder: string;
let truth: ECSClient;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  folder = mkdtempSync(path.join(tmpdir(), 'sessions-'));
  slipway = await openSlipway(sandbox, folder);
  const { endpoint, region, credentials } = sandbox;
  truth = new ECSClient({ endpoint, region, credentials });
});
afterAll(async () => {
  truth.destroy();
  await slipway.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function taskOf(cluster: string, serviceName: string, ecs = truth) {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  return { account: 'sandbox', region: sandbox.region, cluster, task: taskArns[0] ?? '' };
}

/** A shell that was opened, with all that it has shown so far. It confirms what it reads, as a terminal does. */
async function openShell(
  client: Client,
  target: Parameters<typeof client.call<'sessions.open'>>[1],
  onText: (text: string) => void = () => {},
) {
  const leaving = new AbortController();
  const events: ShellEvent[] = [];
  const hash = createHash('sha256');
  let read = 0;
  let shown = '';
  let session = '';
  const write = (text: string) =>
    client.call('sessions.write', { session, data: Buffer.from(text).toString('base64') });
  const ended = client.call('sessions.open', target, {
    signal: leaving.signal,
    onEvent(event) {
      if (event.kind === 'opened') session = event.session;
      if (event.kind !== 'output') {
        events.push(event);
        return;
      }
      const bytes = Buffer.from(event.data, 'base64');
      read += bytes.length;
      hash.update(bytes);
      shown = `${shown}${bytes.toString('latin1')}`.slice(-2_000);
      onText(bytes.toString('latin1'));
      // What a session that has ended no longer takes.
      client.call('sessions.write', { session, read }).catch(() => undefined);
    },
  });
  ended.catch(() => undefined);
  const endedEarly = ended.then(({ sentence }) => Promise.reject(new Error(sentence)));
  await Promise.race([eventually(() => expect(shown).toContain('# ')), endedEarly]);
  endedEarly.catch(() => undefined);
  return {
    ended,
    events,
    write,
    leave: () => leaving.abort(),
    session: () => session,
    shows: (text: string) => eventually(() => expect(shown).toContain(text)),
  };
}

const SIZE = { cols: 100, rows: 30 };

describe('sessions.open', () => {
  it('encrypts a shell with the KMS key of its cluster', async () => {
    const encryptWith = (kmsKeyId: string | undefined) =>
      truth.send(
        new UpdateClusterCommand({
          cluster: 'staging',
          configuration: { executeCommandConfiguration: kmsKeyId === undefined ? {} : { kmsKeyId } },
        }),
      );
    await encryptWith('alias/shells');
    const shell = await openShell(slipway.client, {
      ...(await taskOf('staging', 'checkout')),
      container: 'app',
      ...SIZE,
    });
    await shell.write('stty size\r');
    await shell.shows('30 100');
    await shell.write('exit\r');
    expect(await shell.ended).toMatchObject({ reason: 'exited' });
    await encryptWith(undefined);
  });

  it('runs a shell that echoes, knows its size, and ends with exit', async () => {
    const task = await taskOf('production', 'search');
    const shell = await openShell(slipway.client, { ...task, ...SIZE, confirmation: 'search' });
    await shell.write('stty size\r');
    await shell.shows('30 100');
    await slipway.client.call('sessions.resize', { session: shell.session(), cols: 90, rows: 20 });
    await shell.write('stty size\r');
    await shell.shows('20 90');
    await shell.write('env\r');
    await shell.shows('DATABASE_URL=(secret)');
    await shell.write('cd /var/tmp\r');
    await shell.shows(':/var/tmp# ');
    await shell.write('ls -la ten-megabytes; env\r');
    await shell.shows('this simulated shell runs one simple command in a line');
    await shell.write('ls gone\r');
    await shell.shows("ls: cannot access 'gone': No such file or directory");
    await shell.write('exit\r');
    expect(await shell.ended).toEqual({ reason: 'exited', sentence: 'The session ended.' });
  });

  it('brings the bytes of a file of 10 MB unchanged', async () => {
    const task = await taskOf('staging', 'checkout');
    const received: string[] = [];
    const target = { ...task, ...SIZE, container: 'app' };
    const shell = await openShell(slipway.client, target, (text) => received.push(text));
    await shell.write('cat /var/tmp/ten-megabytes\r');
    await eventually(() => expect(received.join('').length).toBeGreaterThan(10 * 1024 * 1024));
    await shell.write('exit\r');
    await shell.ended;
    const all = received.join('');
    const start = all.indexOf(createHash('sha256').update('0').digest('hex'));
    const file = all.slice(start, start + 10 * 1024 * 1024);
    const expected = createHash('sha256');
    for (let line = 0; line < (10 * 1024 * 1024) / 64; line += 1)
      expected.update(createHash('sha256').update(String(line)).digest('hex'));
    expect(createHash('sha256').update(file).digest('hex')).toBe(expected.digest('hex'));
  });

  it('brings a long paste to the container in order, and all that it answers', async () => {
    const task = await taskOf('staging', 'checkout');
    const answered: string[] = [];
    const shell = await openShell(slipway.client, { ...task, ...SIZE, container: 'app' }, (text) =>
      answered.push(text),
    );
    const count = 8_000;
    const pasted = Array.from({ length: count }, (_, line) => `echo ${100_000 + line}\r`).join('');
    // As a window sends it: in pieces, without waiting for the one before.
    const piece = 48 * 1024;
    const pieces = Array.from({ length: Math.ceil(pasted.length / piece) }, (_, at) =>
      shell.write(pasted.slice(at * piece, (at + 1) * piece)),
    );
    await Promise.all(pieces);
    const last = String(100_000 + count - 1);
    await eventually(() => expect(answered.slice(-50).join('')).toContain(`\n\u001b[?2004l${last}\r\n`));
    const numbers = [...answered.join('').matchAll(/2004l(\d{6})\r\n/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: count }, (_, line) => 100_000 + line));
    shell.leave();
  });

  it('ends the session in AWS when the window closes, and keeps who and when in the journal, not what', async () => {
    const task = await taskOf('staging', 'checkout');
    const shell = await openShell(slipway.client, { ...task, ...SIZE, container: 'app' });
    await shell.write('echo a-password\r');
    await shell.shows('a-password');
    shell.leave();
    await eventually(() =>
      expect(sandbox.calls().some(({ operation }) => operation === 'TerminateSession')).toBe(true),
    );
    await eventually(async () => {
      const { entries } = await slipway.client.call('journal.list', { kind: 'session', limit: 1 });
      expect(entries[0]).toMatchObject({ state: 'done', subject: 'checkout' });
      expect(entries[0]?.sentence).toMatch(/^The session was ended in Slipway\. It was open for \d+ s\.$/);
      expect(JSON.stringify(entries)).not.toMatch(/a-password|TokenValue/);
    });
  });

  it('stops output that nobody reads, so that an endless program takes no memory', async () => {
    const task = await taskOf('staging', 'checkout');
    let session = '';
    let received = 0;
    const leaving = new AbortController();
    const target = { ...task, ...SIZE, container: 'app' };
    const ended = slipway.client.call('sessions.open', target, {
      signal: leaving.signal,
      onEvent(event) {
        if (event.kind === 'opened') session = event.session;
        if (event.kind === 'output') received += Buffer.from(event.data, 'base64').length;
      },
    });
    await eventually(() => expect(received).toBeGreaterThan(0));
    const data = Buffer.from('yes\r').toString('base64');
    await slipway.client.call('sessions.write', { session, data });
    await eventually(() => expect(received).toBeGreaterThan(1024 * 1024));
    // What is held back follows once it is confirmed.
    const before = received;
    expect(before).toBeLessThan(6 * 1024 * 1024);
    await slipway.client.call('sessions.write', { session, read: received });
    await eventually(() => expect(received).toBeGreaterThan(before));
    leaving.abort();
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('says that the task stopped when a session ends with it', async () => {
    const task = await taskOf('production', 'search');
    const shell = await openShell(slipway.client, { ...task, ...SIZE, confirmation: 'search' });
    await truth.send(new StopTaskCommand({ cluster: 'production', task: task.task, reason: 'drill' }));
    sandbox.clock.advance(5_000 * sandbox.speed);
    expect(await shell.ended).toMatchObject({
      reason: 'exited',
      sentence: expect.stringMatching(/^The session ended because the task stopped: .*drill/),
    });
  });

  it('says that a session was idle for too long', async () => {
    const task = await taskOf('staging', 'checkout');
    const shell = await openShell(slipway.client, { ...task, ...SIZE, container: 'app' });
    sandbox.clock.advance(21 * 60_000 * sandbox.speed);
    expect(await shell.ended).toEqual({
      reason: 'idle',
      sentence: 'AWS ended the session, because it was idle for too long.',
    });
  });

  it('takes input of the client that opened it only', async () => {
    const task = await taskOf('staging', 'checkout');
    const shell = await openShell(slipway.client, { ...task, ...SIZE, container: 'app' });
    const session = shell.session();
    const other = slipway.connect();
    const data = Buffer.from('echo taken\r').toString('base64');
    await expect(other.call('sessions.write', { session, data })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(other.call('sessions.resize', { session, cols: 50, rows: 10 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await shell.write('stty size\r');
    await shell.shows('30 100');
    shell.leave();
  });

  it.each([
    [
      'asks for the name of the service in production',
      'production',
      'search',
      {},
      'INVALID_INPUT',
      /Confirm/,
    ],
    [
      'asks which of several containers',
      'staging',
      'checkout',
      {},
      'INVALID_INPUT',
      /Choose one of: app, proxy/,
    ],
    ['says that ECS Exec is off', 'tools', 'dashboard', {}, 'INVALID_INPUT', /was not enabled/],
    [
      'says that the agent is not connected',
      'production',
      'mailer',
      { confirmation: 'mailer' },
      'CONFLICT',
      /agent of app is not connected/,
    ],
  ])('%s', async (_what, cluster, service, more, code, sentence) => {
    const target = { ...(await taskOf(cluster, service)), ...SIZE, confirmation: undefined, ...more };
    await expect(slipway.client.call('sessions.open', target)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    });
  });

  it('says that a command could not be started', async () => {
    const target = { ...(await taskOf('staging', 'checkout')), ...SIZE, container: 'app' };
    const end = await slipway.client.call('sessions.open', { ...target, command: '/bin/fish' });
    expect(end).toMatchObject({ reason: 'refused', sentence: expect.stringMatching(/could not be started/) });
  });
});

it('a connection that AWS refuses to open names the action, and ends its session', async () => {
  const denying = await startTestSandbox({
    scenario: 'demo',
    deniedActions: ['ssmmessages:OpenDataChannel'],
  });
  const ownFolder = mkdtempSync(path.join(tmpdir(), 'sessions-'));
  const own = await openSlipway(denying, ownFolder);
  const { endpoint, region, credentials } = denying;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const target = { ...(await taskOf('staging', 'checkout', ecs)), ...SIZE, container: 'app' };
  expect(await own.client.call('sessions.open', target)).toMatchObject({
    reason: 'refused',
    sentence: expect.stringMatching(/AWS refused the connection\. .* ssmmessages:OpenDataChannel/),
  });
  expect(denying.calls().at(-1)?.operation).toBe('TerminateSession');
  ecs.destroy();
  await own.close();
  await denying.close();
  rmSync(ownFolder, { recursive: true });
});

describe('sessions.check', () => {
  it('passes for a task that ECS Exec reaches, and names containers and ports', async () => {
    const readiness = await slipway.client.call('sessions.check', await taskOf('production', 'search'));
    expect(readiness).toMatchObject({
      service: 'search',
      isPossible: true,
      containers: [{ name: 'app', ports: [9200], isConnected: true }],
    });
  });

  it('names what is missing, with the policy to hand on', async () => {
    const off = await slipway.client.call('sessions.check', await taskOf('tools', 'dashboard'));
    expect(off).toMatchObject({ isPossible: false, canTurnOn: true });
    const lacking = await slipway.client.call('sessions.check', await taskOf('production', 'mailer'));
    expect(lacking.checks.find(({ rule }) => rule === 'exec-role')).toMatchObject({
      result: 'fail',
      message: expect.stringContaining('mailer-task'),
      policy: expect.stringContaining('ssmmessages:OpenDataChannel'),
    });
  });
});

describe('sessions.forward', () => {
  it('answers several connections at once through one session', async () => {
    const leaving = new AbortController();
    const target = { ...(await taskOf('production', 'search')), confirmation: 'search', port: 9200 };
    let port = 0;
    const ended = slipway.client.call('sessions.forward', target, {
      signal: leaving.signal,
      onEvent(event) {
        if (event.kind === 'listening') port = event.localPort;
      },
    });
    await eventually(() => expect(port).toBeGreaterThan(0));
    const [one, other, large] = await Promise.all([
      get(port, '/one'),
      get(port, '/other'),
      get(port, '/ten-megabytes'),
    ]);
    expect([one, other]).toEqual([
      expect.stringMatching(/port 9200: \/one/),
      expect.stringMatching(/port 9200: \/other/),
    ]);
    expect(large).toHaveLength(10 * 1024 * 1024);
    leaving.abort();
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(get(port, '/')).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
  });
});

function get(port: number, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: target, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('latin1')));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
