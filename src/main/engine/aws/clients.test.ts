import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  DescribeServicesCommand,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../../sandbox/start.ts';
import { mfaCodeAt } from '../../../sandbox/testing/mfa-code.ts';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createSteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import { cancelled } from '../../../shared/errors.ts';
import type { Clock, Prompt } from '../ports/ports.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { openAccounts } from './accounts.ts';
import { createAws } from './clients.ts';
import { awsErrorName } from './errors.ts';

const cleanUps: (() => unknown)[] = [];
/** What the clients of a test have logged. */
const logged: string[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  logged.length = 0;
});

const WALL: Clock = { now: () => new Date() };

interface ClientOptions {
  readonly prompt?: Prompt;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secretAccessKey?: string;
  readonly clock?: Clock;
}

/** Clients of an account at this endpoint, and of the profiles that the environment leads to. */
async function clientsAt(endpoint: string, options: ClientOptions = {}) {
  const { prompt = DECLINING_PROMPT, environment = {}, secretAccessKey = 'hunter2', clock = WALL } = options;
  const credentials = { accessKeyId: 'sandbox', secretAccessKey };
  const fixed = { id: 'sandbox', name: 'sandbox', region: 'us-east-1', endpoint, credentials };
  const outside = {
    environment: { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', ...environment },
    clock,
    logger: pino({ level: 'debug', base: null }, { write: (line) => void logged.push(line) }),
  };
  const accounts = await openAccounts({ ...outside, accounts: [fixed] });
  const aws = createAws({ ...outside, accounts, prompt });
  cleanUps.push(() => aws.close());
  return aws;
}

/** A server that is not AWS, or AWS on a bad day. */
async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

function answerError(name: string, message: string, status = 400): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: name, message }));
  };
}

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const PROFILE = { account: 'profile:ana', region: 'us-east-1' };

describe('an account of the sandbox', () => {
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
  });

  it('has a caller identity', async () => {
    // While time stands still, no token comes back.
    vi.useFakeTimers({ toFake: ['performance'] });
    cleanUps.push(() => vi.useRealTimers());
    const aws = await clientsAt(sandbox.endpoint, { secretAccessKey: 'sandbox' });
    const identity = await aws.sts(SCOPE, 'visible').send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toMatch(/^\d{12}$/);
    expect(aws.budget(SCOPE).find(({ bucket }) => bucket === 'STS')?.available).toBe(49);
  });

  it('has one client per region and priority', async () => {
    const aws = await clientsAt(sandbox.endpoint, { secretAccessKey: 'sandbox' });
    expect(aws.ecs(SCOPE, 'visible')).toBe(aws.ecs({ ...SCOPE }, 'visible'));
    expect(aws.ecs(SCOPE, 'visible')).not.toBe(aws.ecs(SCOPE, 'background'));
    expect(aws.ecs(SCOPE, 'visible')).not.toBe(aws.ecs({ ...SCOPE, region: 'eu-west-1' }, 'visible'));
  });
});

it('the endpoints of FIPS 140 are those of the account, whatever the default profile says', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'slipway-fips-')), 'config');
  cleanUps.push(() => rm(dirname(file), { recursive: true }));
  const fips = 'use_fips_endpoint = true\nregion = us-east-1';
  await writeFile(
    file,
    `[default]\n${fips}\n[profile ana]\nregion = us-east-1\n[profile local]\n${fips}\nendpoint_url = http://127.0.0.1:1`,
  );
  const aws = await clientsAt('http://127.0.0.1:1', { environment: { AWS_CONFIG_FILE: file } });
  const usesFips = (account: string) =>
    aws.ecs({ account, region: 'us-east-1' }, 'visible').config.useFipsEndpoint();
  await expect(usesFips('profile:default')).resolves.toBe(true);
  await expect(usesFips('profile:ana')).resolves.toBe(false);
  // The SDK refuses the setting beside an endpoint.
  await expect(usesFips('profile:local')).resolves.toBe(false);
});

