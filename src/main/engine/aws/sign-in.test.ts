import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CreateClusterCommand, ListClustersCommand } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { answerSignIn } from '../../../sandbox/testing/sign-in.ts';
import { createSteppedClock, type SteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import { cancelled } from '../../../shared/errors.ts';
import type { Clock } from '../ports/ports.ts';
import { makeFifo } from '../testing/crafted-repositories.ts';
import { type Answer, openSigningIn } from '../testing/signing-in.ts';
import { createAccountHandlers } from './account-handlers.ts';
import { openKeptAccounts } from './expected-accounts.ts';
import { sessionOfProfile } from './session-of-profile.ts';
import { readSharedConfig } from './shared-config.ts';
import type { SsoToken } from './sign-in/token-file.ts';

const HOUR_MS = 3_600_000;

let time: SteppedClock;
let sandbox: Sandbox;
let home: string;
let open: { close(): void } | undefined;
beforeEach(async () => {
  time = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'empty', clock: time });
  home = await mkdtemp(join(tmpdir(), 'slipway-sign-in-'));
});
afterEach(async () => {
  open?.close();
  open = undefined;
  await sandbox.close();
  await rm(home, { recursive: true, force: true });
});

const ROLE = 'sso_account_id = 123456789012\nsso_role_name = Developer\nregion = us-east-1';

function usualConfig(): string {
  const session = `[sso-session corp]\nsso_start_url = ${sandbox.endpoint}/start\nsso_region = us-east-1`;
  const profile = (name: string) =>
    `[profile ${name}]\nsso_session = corp\n${ROLE}\nendpoint_url = ${sandbox.endpoint}`;
  return [profile('dev'), profile('ops'), session].join('\n');
}

const allows: Answer = ({ address }) => {
  void answerSignIn(address).then(({ location }) => (location === '' ? undefined : fetch(location)));
  return undefined;
};

async function signInAs(
  answer: Answer,
  config = usualConfig(),
  clock: Clock = sandbox.clock,
  isUnattended = false,
) {
  const opened = await openSigningIn({ home, config, clock, answer, isUnattended });
  const { environment, accounts, aws, secrets, steps, waits, scopeOf, list } = opened;
  open = aws;
  const shared = await readSharedConfig(environment);
  const section = shared.profiles.get('dev');
  const session = section && sessionOfProfile(shared, section, environment);
  const tokenFile = session?.tokenFile ?? '';
  const readToken = async (): Promise<SsoToken> => JSON.parse(await readFile(tokenFile, 'utf8')) as SsoToken;
  async function writeToken(token: object): Promise<void> {
    await mkdir(dirname(tokenFile), { recursive: true });
    await writeFile(tokenFile, JSON.stringify(token));
  }
  const { 'accounts.list': readList, 'accounts.identity': readIdentity } = createAccountHandlers({
    accounts,
    aws,
    logger: pino({ level: 'silent' }),
    keptAccounts: openKeptAccounts({ data: home }),
    aliases: { of: () => undefined, read: () => Promise.resolve() },
    sandbox: { state: () => undefined },
    environment,
  });
  const context = { signal: new AbortController().signal, emit: () => undefined };
  const described = async (profile = 'dev') => {
    const answer = await readList({}, context);
    return answer.accounts.find(({ name }) => name === profile);
  };
  const identify = (profile = 'dev') => readIdentity(scopeOf(profile), context);
  return {
    described,
    identify,
    environment,
    accounts,
    aws,
    steps,
    waits,
    secrets,
    list,
    scopeOf,
    tokenFile,
    readToken,
    writeToken,
  };
}

/** The usual profiles, with a sign-in service of their own beside the sandbox. */
function configWithOidc(endpoint: string): string {
  const services = `[services own]\nsso_oidc =\n  endpoint_url = ${endpoint}`;
  const usual = usualConfig().replaceAll(/^endpoint_url/gm, 'services = own\nendpoint_url');
  return `${usual}\n${services}`;
}

