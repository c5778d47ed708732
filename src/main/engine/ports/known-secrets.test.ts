import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import type { CleanupJob } from '../../../shared/model/cleanup.ts';
import { openAccounts } from '../aws/accounts.ts';
import { createAws } from '../aws/clients.ts';
import { readRegistryLogin } from '../docker/registry-login.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { createDispatcher, hideSecrets } from './dispatcher.ts';
import type { Handlers } from './handlers.ts';
import { createKnownSecrets } from './known-secrets.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY"EXAMPLEKEY&';
const TOKEN = `IQoJb3JpZ2luX2VjE${randomBytes(450).toString('base64')}`;
const PASSWORD = 'eyJwYXlsb2FkIjoi-registry-password';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function htmlOf(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** A server that answers every request with an error of AWS, or with the login of a registry. */
async function serve(answer: () => object, status = 400): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer()));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => server.close());
  ends.push(() => server.closeAllConnections());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

describe('hide', () => {
  it.each([
    ['as it is', SECRET],
    ['percent-encoded', encodeURIComponent(SECRET)],
    [
      'percent-encoded in lower case',
      SECRET.replaceAll(/[^A-Za-z0-9]/g, (c) => encodeURIComponent(c).toLowerCase()),
    ],
    ['as a form field', new URLSearchParams({ a: SECRET }).toString().slice(2)],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in HTML', htmlOf(SECRET)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['in JSON as Gson writes it', SECRET.replaceAll('&', String.raw`\u0026`)],
    [
      'in JSON as .NET writes it',
      SECRET.replaceAll('+', String.raw`\u002B`)
        .replaceAll('"', String.raw`\u0022`)
        .replaceAll('&', String.raw`\u0026`),
    ],
    ['in HTML as .NET writes it', htmlOf(SECRET).replaceAll('+', '&#x2B;')],
    ['in HTML as Mustache writes it', htmlOf(SECRET).replaceAll('/', '&#x2F;')],
    [
      'in HTML with decimal references',
      SECRET.replaceAll(/[^A-Za-z0-9]/g, (found) => `&#${found.charCodeAt(0)};`),
    ],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 behind AWS:', Buffer.from(`AWS:${SECRET}`).toString('base64')],
    ['in base64url behind a name', Buffer.from(`user:${SECRET}`).toString('base64url')],
    ['cut at the end', SECRET.slice(0, 20)],
    ['cut at the start', SECRET.slice(-20)],
  ])('finds a secret %s', (_, written) => {
    const secrets = createKnownSecrets();
    secrets.add(SECRET);
    const hidden = secrets.hide(`before ${written} after`);
    expect(hidden).toMatch(/^before .{0,9}\[hidden\].{0,8} after$/);
    for (let at = 0; at + 16 <= written.length; at += 1)
      expect(hidden).not.toContain(written.slice(at, at + 16));
  });

  it('hides each of several secrets, also adjacent ones, and nothing else', () => {
    const secrets = createKnownSecrets();
    secrets.add('first-secret', 'second-secret', undefined, 'short', '');
    expect(secrets.hide('a first-secret, second-secretfirst-secret and short')).toBe(
      'a [hidden], [hidden][hidden] and short',
    );
    expect(secrets.hide('no secrets here, first secret')).toBe('no secrets here, first secret');
  });

  it('hides a secret with half of a character, and one of an address that is not encoded well', () => {
    const secrets = createKnownSecrets();
    secrets.add('\ud800half-a-character');
    secrets.addUserInfoOf('https://user%zz%E0name:pass%zzword@proxy.example/');
    expect(secrets.hide('x \ud800half-a-character')).toBe('x [hidden]');
    expect(secrets.hide('user%zz%E0name, pass%zzword')).toBe('[hidden], [hidden]');
  });

  it('searches megabytes in linear time', () => {
    const secrets = createKnownSecrets();
    secrets.add(TOKEN, 'a'.repeat(5000), SECRET);
    const text = `${'a'.repeat(2_000_000)}b`;
    expect(secrets.hide(text)).toBe('[hidden]b');
  });
});

/** What AWS and proxies write about a request that they do not take, with the request in it. */
type Echo = (token: string) => string;
const ERRORS: readonly (readonly [name: string, message: Echo, status?: number])[] = [
  ['ExpiredTokenException', (token) => `The security token ${token} included in the request is expired`],
  ['UnrecognizedClientException', (token) => `The security token ${token} is invalid.`],
  [
    'InvalidSignatureException',
    (token) => `The canonical string was 'POST\n/\nx-amz-security-token:${token}\n'`,
  ],
  ['AccessDeniedException', (token) => `No access with ${token}`],
  ['AccessDeniedException', (token) => `User ${token} is not authorized to perform: ecs:DescribeServices`],
  ['ThrottlingException', (token) => `Rate exceeded for ${token}`],
  ['ClusterNotFoundException', (token) => `Cluster not found. ${token}`],
  ['ServiceNotFoundException', (token) => `${token} not found`],
  ['ConflictException', (token) => `Conflict with ${token}`],
  [
    'InvalidParameterException',
    (token) => `X-Amz-Security-Token=${encodeURIComponent(token)} is not a parameter`,
  ],
  ['ClientException', (token) => `Too many concurrent attempts: ${token}`],
  ['ValidationException', (token) => `1 validation error: ${'x'.repeat(450)} ${token}`],
  ['LimitExceededException', (token) => token],
  ['ServerException', (token) => `Internal: ${token}`, 500],
  ['SomethingNewException', (token) => `{"headers":{"x-amz-security-token":${JSON.stringify(token)}}}`],
  ['UnknownOperationException', (token) => Buffer.from(`token ${token}`).toString('base64')],
];

