import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromLoginCredentials } from '@aws-sdk/credential-providers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { answerSignIn, shownCode } from '../../../sandbox/testing/sign-in.ts';
import { createSteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import { cancelled } from '../../../shared/errors.ts';
import type { Prompt } from '../ports/ports.ts';
import { type Answer, type CodeAnswer, openSigningIn } from '../testing/signing-in.ts';
import type { LoginToken } from './sign-in/login-flow.ts';

type SignInStep = Parameters<Prompt['signIn']>[0];

const MINUTE_MS = 60_000;
const IDENTITY = 'arn:aws:iam::123456789012:user/sandbox';

const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
let sandbox: Sandbox;
let home: string;
let open: { close(): void } | undefined;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'empty', clock });
  home = await mkdtemp(join(tmpdir(), 'slipway-login-'));
});
afterEach(async () => {
  open?.close();
  open = undefined;
  vi.unstubAllEnvs();
  await sandbox.close();
  await rm(home, { recursive: true, force: true });
});

const answersWith =
  (decision: 'allow' | 'deny'): Answer =>
  ({ address }) => {
    void answerSignIn(address, decision).then(({ location }) => fetch(location));
    return undefined;
  };
const allows = answersWith('allow');
const declines: Answer = () => Promise.reject(cancelled('The sign-in'));

interface Setting {
  readonly identity?: string;
  readonly endpoint?: string;
  readonly enterCode?: CodeAnswer;
}

function configOf({ identity = IDENTITY, endpoint = sandbox.endpoint }: Setting): string {
  const at = `region = us-east-1\nendpoint_url = ${endpoint}`;
  return [
    `[profile dev]\nlogin_session = ${identity}\n${at}`,
    `[profile ops]\nlogin_session = ${identity}\n${at}`,
    `[profile deployer]\nrole_arn = arn:aws:iam::123456789012:role/deployer\nsource_profile = dev\n${at}`,
  ].join('\n');
}

async function logInAs(answer: Answer, setting: Setting = {}) {
  const opened = await openSigningIn({
    home,
    config: configOf(setting),
    clock: sandbox.clock,
    answer,
    enterCode: setting.enterCode,
  });
  const { aws, steps, list, scopeOf, secrets } = opened;
  open = aws;
  const name = createHash('sha256')
    .update(setting.identity ?? IDENTITY)
    .digest('hex');
  const folder = join(home, '.aws', 'login', 'cache');
  const tokenFile = join(folder, `${name}.json`);
  const readToken = async () => JSON.parse(await readFile(tokenFile, 'utf8')) as LoginToken;
  async function writeToken(token: object): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(tokenFile, JSON.stringify(token));
  }
  return { aws, steps, list, scopeOf, secrets, folder, tokenFile, readToken, writeToken };
}

const tokenRequests = () =>
  sandbox.calls().filter(({ operation }) => operation === 'CreateOAuth2Token').length;
const calls = () => sandbox.calls().length;

