import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { contract } from '../../shared/contract.ts';
import { createEngine, type Engine } from './engine.ts';
import { createKnownSecrets } from './ports/known-secrets.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
let sandbox: TestSandbox;
let folder: string;
let engine: Engine;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  folder = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  const { endpoint, credentials, region } = sandbox;
  engine = await createEngine({
    ...portsOf(folder),
    accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials }],
  });
});
afterEach(async () => {
  await engine.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function portsOf(home: string) {
  return {
    environment: { HOME: home },
    paths: { data: join(home, 'data') },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    secrets: createKnownSecrets(),
    host: { host: 'cli', version: '1.2.3' },
  } as const;
}

function call(method: string, input: unknown) {
  return engine.dispatcher.connect(() => undefined).call({ id: 'call', method, input });
}

it('the engine has a handler for every method', async () => {
  const answers = await Promise.all(Object.keys(contract).map((method) => call(method, 'junk')));
  const codes = answers.map((answer) => (answer.ok ? 'answered' : answer.error.code));
  expect(new Set(codes)).toEqual(new Set(['INVALID_INPUT']));
});

it('the data of the engine is readable by its owner only', async () => {
  const { mode } = await stat(join(folder, 'data'));
  // Windows keeps no such bits; there the folder lies in the profile of the user.
  expect(process.platform === 'win32' ? 0 : mode & 0o077).toBe(0);
});

it('the engine lists the account of the host without its credentials', async () => {
  const answer = await call('accounts.list', {});
  expect(answer).toMatchObject({ ok: true, value: { accounts: [{ id: 'sandbox', kind: 'sandbox' }] } });
  expect(JSON.stringify(answer)).not.toContain('secretAccessKey');
});

it('a sandbox that is started later is listed beside the profiles and answers, until it is stopped', async () => {
  const { endpoint, credentials, region } = sandbox;
  const close = vi.fn<() => Promise<void>>(async () => undefined);
  const later = await createEngine({
    ...portsOf(folder),
    accounts: [],
    startSandbox: async () => ({
      account: { id: 'sandbox', name: 'sandbox', region, endpoint, credentials },
      isTemporary: false,
      close,
    }),
  });
  try {
    const lists: unknown[] = [];
    const connection = later.dispatcher.connect((_id, event) => lists.push(event));
    const ask = (method: string, input: unknown = {}) => connection.call({ id: method, method, input });
    void ask('accounts.watch');
    await vi.waitFor(() => expect(lists).toEqual([{ accounts: [], sandbox: 'offered' }]));
    expect(await ask('accounts.startSandbox')).toEqual({
      ok: true,
      value: { account: 'sandbox', region, isTemporary: false },
    });
    await vi.waitFor(() =>
      expect(lists.at(-1)).toMatchObject({ accounts: [{ id: 'sandbox' }], sandbox: 'started' }),
    );
    expect(await ask('clusters.list', SCOPE)).toMatchObject({
      ok: true,
      value: [{ name: 'production' }, {}, {}],
    });

    expect(await ask('accounts.stopSandbox')).toEqual({ ok: true, value: {} });
    expect(close).toHaveBeenCalledOnce();
    expect(await ask('clusters.list', SCOPE)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await ask('accounts.list')).toEqual({ ok: true, value: { accounts: [], sandbox: 'offered' } });
    await ask('accounts.startSandbox');
  } finally {
    await later.close();
  }
  // The engine ends the one that still runs.
  expect(close).toHaveBeenCalledTimes(2);
});

it('the engine names the running images, with details from their repository', async () => {
  const answer = await call('services.get', { ...SCOPE, cluster: 'production', service: 'checkout' });
  expect(answer).toMatchObject({
    ok: true,
    value: { runs: [{ container: 'app', digests: [{ facts: { repository: 'checkout' } }] }, {}] },
  });
});

it('a plan for an image with a SHA-512 digest says that ECS accepts only SHA-256', async () => {
  const image = `web@sha512:${'0a'.repeat(64)}`;
  const service = { ...SCOPE, cluster: 'production', service: 'checkout' };
  const answer = await call('releases.plan', { service, change: { images: [{ container: 'app', image }] } });
  expect(answer).toMatchObject({
    ok: true,
    value: {
      canExecute: false,
      checks: expect.arrayContaining([
        expect.objectContaining({
          rule: 'content',
          result: 'fail',
          message: `The image of app has a digest that ECS doesn't accept: “${image}”`,
        }),
      ]),
    },
  });
});

it.each([
  [{ cpu: '1,5 vCPU' }, 'change.cpu is not a number of CPU units such as 512, nor of vCPUs such as 0.5 vCPU'],
  [{ memory: '2 GiB' }, 'change.memory is not a number of MiB such as 1024, nor of GB such as 1 GB'],
])('a plan for a size that ECS cannot read says what ECS reads: %j', async (change, message) => {
  const service = { ...SCOPE, cluster: 'production', service: 'checkout' };
  const answer = await call('releases.plan', { service, change });
  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
});

it.each([
  '123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout',
  'arn:aws:ecr:us-east-1:123456789012:repository/checkout',
])('the images of a repository are listed by its address and its ARN: %s', async (repository) => {
  const byName = await call('images.list', { ...SCOPE, repository: 'checkout' });
  const answer = await call('images.list', { ...SCOPE, repository });
  expect(answer).toMatchObject({ ok: true });
  expect(answer).toEqual(byName);
});

it('the command line has no folder dialog', async () => {
  await expect(call('app.chooseFolder', {})).resolves.toMatchObject({
    ok: false,
    error: { code: 'INVALID_INPUT', message: expect.stringContaining('Type the path') },
  });
});

it('closing the engine ends the calls in progress', async () => {
  const watching = call('prompts.watch', {});
  await engine.close();
  await expect(watching).resolves.toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
});