describe('the sentence of an error', () => {
  it.each([
    ['ExpiredTokenException', 'expired', 'AUTH_REQUIRED', 'The credentials of sandbox have expired.'],
    [
      'UnrecognizedClientException',
      'invalid',
      'AUTH_REQUIRED',
      'AWS does not accept the credentials of sandbox.',
    ],
    [
      'ServiceNotFoundException',
      'Service not found.',
      'NOT_FOUND',
      "AWS couldn't describe services (production): not found. AWS says: Service not found.",
    ],
    [
      'InvalidParameterException',
      'Services cannot be empty',
      'INVALID_INPUT',
      'AWS refused to describe services (production). AWS says: Services cannot be empty.',
    ],
    ['UpdateInProgressException', 'busy', 'CONFLICT', "AWS couldn't describe services (production)"],
  ])('%s', async (name, said, code, message) => {
    const aws = await clientsAt(await serve(answerError(name, said)));
    const request = new DescribeServicesCommand({ cluster: 'production', services: ['web'] });
    const error: unknown = await aws
      .ecs(SCOPE, 'visible')
      .send(request)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SlipwayError', code, message: expect.stringContaining(message) });
    expect(awsErrorName(error)).toBe(name);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('names a service with its cluster, whatever else the request contains', async () => {
    const aws = await clientsAt(await serve(answerError('InvalidParameterException', 'No')));
    const request = new UpdateServiceCommand({
      cluster: 'production',
      service: 'web',
      taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:41',
    });
    await expect(aws.ecs(SCOPE, 'clicked').send(request)).rejects.toMatchObject({
      message: 'AWS refused to update service (production/web). AWS says: No.',
    });
  });

  it('of a missing permission names the action', async () => {
    const said =
      'User: arn:aws:iam::1:user/ana is not authorized to perform: ecs:ListClusters on resource: * because no identity-based policy allows the ecs:ListClusters action';
    const aws = await clientsAt(await serve(answerError('AccessDeniedException', said)));
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message:
        "sandbox is not allowed to list clusters: its policies don't allow ecs:ListClusters. Ask for this permission, or choose another account.",
      detail: { action: 'ecs:ListClusters' },
    });
  });

  it.each([
    ['a page of a proxy', 200, '<html>Sign in</html>'],
    ['an error page', 404, '<html>Not found</html>'],
    ['no body', 404, ''],
    ['half an answer', 200, '{"clusterArns": ["arn'],
  ])('of an answer that is not JSON (%s) asks about the endpoint', async (_what, status, body) => {
    const endpoint = await serve((_request, response) => response.writeHead(status).end(body));
    const aws = await clientsAt(endpoint);
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer with JSON.*Check the endpoint\.$/),
    });
  });

  it.each([
    ['RequestTimeTooSkewed', 'The difference is too large.', 22, 'is 22 minutes behind the clock of AWS'],
    [
      'InvalidSignatureException',
      'Signature not yet current: 1 is still later than 2',
      -60 * 5,
      'is 5 hours ahead of the clock of AWS',
    ],
    [
      'SignatureDoesNotMatch',
      'The request signature does not match.',
      60 * 24 * 3,
      'is 3 days behind the clock of AWS',
    ],
    ['RequestExpired', 'Request has expired.', 0, 'differs too much from the clock of AWS'],
  ])('of a wrong clock (%s) names the difference', async (name, message, minutes, sentence) => {
    const refuse = answerError(name, message);
    const endpoint = await serve((request, response) => {
      response.setHeader('date', new Date(Date.now() + minutes * 60_000).toUTCString());
      refuse(request, response);
    });
    const aws = await clientsAt(endpoint);
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: `The clock of this machine ${sentence}, so AWS refuses its requests. Correct the date and time of this machine and try again.`,
    });
  });

  it('of a wrong signature at the right time asks for the keys', async () => {
    const aws = await clientsAt(await serve(answerError('InvalidSignatureException', 'It does not match.')));
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('AWS does not accept the credentials of sandbox.'),
    });
  });

  it('of an STS answer of another kind asks about the endpoint, too', async () => {
    const aws = await clientsAt(await serve((_request, response) => response.end('{"not": "xml"}')));
    const request = aws.sts(SCOPE, 'visible').send(new GetCallerIdentityCommand({}));
    await expect(request).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('of an endpoint where nothing listens says that the connection was refused', async () => {
    const aws = await clientsAt('http://127.0.0.1:1');
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^Couldn't reach 127\.0\.0\.1:1 to list clusters: connection refused\./),
    });
  });

  it('of an invalid endpoint says where it is set', async () => {
    const aws = await clientsAt('localhost:4566');
    expect(() => aws.ecs(SCOPE, 'visible')).toThrow(
      'The endpoint that is set for sandbox is not an http address.',
    );
  });

  it('of a request that was aborted is CANCELLED', async () => {
    const controller = new AbortController();
    const aws = await clientsAt(await serve(() => controller.abort()));
    const request = aws
      .ecs(SCOPE, 'visible')
      .send(new ListClustersCommand({}), { abortSignal: controller.signal });
    await expect(request).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('trying again', () => {
  it('takes a token for each attempt, and continues after throttling', async () => {
    let requests = 0;
    const throttle = answerError('ThrottlingException', 'Rate exceeded');
    const endpoint = await serve((request, response) => {
      requests += 1;
      if (requests === 1) return throttle(request, response);
      response.end('{"clusterArns": []}');
    });
    const aws = await clientsAt(endpoint);
    await aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}));
    expect(requests).toBe(2);
    expect(aws.budget(SCOPE).find(({ bucket }) => bucket === 'cluster read')?.available).toBeLessThan(48);
  });

  it('is not done for a registration that may have arrived', async () => {
    let requests = 0;
    const endpoint = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    const aws = await clientsAt(endpoint);
    const register = new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [] });
    await expect(aws.ecs(SCOPE, 'clicked').send(register)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      detail: { carriedOut: 'unknown' },
    });
    expect(requests).toBe(1);
  });
});