describe('a profile of aws login', () => {
  it('asks once for 50 calls of all its profiles, sends nothing in between, and answers all of them', async () => {
    const asked = Promise.withResolvers<string>();
    const { steps, list } = await logInAs(({ address }) => {
      asked.resolve(address);
      return undefined;
    });
    const waiting = Array.from({ length: 50 }, (_, index) => list(index % 2 === 0 ? 'dev' : 'ops'));
    const address = await asked.promise;
    expect(calls()).toBe(0);
    const { location } = await answerSignIn(address);
    expect(calls()).toBe(0);
    await fetch(location);
    await expect(Promise.all(waiting)).resolves.toHaveLength(50);
    expect(steps).toEqual([{ session: expect.stringMatching(/^(?:dev|ops)$/), address }]);
    expect(tokenRequests()).toBe(1);
    expect(calls()).toBe(51);
  });

  it('keeps its token where the AWS CLI looks for it, for its owner alone, and hides what is secret in it', async () => {
    const { list, tokenFile, readToken, secrets } = await logInAs(allows);
    await list();
    const token = await readToken();
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    expect(token).toMatchObject({
      accessToken: {
        accountId: '123456789012',
        expiresAt: new Date(sandbox.clock.now().getTime() + 15 * MINUTE_MS)
          .toISOString()
          .replace(/\.\d+Z$/, 'Z'),
      },
      tokenType: 'aws_sigv4',
      clientId: 'arn:aws:signin:::devtools/same-device',
      idToken: expect.any(String),
      dpopKey: expect.stringMatching(/^-----BEGIN EC PRIVATE KEY-----\n/),
    });
    const { secretAccessKey, sessionToken } = token.accessToken;
    const hidden = secrets.hide(
      [secretAccessKey, sessionToken, token.refreshToken, token.idToken, token.dpopKey].join(' '),
    );
    for (const secret of [
      secretAccessKey,
      sessionToken,
      token.refreshToken,
      ...token.dpopKey.split('\n').slice(1, 3),
    ])
      expect(hidden).not.toContain(secret);
  });

  it('leaves a token that the SDK of AWS reads and renews', async () => {
    const { list, folder, readToken } = await logInAs(allows);
    await list();
    vi.stubEnv('AWS_LOGIN_CACHE_DIRECTORY', folder);
    const { endpoint } = sandbox;
    const credentials = fromLoginCredentials({
      profile: 'dev',
      configFilepath: join(home, 'config'),
      filepath: join(home, 'credentials'),
      clientConfig: { endpoint, region: 'us-east-1' },
    });
    const before = await readToken();
    const sts = new STSClient({ endpoint, region: 'us-east-1', credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(IDENTITY);
    expect((await readToken()).dpopKey).toBe(before.dpopKey);
  });

  it('takes the token of the AWS CLI, renews its keys before their end, and asks when the login is over', async () => {
    const first = await logInAs(allows);
    await first.list();
    open?.close();
    const { list, steps } = await logInAs(allows);
    await list();
    expect(steps).toEqual([]);
    expect(tokenRequests()).toBe(1);
    clock.advance(12 * MINUTE_MS);
    await Promise.all(Array.from({ length: 20 }, () => list()));
    expect(steps).toEqual([]);
    expect(tokenRequests()).toBe(2);
    clock.advance(12 * 60 * MINUTE_MS);
    await Promise.all(Array.from({ length: 20 }, () => list()));
    expect(steps).toHaveLength(1);
    // One that was refused, and one for the code.
    expect(tokenRequests()).toBe(4);
  });

  it('that is signed in to in a terminal meanwhile takes its question back, and what waits goes on', async () => {
    const first = await logInAs(allows);
    await first.list();
    const token = await first.readToken();
    await rm(first.tokenFile);
    open?.close();
    const asked = Promise.withResolvers<AbortSignal>();
    const second = await logInAs((_step, signal) => {
      asked.resolve(signal);
      return undefined;
    });
    const waiting = [second.list('dev'), second.list('ops')];
    const question = await asked.promise;
    await second.writeToken(token);
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    expect(question.aborted).toBe(true);
    expect(second.steps).toHaveLength(1);
    expect(tokenRequests()).toBe(1);
    expect(await second.readToken()).toEqual(token);
  });

  it('that was declined is used at once after a sign-in in a terminal', async () => {
    const first = await logInAs(allows);
    await first.list();
    const token = await first.readToken();
    await rm(first.tokenFile);
    open?.close();
    const second = await logInAs(declines);
    await expect(second.list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await expect(second.list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(second.steps).toHaveLength(1);
    await second.writeToken(token);
    await expect(second.list()).resolves.toBeDefined();
  });

  it('is the source of a role', async () => {
    const { list, steps } = await logInAs(allows);
    await list('deployer');
    expect(steps).toMatchObject([{ session: 'dev' }]);
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual([
      'CreateOAuth2Token',
      'AssumeRole',
      'ListClusters',
    ]);
  });

  it('says beforehand whether it would ask, also for its roles and when its login is over', async () => {
    const { aws, list, scopeOf } = await logInAs((step, signal) =>
      steps.push(step) <= 2 ? allows(step, signal) : declines(step, signal),
    );
    const steps: SignInStep[] = [];
    const mayAsk = () => [aws.mayAsk(scopeOf('dev')), aws.mayAsk(scopeOf('deployer'))];
    expect(mayAsk()).toEqual([true, true]);
    await list();
    expect(mayAsk()).toEqual([false, false]);
    clock.advance(13 * 60 * MINUTE_MS);
    // Nothing tells before it is tried.
    await list();
    await list('ops');
    clock.advance(13 * 60 * MINUTE_MS);
    await expect(list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(mayAsk()).toEqual([true, true]);
    expect(steps).toHaveLength(3);
  });

  it('names the command when a person declines, sends nothing meanwhile, and asks when it is told to', async () => {
    const answers: Answer[] = [declines, allows];
    const { aws, list, steps, scopeOf } = await logInAs((...step) => answers.shift()?.(...step));
    const refusal = {
      code: 'AUTH_REQUIRED',
      message:
        'dev is not signed in. Sign in when Slipway asks, or run `aws login --profile dev`, and try again.',
      detail: { command: 'aws login --profile dev' },
    };
    await expect(list()).rejects.toMatchObject(refusal);
    await expect(list()).rejects.toMatchObject(refusal);
    expect([steps.length, calls()]).toEqual([1, 0]);
    await aws.signIn(scopeOf('dev'));
    await expect(list()).resolves.toBeDefined();
  });

  it('signs in with the code that a browser on any machine shows', async () => {
    const { list, readToken, steps } = await logInAs(() => Promise.resolve('with-code'), {
      enterCode: ({ address }) => shownCode(address),
    });
    await expect(list()).resolves.toBeDefined();
    expect(steps).toHaveLength(1);
    expect((await readToken()).clientId).toBe('arn:aws:signin:::devtools/cross-device');
    // Renewed without a person, as the client that it was given to.
    clock.advance(12 * MINUTE_MS);
    await list();
    expect([steps.length, tokenRequests()]).toEqual([1, 2]);
  });

  it('asks again, and sends nothing, for what is no code and for the code of another sign-in', async () => {
    const asked: Parameters<CodeAnswer>[0][] = [];
    const ofAnother = Buffer.from('state=other&code=abc').toString('base64');
    const { list } = await logInAs(() => Promise.resolve('with-code'), {
      enterCode(step) {
        asked.push(step);
        const wrong = ['1234', `  ${ofAnother}\n`, ''][asked.length - 1];
        return wrong === undefined ? shownCode(step.address) : Promise.resolve(wrong);
      },
    });
    await list();
    expect(asked.map(({ problem }) => problem?.split('.')[0])).toEqual([
      undefined,
      'This is not an authorization code',
      'This code belongs to another sign-in',
      'This is not an authorization code',
    ]);
    expect(new Set(asked.map(({ address }) => address)).size).toBe(1);
    expect(tokenRequests()).toBe(1);
  });

  it('says that a code has expired', async () => {
    const { list } = await logInAs(() => Promise.resolve('with-code'), {
      async enterCode({ address }) {
        const code = await shownCode(address);
        clock.advance(11 * MINUTE_MS);
        return code;
      },
    });
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: 'The authorization code for dev has expired or was used before. Sign in again.',
    });
  });

  it('names the command when a person does not enter the code', async () => {
    const { list } = await logInAs(() => Promise.resolve('with-code'));
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      detail: { command: 'aws login --profile dev' },
    });
    expect(calls()).toBe(0);
  });

  it('says that the access was denied in the browser', async () => {
    const { list } = await logInAs(answersWith('deny'));
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: 'The sign-in to dev was denied in the browser. Sign in again and allow the access.',
    });
  });

  it('takes nobody else: who signed in is named, and nothing is kept or sent', async () => {
    const identity = 'arn:aws:iam::123456789012:user/ana';
    const { list, folder } = await logInAs(allows, { identity });
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining(
        `In the browser ${IDENTITY} signed in, but the profile dev is that of ${identity}.`,
      ),
    });
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual(['CreateOAuth2Token']);
  });

  it.each([
    ['is no JSON', '{"accessToken": '],
    ['has no keys', '{"refreshToken": "x", "clientId": "y", "dpopKey": "z"}'],
    ['is too large', ' '.repeat(300_000)],
  ])('asks when the file of its token %s, and writes it again', async (_what, content) => {
    const { list, steps, tokenFile, readToken } = await logInAs(allows);
    await mkdir(dirname(tokenFile), { recursive: true });
    await writeFile(tokenFile, content);
    await list();
    expect(steps).toHaveLength(1);
    expect((await readToken()).refreshToken).toMatch(/^[\w-]{128}$/);
  });

  it('asks when the key in its file is none, and does not ask with every call when the file cannot be written', async () => {
    const { list, steps, tokenFile, readToken } = await logInAs(allows);
    await list();
    await writeFile(tokenFile, JSON.stringify({ ...(await readToken()), dpopKey: 'no key' }));
    clock.advance(12 * MINUTE_MS);
    await list();
    expect(steps).toHaveLength(2);
    // A folder in its place: root could write to any file.
    await rm(tokenFile);
    await mkdir(tokenFile);
    await chmod(tokenFile, 0o500);
    clock.advance(12 * MINUTE_MS);
    await list('ops');
    await list('ops');
    clock.advance(12 * MINUTE_MS);
    await list('ops');
    expect(steps).toHaveLength(3);
  });

  it('whose sign-in service does not answer says so, without a question', async () => {
    const { list, steps, tokenFile, readToken } = await logInAs(allows);
    await list();
    const token = await readToken();
    open?.close();
    const away = await logInAs(allows, { endpoint: 'http://127.0.0.1:1' });
    await writeFile(tokenFile, JSON.stringify(token));
    clock.advance(16 * MINUTE_MS);
    await expect(away.list()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('the sign-in service did not answer'),
    });
    expect([...steps, ...away.steps]).toHaveLength(1);
  });

  it('whose identity may not sign in names the permission, without a question', async () => {
    const service = createServer((_request, response) => {
      response.writeHead(403, {
        'content-type': 'application/json',
        'x-amzn-errortype': 'AccessDeniedException',
      });
      response.end('{"error": "INSUFFICIENT_PERMISSIONS", "message": "no"}');
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { list, readToken, tokenFile } = await logInAs(allows);
    await list();
    const token = await readToken();
    open?.close();
    const refused = await logInAs(allows, {
      endpoint: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    });
    await writeFile(tokenFile, JSON.stringify(token));
    clock.advance(16 * MINUTE_MS);
    await expect(refused.list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('(signin:CreateOAuth2Token)'),
    });
    expect(refused.steps).toEqual([]);
    service.close();
  });
});
