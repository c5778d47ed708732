import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { mfaCodeAt } from '../sandbox/testing/mfa-code.ts';
import { createSteppedClock } from '../sandbox/testing/stepped-clock.ts';
import {
  KEY_PROTOCOL_PREFIX,
  SESSION_PATH,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TICKET_PARAMETER,
} from '../shared/page-session.ts';
import { eventually } from '../shared/testing/eventually.ts';
import { createTerminalPrompt } from './cli/command/terminal-prompt.ts';
import { run } from './cli/testing/run.ts';
import { createEngine } from './engine/engine.ts';
import { createKnownSecrets } from './engine/ports/known-secrets.ts';
import { CLI, SERVE } from './engine/testing/cli-process.ts';

const REGION = 'us-east-1';
/** What the sandbox does not know, or what is no key: whatever is refused may be repeated by those who refuse it. */
const MARKERS = {
  'a refused secret key': 'markerSecretKey/7Qw1XyR2uLp9Vn4Tk8Jd3Fs6',
  'a refused session token': 'markerSessionToken//5Gh2Lm8Pz4Rw7Ty1Bv6Nc3Xk9Qd0Sf',
  'the access token of a sign-in': 'markerAccessToken-8Jk3Hn5Vb2Zx7Wq4',
  'the refresh token of a sign-in': 'markerRefreshToken-4Fd9Ls6Mp1Rt8Yu',
  'the client secret of a sign-in': 'markerClientSecret-2Gb7Kv5Cx9Nz3Qw',
  'the output of a process that fails': 'markerProcessOutput-6Hj1Dn8Sw4Bq',
  'the refresh token of a login': 'markerLoginRefresh-3Vb8Nq2Wz6Lk5Xp',
  'the identity token of a login': 'markerLoginIdentity-7Rt4Gh9Jm1Cd',
  'the secret key of a login': 'markerLoginSecretKey/5Tz8Kw3Pn6Hs',
  'a key of the environment': 'markerEnvironmentKey/4Xc7Bv2Lq9Mw',
  'the password of a proxy': 'markerProxyPassword-9Tm3Zk7Lp',
};

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Keys {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

/** Keys that work, and are as long and random as those of AWS. */
async function issueKeys({ endpoint, credentials }: Sandbox): Promise<Keys> {
  const sts = new STSClient({ endpoint, region: REGION, credentials });
  const role = { RoleArn: 'arn:aws:iam::123456789012:role/deployer', RoleSessionName: 'marker' };
  const { Credentials } = await sts.send(new AssumeRoleCommand(role));
  sts.destroy();
  const { AccessKeyId: id = '', SecretAccessKey: secret = '', SessionToken: token = '' } = Credentials ?? {};
  return { id, secret, token };
}

/** A home folder with a profile of each kind. */
function writeHome(home: string, endpoint: string, own: Keys, ofProcess: Keys): void {
  const write = (path: string, content: string, mode = 0o600): string => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  };
  const process = write(
    'keys.sh',
    `#!/bin/sh\necho '${JSON.stringify({ Version: 1, AccessKeyId: ofProcess.id, SecretAccessKey: ofProcess.secret, SessionToken: ofProcess.token })}'\n`,
    0o700,
  );
  const said = MARKERS['the output of a process that fails'];
  const broken = write('broken.sh', `#!/bin/sh\necho '${said}'\necho '${said}' >&2\nexit 1\n`, 0o700);
  const keys = (id: string, secret: string, token?: string) =>
    `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n${token === undefined ? '' : `aws_session_token = ${token}\n`}`;
  const at = `region = ${REGION}\nendpoint_url = ${endpoint}\n`;
  const sections = {
    'profile temporary': `${at}${keys(own.id, own.secret, own.token)}`,
    'profile process': `${at}credential_process = ${process}\n`,
    'profile broken': `${at}credential_process = ${broken}\n`,
    'profile refused': `${at}${keys('AKIAMARKERREFUSED000', MARKERS['a refused secret key'], MARKERS['a refused session token'])}`,
    'profile coded': `${at}role_arn = arn:aws:iam::123456789012:role/mfa-deployer\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/sandbox\n`,
    // The device is that of this user.
    'profile base': `${at}${keys('sandbox', 'sandbox')}`,
    'profile signed': `${at}sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n`,
    'sso-session corp': `sso_start_url = ${endpoint}/start\nsso_region = ${REGION}\n`,
    'profile console': `${at}login_session = ${IDENTITY}\n`,
    'profile far': `region = ${REGION}\n${keys('AKIAMARKERREFUSED001', MARKERS['a refused secret key'])}`,
  };
  write(
    '.aws/config',
    Object.entries(sections)
      .map(([name, lines]) => `[${name}]\n${lines}`)
      .join('\n'),
  );
  write(
    `.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`,
    JSON.stringify({
      startUrl: `${endpoint}/start`,
      region: REGION,
      accessToken: MARKERS['the access token of a sign-in'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      refreshToken: MARKERS['the refresh token of a sign-in'],
      clientId: 'marker-client',
      clientSecret: MARKERS['the client secret of a sign-in'],
      registrationExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    }),
  );
}

const IDENTITY = 'arn:aws:iam::123456789012:user/sandbox';

/** The key of a login is one, or it would not get as far as a request. */
function writeLogin(home: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dpopKey = privateKey.export({ format: 'pem', type: 'sec1' }).toString();
  const folder = join(home, '.aws', 'login', 'cache');
  mkdirSync(folder, { recursive: true });
  const secretAccessKey = MARKERS['the secret key of a login'];
  writeFileSync(
    join(folder, `${createHash('sha256').update(IDENTITY).digest('hex')}.json`),
    JSON.stringify({
      accessToken: {
        accessKeyId: 'ASIAMARKERLOGIN00000',
        secretAccessKey,
        sessionToken: MARKERS['a refused session token'],
        accountId: '123456789012',
        expiresAt: new Date(Date.now() - 1000).toISOString(),
      },
      clientId: 'arn:aws:signin:::devtools/same-device',
      refreshToken: MARKERS['the refresh token of a login'],
      idToken: MARKERS['the identity token of a login'],
      dpopKey,
    }),
  );
  return dpopKey.split('\n')[1] ?? '';
}

function environmentOf(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    SLIPWAY_DATA: join(home, 'data'),
    SLIPWAY_LOG: 'aws,host,jobs',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SECRET_ACCESS_KEY: MARKERS['a key of the environment'],
    // What a person turns on who looks for the cause of a crash.
    NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-uncaught-exception --report-dir=${join(home, 'reports')}`,
    // Nothing listens there: what is sent to AWS fails at the proxy.
    HTTPS_PROXY: `http://ana:${MARKERS['the password of a proxy']}@127.0.0.1:1`,
  };
}