describe('the credentials of a profile', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-profiles-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
  });

  async function clientsWith(config: string, prompt: Prompt = DECLINING_PROMPT, clock: Clock = WALL) {
    const file = join(folder, 'config');
    await writeFile(file, `[profile ana]\n${config}\n`);
    return clientsAt('http://127.0.0.1:1', { prompt, environment: { AWS_CONFIG_FILE: file }, clock });
  }

  it('are those of the shared files', async () => {
    const sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const aws = await clientsWith(
      `endpoint_url = ${sandbox.endpoint}\naws_access_key_id = sandbox\naws_secret_access_key = sandbox`,
    );
    const identity = await aws.sts(PROFILE, 'visible').send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toMatch(/^arn:aws:/);
  });

  it('are not sent a second time when AWS has refused them', async () => {
    let requests = 0;
    const refuse = answerError('UnrecognizedClientException', 'The security token is invalid.');
    const endpoint = await serve((request, response) => {
      requests += 1;
      refuse(request, response);
    });
    const aws = await clientsAt(endpoint);
    await expect(aws.ecs(SCOPE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
    });
    expect(requests).toBe(1);
  });

  it('are read again after AWS has refused them', async () => {
    const expired = answerError(
      'ExpiredTokenException',
      'The security token included in the request is expired',
    );
    const endpoint = await serve((request, response) => {
      if (request.headers.authorization?.includes('AKIDNEW')) response.end('{"clusterArns": []}');
      else expired(request, response);
    });
    const settings = (key: string) =>
      `[profile ana]\nendpoint_url = ${endpoint}\naws_access_key_id = ${key}\naws_secret_access_key = hunter2`;
    const file = join(folder, 'config');
    await writeFile(file, settings('AKIDOLD'));
    const aws = await clientsAt(endpoint, { environment: { AWS_CONFIG_FILE: file } });
    const list = () => aws.ecs(PROFILE, 'visible').send(new ListClustersCommand({}));

    await expect(list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await writeFile(file, settings('AKIDNEW'));
    await expect(list()).resolves.toMatchObject({ clusterArns: [] });
  });

  it('that do not exist give a sentence that names the profile', async () => {
    const aws = await clientsWith('region = eu-west-1');
    await expect(aws.ecs(PROFILE, 'visible').send(new ListClustersCommand({}))).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('The profile ana has no credentials.'),
    });
  });

  it('of a process that fails do not show its command', async () => {
    const aws = await clientsWith('credential_process = /bin/false hunter2', {
      ...DECLINING_PROMPT,
      runCommand: () => Promise.resolve(),
    });
    const error: unknown = await aws
      .ecs(PROFILE, 'visible')
      .send(new ListClustersCommand({}))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'AUTH_REQUIRED', message: expect.stringContaining('ana') });
    expect(String(error)).not.toContain('hunter2');
  });

  describe('of a role with MFA', () => {
    async function withMfa(answer: (question: string, rightCode: string) => string | Promise<string>) {
      const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
      const sandbox = await startSandbox({ scenario: 'empty', clock });
      cleanUps.push(() => sandbox.close());
      const mfaCode = vi.fn<Prompt['mfaCode']>((question) =>
        Promise.resolve(answer(question, mfaCodeAt(clock.now()))),
      );
      const aws = await clientsWith(
        [
          `endpoint_url = ${sandbox.endpoint}`,
          'role_arn = arn:aws:iam::123456789012:role/mfa-deployer',
          'source_profile = ana',
          'mfa_serial = arn:aws:iam::123456789012:mfa/sandbox',
          'aws_access_key_id = sandbox',
          'aws_secret_access_key = sandbox',
          `[profile keys]\nendpoint_url = ${sandbox.endpoint}`,
          'aws_access_key_id = sandbox',
          'aws_secret_access_key = sandbox',
        ].join('\n'),
        { ...DECLINING_PROMPT, mfaCode },
        clock,
      );
      const listAs = (profile: string) =>
        aws.ecs({ ...PROFILE, account: `profile:${profile}` }, 'visible').send(new ListClustersCommand({}));
      const { endpoint, region, credentials } = sandbox;
      return {
        mfaCode,
        listAs,
        list: () => listAs('ana'),
        advance: (milliseconds: number) => clock.advance(milliseconds),
        calls: () => sandbox.calls().map(({ operation }) => operation),
        takeAway: () =>
          new IAMClient({ endpoint, region, credentials }).send(
            new DeleteRoleCommand({ RoleName: 'mfa-deployer' }),
          ),
      };
    }
    const QUESTION = 'MFA code of arn:aws:iam::123456789012:mfa/sandbox, for the profile ana';

    it('ask for one code for all calls that wait, and send nothing before it is there', async () => {
      const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
      const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
      const { list, mfaCode, calls } = await withMfa(async (_question, code) => {
        ask();
        await entered;
        return code;
      });
      const answers = Array.from({ length: 50 }, list);
      await asked;
      expect(calls()).toEqual([]);
      enter();
      await expect(Promise.all(answers)).resolves.toHaveLength(50);
      expect(mfaCode.mock.calls).toEqual([[QUESTION]]);
      const sent = Map.groupBy(calls(), (operation) => operation);
      expect(sent.get('AssumeRole')).toHaveLength(1);
      expect(sent.get('ListClusters')).toHaveLength(50);
    });

    it('say that a code was wrong and ask again, and the calls that wait go on after the right one', async () => {
      const { list, mfaCode } = await withMfa((question, code) =>
        question === QUESTION ? mfaCodeAt(new Date(0)) : code,
      );
      await expect(Promise.all([list(), list()])).resolves.toHaveLength(2);
      expect(mfaCode.mock.calls.flat()).toEqual([
        QUESTION,
        `AWS did not accept the code. Wait for the next one. ${QUESTION}`,
      ]);
    });

    it('are renewed before their end with one more code, and all calls wait for it', async () => {
      const { list, mfaCode, calls, advance } = await withMfa((_question, code) => code);
      await list();
      advance(54 * 60_000);
      await Promise.all(Array.from({ length: 50 }, list));
      expect(mfaCode).toHaveBeenCalledTimes(1);
      advance(2 * 60_000);
      await Promise.all(Array.from({ length: 50 }, list));
      expect(mfaCode).toHaveBeenCalledTimes(2);
      expect(calls().filter((operation) => operation === 'AssumeRole')).toHaveLength(2);
    });

    it('send nothing after the question was declined, and the other accounts go on', async () => {
      const { list, mfaCode, calls, listAs } = await withMfa(() => {
        throw cancelled('The question');
      });
      const refused = await Promise.allSettled(Array.from({ length: 50 }, list));
      expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
      expect(mfaCode).toHaveBeenCalledTimes(1);
      expect(calls()).toEqual([]);
      await expect(listAs('keys')).resolves.toBeDefined();
      expect(mfaCode).toHaveBeenCalledTimes(1);
    });

    it('say that the role was taken away in the middle of the work', async () => {
      const { list, advance, takeAway } = await withMfa((_question, code) => code);
      await list();
      await takeAway();
      advance(56 * 60_000);
      await expect(list()).rejects.toMatchObject({
        code: 'AUTH_REQUIRED',
        message: expect.stringContaining("isn't allowed to assume its role (sts:AssumeRole)"),
      });
    });

    it('end with a sentence after three wrong codes, and nothing is sent with the role', async () => {
      const { list, mfaCode, calls } = await withMfa(() => mfaCodeAt(new Date(0)));
      await expect(list()).rejects.toMatchObject({
        code: 'MFA_REQUIRED',
        message: 'AWS did not accept the MFA code for ana. Wait for the next code and try again.',
      });
      expect(mfaCode).toHaveBeenCalledTimes(3);
      expect(calls()).toEqual(['AssumeRole', 'AssumeRole', 'AssumeRole']);
    });
  });

  it.each([
    ['role/external-deployer', '', /isn't allowed to assume its role .* external_id and mfa_serial/],
    ['role/external-deployer', 'external_id = other', /isn't allowed to assume its role/],
    [
      'role/deployer',
      'duration_seconds = 7200',
      /longer session than its role gives. Lower its duration_seconds/,
    ],
  ])('of a role that does not give them (%s, %s) say what to change', async (role, setting, sentence) => {
    const sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const aws = await clientsWith(
      `endpoint_url = ${sandbox.endpoint}\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\nsource_profile = ana\nrole_arn = arn:aws:iam::123456789012:${role}\n${setting}`,
    );
    const listed = aws.ecs(PROFILE, 'visible').send(new ListClustersCommand({}));
    await expect(listed).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringMatching(sentence),
    });
  });

  it('of a role with an external id and of one of another account are those of the role', async () => {
    const sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const at = `endpoint_url = ${sandbox.endpoint}\nsource_profile = keys`;
    const aws = await clientsWith(
      [
        `${at}\nrole_arn = arn:aws:iam::123456789012:role/external-deployer\nexternal_id = rehearsal`,
        `[profile visitor]\n${at}\nrole_arn = arn:aws:iam::210987654321:role/visitor`,
        '[profile keys]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox',
      ].join('\n'),
    );
    const identityOf = (account: string) =>
      aws.sts({ ...PROFILE, account }, 'visible').send(new GetCallerIdentityCommand({}));
    expect((await identityOf('profile:ana')).Arn).toContain(':assumed-role/external-deployer/');
    expect(await identityOf('profile:visitor')).toMatchObject({ Account: '210987654321' });
    const listed = aws.ecs({ ...PROFILE, account: 'profile:visitor' }, 'visible');
    await expect(listed.send(new ListClustersCommand({}))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that need an MFA code ask once for all requests, and not again right after the prompt was declined', async () => {
    const mfaCode = vi.fn<Prompt['mfaCode']>(DECLINING_PROMPT.mfaCode);
    const aws = await clientsWith(
      [
        'role_arn = arn:aws:iam::1:role/deploy',
        'source_profile = ana',
        'mfa_serial = arn:aws:iam::1:mfa/ana',
        'aws_access_key_id = a',
        'aws_secret_access_key = b',
      ].join('\n'),
      { ...DECLINING_PROMPT, mfaCode },
    );
    const ecs = aws.ecs(PROFILE, 'visible');
    const list = () => ecs.send(new ListClustersCommand({}));
    const refusal = { code: 'MFA_REQUIRED', message: expect.stringContaining('ana needs an MFA code') };
    await Promise.all([
      expect(list()).rejects.toMatchObject(refusal),
      expect(list()).rejects.toMatchObject(refusal),
    ]);
    await expect(list()).rejects.toMatchObject(refusal);
    expect(mfaCode).toHaveBeenCalledExactlyOnceWith(
      'MFA code of arn:aws:iam::1:mfa/ana, for the profile ana',
    );
  });
});

it('each attempt of a call is logged with its operation and its answer, and never with its input', async () => {
  let requests = 0;
  const endpoint = await serve((_request, response) => {
    requests += 1;
    response.statusCode = requests === 1 ? 500 : 200;
    response.setHeader('x-amzn-requestid', `request-${requests}`);
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end('{}');
  });
  const ecs = (await clientsAt(endpoint)).ecs({ account: 'sandbox', region: 'us-east-1' }, 'clicked');
  await ecs.send(new DescribeServicesCommand({ cluster: 'input-of-the-call', services: ['web'] }));
  const attempts = logged.map((line): unknown => JSON.parse(line));
  expect(attempts).toMatchObject([
    {
      area: 'aws',
      service: 'ecs',
      operation: 'DescribeServices',
      attempt: 1,
      status: 500,
      requestId: 'request-1',
    },
    {
      area: 'aws',
      service: 'ecs',
      operation: 'DescribeServices',
      attempt: 2,
      status: 200,
      requestId: 'request-2',
    },
  ]);
  expect(logged.join('')).not.toContain('input-of-the-call');
});