/** A sign-in service that answers each request for a token in this way. */
async function startRefusingService(status: number, type: string, body: string) {
  let requests = 0;
  const service = createServer((_request, response) => {
    requests += 1;
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end(body);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  return { endpoint, requests: () => requests, close: () => service.close() };
}

/** A sign-in service that says twice that the person has not answered, and then how the code ended. */
async function startDeviceService(how: 'expired' | 'denied') {
  let polls = 0;
  const service = createServer((request, response) => {
    const send = (status: number, type: string, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
      response.end(JSON.stringify(body));
    };
    if (request.url !== '/token') {
      const registered = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 };
      const device = {
        deviceCode: 'd',
        userCode: 'ABCD-EFGH',
        verificationUri: 'https://example.com/',
        expiresIn: 600,
      };
      send(200, '', { ...registered, ...device });
      return;
    }
    polls += 1;
    if (polls <= 2) send(400, 'AuthorizationPendingException', { error: 'authorization_pending' });
    else if (how === 'expired') send(400, 'ExpiredTokenException', { error: 'expired_token' });
    else send(400, 'AccessDeniedException', { error: 'access_denied' });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  return { endpoint, polls: () => polls, close: () => service.close() };
}

function signInCalls(): readonly string[] {
  return sandbox
    .calls()
    .filter(({ service }) => service.startsWith('SSO'))
    .map(({ operation }) => operation);
}

describe('a profile of the Identity Center', () => {
  it('asks once for all calls that wait, over all profiles of the session, and sends nothing in between', async () => {
    const asked = Promise.withResolvers<string>();
    const { steps, list } = await signInAs(({ address }) => {
      asked.resolve(address);
      return undefined;
    });
    const calls = Array.from({ length: 50 }, (_, index) => list(index % 2 === 0 ? 'dev' : 'ops'));
    const address = await asked.promise;
    expect(signInCalls()).toEqual(['RegisterClient']);
    const { location } = await answerSignIn(address);
    await fetch(location);
    await expect(Promise.all(calls)).resolves.toHaveLength(50);
    expect(steps).toEqual([{ session: 'corp', address }]);
    expect(signInCalls().toSorted()).toEqual([
      'CreateToken',
      'GetRoleCredentials',
      'GetRoleCredentials',
      'RegisterClient',
    ]);
  });

  it('that is signed in to in a terminal meanwhile takes its question back, and what waits goes on', async () => {
    const first = await signInAs(allows);
    await first.list();
    const token = await first.readToken();
    await rm(first.tokenFile);
    const asked = Promise.withResolvers<AbortSignal>();
    const second = await signInAs((_step, signal) => {
      asked.resolve(signal);
      return undefined;
    });
    const calls = [second.list('dev'), second.list('ops')];
    const question = await asked.promise;
    await second.writeToken(token);
    await expect(Promise.all(calls)).resolves.toHaveLength(2);
    expect(question.aborted).toBe(true);
    expect(second.steps).toHaveLength(1);
    expect(await second.readToken()).toEqual(token);
  });

  it('that was declined is used at once after a sign-in in a terminal', async () => {
    const first = await signInAs(allows);
    await first.list();
    const token = await first.readToken();
    await rm(first.tokenFile);
    const second = await signInAs(() => Promise.reject(cancelled('The sign-in')));
    await expect(second.list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await expect(second.list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(second.steps).toHaveLength(1);
    await second.writeToken(token);
    await expect(second.list()).resolves.toBeDefined();
  });

  it('keeps its token where the AWS CLI looks for it, for its owner alone, and hides it', async () => {
    const { list, tokenFile, readToken, secrets } = await signInAs(allows);
    await list();
    const token = await readToken();
    const name = createHash('sha1').update('corp').digest('hex');
    expect(tokenFile).toBe(join(home, '.aws', 'sso', 'cache', `${name}.json`));
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    expect(token).toMatchObject({
      startUrl: `${sandbox.endpoint}/start`,
      region: 'us-east-1',
      expiresAt: new Date(sandbox.clock.now().getTime() + 8 * HOUR_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
      refreshToken: expect.any(String),
      clientId: expect.any(String),
      registrationExpiresAt: expect.any(String),
    });
    expect(secrets.hide(`${token.accessToken} ${token.refreshToken} ${token.clientSecret}`)).not.toMatch(
      /ao[ar]AAAAA/,
    );
  });

  it('is listed with its account and when it expires, and with its identity once AWS has named it', async () => {
    const { described, identify, list, environment } = await signInAs(allows);
    const inFile = { credentials: 'sso', accountNumber: '123456789012' };
    expect(await described()).toMatchObject(inFile);
    expect(await described()).not.toHaveProperty('expiresAt');
    await list();
    const hoursLeft = async (profile: string) => {
      const end = Date.parse((await described(profile))?.expiresAt ?? '');
      return Math.round((end - sandbox.clock.now().getTime()) / HOUR_MS);
    };
    // The keys of the role, and the sign-in where there are no keys yet.
    expect([await hoursLeft('dev'), await hoursLeft('ops')]).toEqual([1, 8]);
    const { arn } = await identify();
    expect(arn).toContain('assumed-role/');
    expect(await described()).toMatchObject({ ...inFile, arn });
    expect(await described('ops')).not.toHaveProperty('arn');
    // Another role: what AWS said of the last one is no longer true.
    await writeFile(environment.AWS_CONFIG_FILE, usualConfig().replaceAll('Developer', 'Owner'));
    expect(await described()).not.toHaveProperty('arn');
  });

  it('takes the token of the AWS CLI, and renews it before its end without asking', async () => {
    const first = await signInAs(allows);
    await first.list();
    const { refreshToken: before } = await first.readToken();
    open?.close();

    const next = await signInAs(() => Promise.reject(new Error('Nothing is asked')));
    await next.list();
    expect(signInCalls().filter((name) => name === 'CreateToken')).toHaveLength(1);
    time.advance(8 * HOUR_MS - 60_000);
    await next.list('ops');
    expect(signInCalls().filter((name) => name === 'CreateToken')).toHaveLength(2);
    expect((await next.readToken()).refreshToken).not.toBe(before);
  });

  it('asks again when its token has ended, was taken away, or its file is damaged', async () => {
    const { steps, list, tokenFile, readToken, writeToken, aws, scopeOf } = await signInAs(allows);
    await list();
    const { refreshToken: _renewable, ...token } = await readToken();
    await writeToken({ ...token, accessToken: 'taken away' });
    await list('ops');
    expect(steps).toHaveLength(2);
    expect(aws.mayAsk(scopeOf('dev'))).toBe(false);
    open?.close();

    await writeFile(tokenFile, '{"accessToken": 1');
    const next = await signInAs(allows);
    expect(next.aws.mayAsk(scopeOf('dev'))).toBe(true);
    await next.list();
    expect(next.steps).toHaveLength(1);
    expect(next.aws.mayAsk(scopeOf('dev'))).toBe(false);
    const { refreshToken: _again, ...last } = await next.readToken();
    await next.writeToken(last);
    time.advance(8 * HOUR_MS);
    expect(next.aws.mayAsk(scopeOf('dev'))).toBe(true);
  });

  it('whose refresh token has ended too asks once for 50 calls, sends that token once, and goes on', async () => {
    const first = await signInAs(allows);
    await first.list();
    open?.close();
    time.advance(9 * HOUR_MS);
    const { refreshToken: _spent, ...token } = await first.readToken();
    await first.writeToken({ ...token, refreshToken: 'ended' });

    const asked = Promise.withResolvers<string>();
    const { steps, list } = await signInAs(({ address }) => {
      asked.resolve(address);
      return undefined;
    });
    const before = signInCalls().length;
    const calls = Array.from({ length: 50 }, (_, index) => list(index % 2 === 0 ? 'dev' : 'ops'));
    await fetch((await answerSignIn(await asked.promise)).location);
    await expect(Promise.all(calls)).resolves.toHaveLength(50);
    expect(steps).toHaveLength(1);
    const sent = signInCalls().slice(before);
    expect(sent.slice(0, 3)).toEqual(['CreateToken', 'RegisterClient', 'CreateToken']);
    expect(sent.filter((name) => name === 'CreateToken')).toHaveLength(2);
  });

  it.each(['InvalidGrantException', 'ExpiredTokenException', 'UnauthorizedClientException'])(
    'asks when its token can’t be renewed, whatever the service calls it: %s',
    async (type) => {
      const first = await signInAs(allows);
      await first.list();
      open?.close();
      time.advance(9 * HOUR_MS);
      const service = await startRefusingService(400, type, '{"error":"refused"}');
      const { list, steps } = await signInAs(
        () => Promise.reject(cancelled('The sign-in')),
        configWithOidc(service.endpoint),
      );
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => list()));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['rejected']));
      // One to renew it, and one to prepare the sign-in, which is refused here too.
      expect([service.requests(), steps.length]).toEqual([2, 0]);
      service.close();
    },
  );

  it('uses its token to the end where the service does not renew it, and asks nobody', async () => {
    const first = await signInAs(allows);
    await first.list();
    const token = await first.readToken();
    open?.close();
    time.advance(8 * HOUR_MS - 120_000);
    const service = await startRefusingService(403, '', '<html>The proxy does not let you</html>');
    const { list, steps, readToken } = await signInAs(allows, configWithOidc(service.endpoint));
    await expect(list()).resolves.toBeDefined();
    expect([await readToken(), steps]).toEqual([token, []]);
    service.close();
  });

  it('takes the token that the AWS CLI has renewed at the same moment, also where nobody can be asked', async () => {
    const first = await signInAs(allows);
    await first.list();
    const token = await first.readToken();
    open?.close();
    const renewed = { ...token, refreshToken: 'next' };
    time.advance(8 * HOUR_MS - 60_000);
    // The other program has spent the refresh token, and writes its answer before this one is answered.
    const service = createServer((_request, response) => {
      void first.writeToken({ ...renewed, expiresAt: '2026-01-02T00:00:00Z' }).then(() => {
        response.writeHead(400, { 'x-amzn-errortype': 'InvalidGrantException' });
        response.end('{"error":"invalid_grant"}');
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const config = configWithOidc(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
    const { list, steps } = await signInAs(allows, config, sandbox.clock, true);
    await expect(list()).resolves.toBeDefined();
    expect(steps).toEqual([]);
    service.close();
  });

  it('that is declined answers all calls that wait, sends nothing, and leaves the other profiles usable', async () => {
    const declined = Promise.withResolvers<never>();
    const asked = Promise.withResolvers<void>();
    const keys = `[profile keys]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}`;
    const { steps, list } = await signInAs(() => {
      asked.resolve();
      return declined.promise;
    }, `${usualConfig()}\n${keys}`);
    const calls = Array.from({ length: 50 }, (_, index) => list(index % 2 === 0 ? 'dev' : 'ops'));
    const answers = Promise.allSettled(calls);
    await asked.promise;
    await expect(list('keys')).resolves.toBeDefined();
    const before = sandbox.calls().length;
    declined.reject(cancelled('The sign-in'));
    const reasons = (await answers).map((each) => each.status === 'rejected' && (each.reason as Error));
    expect(reasons).toHaveLength(50);
    expect(new Set(reasons.map((each) => each && 'code' in each && each.code))).toEqual(
      new Set(['AUTH_REQUIRED']),
    );
    expect([sandbox.calls().length, steps.length]).toEqual([before, 1]);
    await expect(list('keys')).resolves.toBeDefined();
  });

  it('whose name changes while its sign-in waits answers what waits, and is signed in under its new name', async () => {
    const asked = Promise.withResolvers<string>();
    const { accounts, environment, list, steps } = await signInAs(({ address }) => {
      asked.resolve(address);
      return undefined;
    });
    const calls = Array.from({ length: 5 }, () => list('dev'));
    const address = await asked.promise;
    await writeFile(environment.AWS_CONFIG_FILE, usualConfig().replace('[profile dev]', '[profile renamed]'));
    await accounts.reload();
    await fetch((await answerSignIn(address)).location);
    await expect(Promise.all(calls)).resolves.toHaveLength(5);
    expect(() => list('dev')).toThrow("The account profile:dev doesn't exist");
    await expect(list('renamed')).resolves.toBeDefined();
    expect(steps).toHaveLength(1);
  });

  describe('whose keys AWS refuses before their end', () => {
    /** The keys have expired in the sandbox; this machine does not know, because its clock stands still. */
    async function withExpiredKeys(answer: Answer) {
      const start = sandbox.clock.now();
      const opened = await signInAs(answer, usualConfig(), { now: () => start });
      await opened.list();
      time.advance(HOUR_MS);
      return opened;
    }
    const renewals = () => signInCalls().filter((name) => name === 'GetRoleCredentials').length;

    it('gets new ones once for all calls, which are repeated', async () => {
      const { list, steps } = await withExpiredKeys(allows);
      await expect(Promise.all(Array.from({ length: 20 }, () => list()))).resolves.toHaveLength(20);
      expect(renewals()).toBe(2);
      expect(steps).toHaveLength(1);
    });

    it('repeats a change, which AWS has carried out once', async () => {
      const { aws, scopeOf } = await withExpiredKeys(allows);
      const create = new CreateClusterCommand({ clusterName: 'made-once' });
      const { cluster } = await aws.ecs(scopeOf('dev'), 'clicked').send(create);
      expect(cluster?.clusterName).toBe('made-once');
      expect(sandbox.calls().filter(({ operation }) => operation === 'CreateCluster')).toHaveLength(1);
    });

    it('waits for one sign-in where that has ended too, but not in the background', async () => {
      const { aws, list, scopeOf, steps, readToken, writeToken } = await withExpiredKeys(allows);
      const { refreshToken: _renewable, ...token } = await readToken();
      await writeToken({ ...token, expiresAt: '2020-01-01T00:00:00Z' });
      const background = aws.ecs(scopeOf('dev'), 'background').send(new ListClustersCommand({}));
      await expect(background).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
      expect(steps).toHaveLength(1);
      await expect(Promise.all([list(), list(), list()])).resolves.toHaveLength(3);
      expect(steps).toHaveLength(2);
    });
  });

  it('says how to sign in when a person declines, asks no second time at once, and asks when it is told to', async () => {
    const answers: Answer[] = [() => Promise.reject(cancelled('The sign-in')), allows];
    const { steps, list, aws, scopeOf } = await signInAs((...step) => answers.shift()?.(...step));
    const refusal = {
      code: 'AUTH_REQUIRED',
      message:
        'dev is not signed in. Sign in when Slipway asks, or run `aws sso login --profile dev`, and try again.',
      detail: { command: 'aws sso login --profile dev' },
    };
    await expect(list()).rejects.toMatchObject(refusal);
    await expect(list()).rejects.toMatchObject(refusal);
    expect(steps).toHaveLength(1);
    await aws.signIn(scopeOf('dev'));
    await expect(list()).resolves.toBeDefined();
    expect(steps).toHaveLength(2);
  });

  it('says that the access was denied in the browser', async () => {
    const { list } = await signInAs(({ address }) => {
      void answerSignIn(address, 'deny').then(({ location }) => fetch(location));
      return undefined;
    });
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: 'The sign-in to corp was denied in the browser. Sign in again and allow the access.',
    });
  });

  it('is not signed in by a redirect that another page sends', async () => {
    const asked = Promise.withResolvers<URL>();
    const { list } = await signInAs(({ address }) => {
      asked.resolve(new URL(address));
      return undefined;
    });
    const listed = list();
    const address = await asked.promise;
    const redirect = new URL(address.searchParams.get('redirect_uri') ?? '');
    for (const search of ['', '?code=x', '?code=x&state=guessed', '?error=access_denied&state=guessed']) {
      expect((await fetch(new URL(search, redirect))).status).toBe(404);
    }
    const { location } = await answerSignIn(address.href);
    await fetch(location);
    await expect(listed).resolves.toBeDefined();
  });

  it('signs in with a code where the person wants one, and polls no faster than it is told', async () => {
    const { steps, waits, list } = await signInAs((step, signal) =>
      step.code === undefined ? Promise.resolve('with-code') : allows(step, signal),
    );
    await list();
    expect(steps).toMatchObject([
      { session: 'corp' },
      {
        session: 'corp',
        code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
        address: expect.stringContaining('/device?user_code='),
      },
    ]);
    expect(signInCalls()).toContain('StartDeviceAuthorization');
    // The sandbox says a second, and 5 more for each poll that comes too soon.
    expect(Math.min(...waits)).toBe(1000);
  });

  it('of the older form signs in with a code, and its token cannot be renewed', async () => {
    const startUrl = `${sandbox.endpoint}/start`;
    const config = `[profile dev]\nsso_start_url = ${startUrl}\nsso_region = us-east-1\n${ROLE}\nendpoint_url = ${sandbox.endpoint}`;
    const { steps, list, readToken } = await signInAs(allows, config);
    await list();
    expect(steps).toMatchObject([{ session: startUrl, code: expect.any(String) }]);
    expect(await readToken()).not.toHaveProperty('refreshToken');
  });

  it.each([
    ['expired', 'was not finished in ten minutes. Sign in again.'],
    ['denied', 'was denied in the browser. Sign in again and allow the access.'],
  ] as const)('whose device code was %s says so, and polls no more', async (how, sentence) => {
    const service = await startDeviceService(how);
    const config = `[profile dev]\nsso_start_url = ${service.endpoint}/start\nsso_region = us-east-1\n${ROLE}\nendpoint_url = ${service.endpoint}`;
    const { steps, list } = await signInAs(() => undefined, config);
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining(sentence),
    });
    expect(steps).toHaveLength(1);
    const polls = service.polls();
    await setImmediate();
    expect([polls, service.polls()]).toEqual([3, 3]);
    service.close();
  });

  it('whose token file cannot be read or written signs in once for as long as Slipway runs', async () => {
    const { steps, list, tokenFile } = await signInAs(allows);
    // A folder in its place: root could read any file.
    await mkdir(tokenFile, { recursive: true });
    await list();
    await list('ops');
    time.advance(HOUR_MS);
    await list();
    expect(steps).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')(
    'whose token file is a pipe signs in, and replaces it',
    async () => {
      const { steps, list, tokenFile, readToken } = await signInAs(allows);
      await mkdir(dirname(tokenFile), { recursive: true });
      await makeFifo(tokenFile);
      await list();
      expect(steps).toHaveLength(1);
      expect(await readToken()).toHaveProperty('refreshToken');
    },
  );

  it('has the keys of its role renewed before their end, once for 50 calls', async () => {
    const { steps, list } = await signInAs(allows);
    await list();
    const given = () => signInCalls().filter((name) => name === 'GetRoleCredentials').length;
    time.advance(54 * 60_000);
    await Promise.all(Array.from({ length: 50 }, () => list()));
    expect(given()).toBe(1);
    time.advance(2 * 60_000);
    await Promise.all(Array.from({ length: 50 }, () => list()));
    expect([given(), steps.length]).toEqual([2, 1]);
  });

  it('says that it has no such role, and does not ask for another sign-in', async () => {
    const { steps, list } = await signInAs(allows, usualConfig().replaceAll('Developer', 'Owner'));
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining(
        'corp gives you no access to the role Owner in the account 123456789012.',
      ),
    });
    expect(steps).toHaveLength(1);
  });

  it('whose region does not answer says so', async () => {
    const config = usualConfig().replaceAll(
      `endpoint_url = ${sandbox.endpoint}`,
      'endpoint_url = http://127.0.0.1:1',
    );
    const { steps, list } = await signInAs(allows, config);
    await expect(list()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message:
        'IAM Identity Center in us-east-1 did not answer for corp: connection refused. Check the network and the sso_region of corp.',
    });
    expect(steps).toEqual([]);
  });

  it('whose service refuses the sign-in says what it says, and asks nobody', async () => {
    const service = createServer((_request, response) => {
      response.writeHead(400, { 'x-amzn-errortype': 'InvalidRequestException' });
      response.end(JSON.stringify({ error: 'invalid_request', error_description: 'No such start URL' }));
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as AddressInfo;
    const config = usualConfig().replaceAll(sandbox.endpoint, `http://127.0.0.1:${port}`);
    const { steps, list } = await signInAs(allows, config);
    await expect(list()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message:
        'IAM Identity Center refused the sign-in to corp. AWS says: No such start URL. Check sso_start_url, sso_region and sso_registration_scopes of corp.',
    });
    expect(steps).toEqual([]);
    service.close();
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://corp@evil.example/device', 'no address'])(
    'sends nobody to %s, whatever the service says',
    async (verificationUriComplete) => {
      const registered = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 };
      const device = { deviceCode: 'd', userCode: 'ABCD-EFGH', verificationUriComplete, expiresIn: 600 };
      const service = createServer((_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ...registered, ...device }));
      }).listen(0, '127.0.0.1');
      await once(service, 'listening');
      const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
      const config = `[profile dev]\nsso_start_url = ${endpoint}\nsso_region = us-east-1\n${ROLE}\nendpoint_url = ${endpoint}`;
      const { steps, list } = await signInAs(allows, config);
      await expect(list()).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('named no web page to sign in at'),
      });
      expect(steps).toEqual([]);
      service.close();
    },
  );
});