/** What a command prints, with its errors. */
async function runCli(home: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: environmentOf(home),
    cwd: home,
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return `${out}${err}`;
}

interface Page {
  /** Everything that the host has sent, and what the page is. */
  readonly received: readonly string[];
  call(method: string, input: unknown): Promise<unknown>;
}

/** The page of a browser host, as far as its connection goes. It answers each question that it gets. */
async function openPage(
  home: string,
  mfaCode: () => string,
): Promise<{ readonly page: Page; readonly printed: () => string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [SERVE, '--no-open'], {
    env: environmentOf(home),
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  let printed = '';
  const address = await new Promise<URL>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The host has ended: ${printed}`)));
    child.stderr.on('data', (chunk) => {
      printed += String(chunk);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed += `${line}\n`;
      const found = /Slipway is at (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(new URL(found));
    });
  });
  const key = 'k'.repeat(43);
  const received = [await (await fetch(address)).text()];
  await fetch(new URL(SESSION_PATH, address.origin), {
    method: 'POST',
    headers: { origin: address.origin, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ key, ticket: new URLSearchParams(address.hash.slice(1)).get(TICKET_PARAMETER) }),
  });
  const socket = new WebSocket(`ws://${address.host}${SOCKET_PATH}`, {
    headers: { origin: address.origin },
    protocols: [SOCKET_PROTOCOL, KEY_PROTOCOL_PREFIX + key],
  });
  cleanUps.push(() => socket.close());
  const asked = new Set<string>();
  const waiting = new Map<string, (answer: unknown) => void>();
  let calls = 0;
  const call = (method: string, input: unknown): Promise<unknown> => {
    calls += 1;
    const id = String(calls);
    const answered = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ type: 'call', id, method, input }));
    return answered;
  };
  socket.addEventListener('message', ({ data }) => {
    received.push(String(data));
    const frame: {
      readonly id?: string;
      readonly answer?: unknown;
      readonly event?: { readonly id?: string; readonly kind?: string; readonly over?: boolean };
    } = JSON.parse(String(data));
    if (frame.answer !== undefined) waiting.get(frame.id ?? '')?.(frame.answer);
    const { id, kind, over } = frame.event ?? {};
    if (id === undefined || kind === undefined || over === true || asked.has(id)) return;
    asked.add(id);
    void call('prompts.answer', answerTo(id, kind, mfaCode));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The WebSocket was refused.')));
  });
  void call('prompts.watch', {});
  return { page: { received, call }, printed: () => printed, child };
}