describe('an error of AWS that repeats the session token', () => {
  it.each(ERRORS.map(([name, message, status = 400]) => ({ name, message, status })))(
    '$name leaves the engine without it',
    async ({ name, message, status }) => {
      const endpoint = await serve(() => ({ __type: name, message: message(TOKEN) }), status);
      const environment = {
        AWS_CONFIG_FILE: '/none',
        AWS_SHARED_CREDENTIALS_FILE: '/none',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: SECRET,
        AWS_SESSION_TOKEN: TOKEN,
        AWS_ENDPOINT_URL: endpoint,
      };
      const accounts = await openAccounts({ environment, accounts: [] });
      const logger = pino({ level: 'silent' });
      const aws = createAws({
        environment,
        clock: { now: () => new Date() },
        logger,
        accounts,
        prompt: DECLINING_PROMPT,
      });
      ends.push(() => aws.close());
      const client = aws.ecs({ account: 'environment', region: 'us-east-1' }, 'clicked');
      const failure: unknown = await client
        .send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }))
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SlipwayError);
      const { message: said, detail } = failure as SlipwayError;
      const forms = [TOKEN, encodeURIComponent(TOKEN), Buffer.from(`token ${TOKEN}`).toString('base64')];
      for (const form of forms) expect(`${said} ${JSON.stringify(detail)}`).not.toContain(form.slice(20, 50));
    },
  );
});

describe('the credentials of a connection', () => {
  it('are hidden once a registry login was read, whatever repeats them', async () => {
    const authorizationToken = Buffer.from(`AWS:${PASSWORD}`).toString('base64');
    const login = { authorizationData: [{ authorizationToken, proxyEndpoint: 'https://registry.example' }] };
    const endpoint = await serve(() => login, 200);
    const at = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const { aws, scope } = await awsAtEndpoint(at);
    ends.push(() => aws.close());
    const secrets = createKnownSecrets();
    await readRegistryLogin(aws.ecr(scope, 'clicked'), secrets, new AbortController().signal);
    const header = Buffer.from(JSON.stringify({ username: 'AWS', password: PASSWORD })).toString('base64');
    const refusal = secrets.hide(
      `denied: Basic ${authorizationToken}; X-Registry-Auth: ${header}; ${PASSWORD}`,
    );
    expect(refusal).not.toContain(authorizationToken.slice(8, 24));
    expect(refusal).not.toContain(header.slice(40, 56));
    expect(refusal).not.toContain(PASSWORD.slice(0, 16));
  });

  it('are known from the environment, profiles, endpoints and proxies, and endpoints are shown without them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-secrets-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const environment = {
      HOME: folder,
      HTTPS_PROXY: 'http://ana:proxy%2Fpassword@proxy.example:3128',
      http_proxy: 'ana:short-proxy-password@proxy.example:3128',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_ENDPOINT_URL: 'https://ana:endpoint-password@aws.example:8443',
    };
    const accounts = await openAccounts({ environment, accounts: [] });
    for (const secret of [
      SECRET,
      'proxy/password',
      'proxy%2Fpassword',
      'short-proxy-password',
      'endpoint-password',
    ])
      expect(accounts.secrets.hide(`<${secret}>`)).toBe('<[hidden]>');
    expect(accounts.list().map(({ account }) => account.endpoint)).toEqual(['https://aws.example:8443']);
  });
});

const JOB: CleanupJob = {
  kind: 'revisions',
  id: '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e',
  target: { account: 'sandbox', region: 'us-east-1' },
  policy: { keepNewest: 1, keepDays: 0, keepWorked: 1, deletePermanently: false },
  subject: 'web',
  state: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  total: 1,
  deleted: 0,
  deregistered: 0,
  left: 1,
  spared: [],
  failed: [],
  held: [],
};

describe('everything that leaves the engine', () => {
  it('has secrets hidden in errors, their details and events, and documents unchanged', async () => {
    const secrets = createKnownSecrets();
    secrets.add(SECRET);
    const handlers: Partial<Handlers> = {
      'cleanup.watch': async (_, { emit }) => {
        emit({ ...JOB, sentence: `failed with ${SECRET}` });
        throw new SlipwayError('INTERNAL', `It said ${SECRET}.`, { detail: { said: SECRET } });
      },
      'revisions.complete': async () => ({
        from: 0,
        to: 0,
        options: [{ label: SECRET, about: '', insert: '' }],
      }),
    };
    const events: unknown[] = [];
    const dispatcher = hideSecrets(createDispatcher(handlers, pino({ level: 'silent' })), secrets);
    const connection = dispatcher.connect((_, event) => events.push(event));
    const failed = await connection.call({ id: '1', method: 'cleanup.watch', input: { job: JOB.id } });
    expect(failed).toMatchObject({
      ok: false,
      error: { message: 'It said [hidden].', detail: { said: '[hidden]' } },
    });
    expect(events).toMatchObject([{ sentence: 'failed with [hidden]' }]);
    const document = await connection.call({
      id: '2',
      method: 'revisions.complete',
      input: { json: '', offset: 0 },
    });
    expect(document).toMatchObject({ ok: true, value: { options: [{ label: SECRET }] } });
  });
});