/** Enters the code, lets the command of a profile run, and declines a sign-in. */
function answerTo(prompt: string, kind: string, mfaCode: () => string): object {
  if (kind === 'mfa-code') return { id: prompt, answer: mfaCode() };
  return kind === 'run-command' ? { id: prompt, answer: 'run' } : { id: prompt };
}

/** The argument lists of all processes that can be seen; only Linux has them as files. */
function argumentLists(): string {
  if (process.platform !== 'linux') return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'latin1');
      } catch {
        // It has ended.
        return '';
      }
    })
    .join('\n');
}

/** Every file of the data folder, as bytes. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return new Map(
    files.map((each) => [each.name, readFileSync(join(each.parentPath, each.name), 'latin1')] as const),
  );
}

/** As it is, in an address, and within base64 at any offset. */
function formsOf(secret: string): readonly string[] {
  const inside = [0, 1, 2].map((offset) =>
    Buffer.from(`${'x'.repeat(offset)}${secret}`)
      .toString('base64')
      .slice(4, -8),
  );
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...inside];
}

/** The diagnostic reports of Node.js; one that is being written cannot be read as JSON yet. */
async function readReports(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = filesOf(folder);
  if (files.size === 0) throw new Error('There is no report.');
  for (const content of files.values()) {
    const { header, javascriptStack } = JSON.parse(content);
    if (header === undefined || javascriptStack === undefined) throw new Error('The report is not whole.');
  }
  return files;
}

/** Every verb that asks AWS for something, with arguments that it takes. */
const VERBS: readonly (readonly string[])[] = [
  ['status'],
  ['plan', '-c', 'shop', '-n', 'web', '--image', 'web:1'],
  ['deploy', '-c', 'shop', '-n', 'web', '--image', 'web:1'],
  ['rollback', '-c', 'shop', '-n', 'web'],
  ['bulk', '--image', 'web:1', '-c', 'shop'],
  ['watch', '-c', 'shop', '-n', 'web'],
  ['logs', '-c', 'shop', '-n', 'web'],
  ['run', '-c', 'shop', '-n', 'web', '--command', 'true', '--confirm', 'web'],
  ['image', 'list', 'web'],
  ['continue', '-c', 'shop', '-n', 'web'],
  ['history', '-c', 'shop', '-n', 'web'],
  ['diff', 'web:1', 'web:2'],
  ['clean', '--families', 'web', '--dry-run'],
  ['export', 'deploy.sh', '-c', 'shop', '-n', 'web'],
  ['call', 'clusters.list', '{}'],
];

/** What each verb prints where the credentials are refused, fail, or are those of nobody. */
async function failingVerbs(home: string): Promise<ReadonlyMap<string, string>> {
  const { NODE_OPTIONS: _reports, ...environment } = environmentOf(home);
  const printed = new Map<string, string>();
  const opened = { ...environment, SLIPWAY_DATA: join(home, 'data') };
  for (const verb of VERBS) {
    const profiles = verb[0] === 'status' ? ['broken', 'refused', 'console'] : ['broken', 'refused'];
    for (const profile of profiles) {
      const input =
        verb[0] === 'call'
          ? ['call', 'clusters.list', JSON.stringify({ account: `profile:${profile}`, region: REGION })]
          : [...verb, '-p', profile];
      const { code, out, err } = await run(input, {
        environment: opened,
        folder: home,
        openEngine: ({ io }) => {
          const secrets = createKnownSecrets();
          return createEngine({
            environment: io.environment,
            paths: { data: join(home, 'verbs') },
            clock: { now: io.now },
            logger: pino({ level: 'silent' }),
            secrets,
            host: { host: 'cli', version: '1.2.3' },
            accounts: [],
            prompt: createTerminalPrompt({ input: process.stdin, output: process.stderr }),
          });
        },
      });
      // What is refused for its arguments never gets to the credentials.
      expect({ input, code, said: `${out}${err}` }).toEqual({
        input,
        // A call has one code for all errors of the engine.
        code: verb[0] === 'call' ? 1 : 6,
        said: expect.not.stringMatching(/^$|Unknown option|missing required/i),
      });
      printed.set(`the output of ${verb[0]} as ${profile}`, `${out}${err}`);
    }
  }
  return printed;
}

it('keys, tokens, codes, output of processes and proxy passwords are in no frame, file, log, output, argument list or crash report', async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-markers-'));
  cleanUps.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  const sandbox = await startSandbox({
    scenario: 'empty',
    clock: createSteppedClock({ start: new Date() }),
  });
  cleanUps.push(() => sandbox.close());
  const [own, ofProcess] = [await issueKeys(sandbox), await issueKeys(sandbox)];
  writeHome(home, sandbox.endpoint, own, ofProcess);
  const loginKey = writeLogin(home);
  mkdirSync(join(home, 'reports'));

  const codes: string[] = [];
  const { page, printed, child } = await openPage(home, () => {
    // Its time stands still, so that this is right however long the test takes.
    const code = mfaCodeAt(sandbox.clock.now());
    codes.push(code);
    return code;
  });
  await page.call('accounts.list', {});
  const scope = (name: string) => ({ account: `profile:${name}`, region: REGION });
  const answers = new Map<string, unknown>();
  for (const name of ['temporary', 'process', 'broken', 'refused', 'coded', 'signed', 'console', 'far'])
    answers.set(name, await page.call('clusters.list', scope(name)));
  expect(codes).not.toEqual([]);
  // Each kind was really used, and refused where it should be.
  for (const name of ['temporary', 'process', 'coded'])
    expect({ name, answer: answers.get(name) }).toMatchObject({ answer: { ok: true } });
  for (const name of ['broken', 'refused', 'signed', 'console', 'far'])
    expect({ name, answer: answers.get(name) }).toMatchObject({ answer: { ok: false } });
  const created = await page.call('repositories.create', {
    ...scope('temporary'),
    repository: 'marker',
    confirmation: 'marker',
    tags: 'immutable',
  });
  expect(created).toMatchObject({ ok: true });
  await page.call('journal.list', {});
  await page.call('app.info', {});

  const outputs: string[] = [];
  const lists = [argumentLists()];
  for (const name of ['process', 'broken', 'refused', 'far']) {
    const running = runCli(home, ['status', '-p', name, '--json']);
    lists.push(argumentLists());
    outputs.push(await running);
  }
  expect(outputs.every((each) => each !== '')).toBe(true);
  const failed = await failingVerbs(home);
  // As a crash writes it, with the state of the process that holds everything.
  child.kill('SIGUSR2');
  const reports = await eventually(() => readReports(join(home, 'reports')));

  const places: ReadonlyMap<string, string> = new Map([
    ['the page and its frames', page.received.join('\n')],
    ['the output of the host', printed()],
    ['the output of the command', outputs.join('\n')],
    ['the argument lists', lists.join('\n')],
    ...failed,
    ...reports,
    ...filesOf(join(home, 'data')),
  ]);
  expect([...places.keys()]).toEqual(
    expect.arrayContaining(['slipway.log', 'journal.sqlite', 'accounts.json']),
  );
  const secrets = {
    ...MARKERS,
    'a secret key': own.secret,
    'a session token': own.token,
    'the secret key of a process': ofProcess.secret,
    'the session token of a process': ofProcess.token,
    'the key that a login is bound to': loginKey,
  };
  for (const [place, content] of places) {
    for (const [what, secret] of Object.entries(secrets))
      expect(
        formsOf(secret).filter((form) => content.includes(form)),
        `${what} in ${place}`,
      ).toEqual([]);
    for (const code of codes)
      expect(new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`).test(content), `the code in ${place}`).toBe(false);
  }
}, 900_000);
