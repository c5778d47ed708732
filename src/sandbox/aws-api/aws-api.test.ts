import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../start.ts';
import { type RawRequest, signedHeaders } from '../testing/requests.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'empty' });
});
afterAll(() => sandbox.close());

const ECR = 'AmazonEC2ContainerRegistry_V20150921';

function signedBy(accessKey: string): string {
  const signature = 'a'.repeat(64);
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20261120/us-east-1/ecr/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;
}

interface Answer {
  readonly status: number;
  readonly requestId: string | null;
  readonly json: Readonly<Record<string, unknown>>;
}

async function post(
  operation: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  signing: Pick<RawRequest, 'region' | 'credentials' | 'signingDate'> = {},
): Promise<Answer> {
  const { endpoint } = sandbox;
  const asked = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${ECR}.${operation}`,
    ...headers,
  };
  const signed = await signedHeaders({ endpoint, body, headers: asked, ...signing });
  const response = await fetch(endpoint, { method: 'POST', body, headers: { ...signed, ...headers } });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, requestId: response.headers.get('x-amzn-requestid'), json };
}

describe('an invalid body of an API call', () => {
  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"repositories"'],
    ['a number for a list', '{"repositoryNames": 3}'],
    ['a string for a list', '{"repositoryNames": "web"}'],
    ['a number in a list of strings', '{"repositoryNames": [1]}'],
    ['a string for a number', '{"maxResults": "10"}'],
    ['an object for a string', '{"nextToken": {}}'],
  ])('is a SerializationException: %s', async (_what, body) => {
    const { status, json, requestId } = await post('DescribeRepositories', body);
    expect(json.__type).toBe('SerializationException');
    expect(status).toBe(400);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['lists', '['.repeat(199_000)],
    ['finished lists', `{"repositoryNames":${'['.repeat(101)}${']'.repeat(101)}}`],
    ['objects of an unknown member', `{"unheardOf":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`],
  ])('is a SerializationException where it is nested too deeply: %s', async (_what, body) => {
    const { status, json } = await post('DescribeRepositories', body);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      __type: 'SerializationException',
      message: expect.stringContaining('nested'),
    });
  });

  it('is told apart from one with brackets in its strings, nested as deeply as AWS allows', async () => {
    const body = JSON.stringify({ repositoryName: 'web', nextToken: `\\"${'['.repeat(200)}` });
    expect((await post('ListImages', body)).json.__type).toBe('RepositoryNotFoundException');
  });

  it('is refused with the path of the wrong value', async () => {
    const { json } = await post('ListImages', '{"repositoryName": "web", "filter": {"tagStatus": false}}');
    expect(json.message).toContain("'filter.tagStatus' must be of type String");
  });

  it('is read without its unknown members', async () => {
    const body = '{"repositoryName": "extra", "unheardOf": {"a": [1]}, "__proto__": {"tags": 1}}';
    const { status, json } = await post('CreateRepository', body);
    expect(status).toBe(200);
    expect(json.repository).toMatchObject({ repositoryName: 'extra' });
  });

  it('is refused with the name of a missing required member', async () => {
    const { json } = await post('ListImages', '{}');
    expect(json.__type).toBe('InvalidParameterException');
    expect(json.message).toContain('repositoryName');
  });

  it('is a SerializationException when it has more values than any request of AWS', async () => {
    const body = JSON.stringify({ repositoryNames: Array.from({ length: 60_000 }, () => 'a') });
    const { status, json } = await post('DescribeRepositories', body);
    expect([status, json.__type]).toEqual([400, 'SerializationException']);
    const form = `Action=GetCallerIdentity&Version=2011-06-15${'&a='.repeat(20_000)}`;
    const response = await fetch(sandbox.endpoint, { method: 'POST', body: new URLSearchParams(form) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('more than 10000 parameters');
  });

  it('is refused with 413 when it is longer than its service allows', async () => {
    const body = ' '.repeat(2 * 1024 * 1024);
    const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' };
    expect((await post('', body, headers)).json.__type).toBe('RequestEntityTooLargeException');
    expect((await post('DescribeRepositories', body)).status).toBe(200);
  });

  it('is refused with 413 when it is longer than 8 MB', async () => {
    const { status, json } = await post('DescribeRepositories', ' '.repeat(9 * 1024 * 1024));
    expect(status).toBe(413);
    expect(json.__type).toBe('RequestEntityTooLargeException');
  });
});

describe('an unknown operation', () => {
  it.each([`${ECR}.Nothing`, `${ECR}.__proto__`, `${ECR}.constructor`, 'Nothing.ListImages', '', '.'])(
    'is an UnknownOperationException: %s',
    async (target) => {
      const { json } = await post('', '{}', { 'x-amz-target': target });
      expect(json.__type).toBe('UnknownOperationException');
    },
  );

  it('is also reported to a browser that opens the address', async () => {
    const response = await fetch(sandbox.endpoint);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

describe('credentials', () => {
  it.each([
    ['missing', '', 403, 'MissingAuthenticationTokenException'],
    ['of no known form', 'Bearer sandbox', 400, 'IncompleteSignatureException'],
    ['with a key that nobody has', signedBy('AKIAIOSFODNN7EXAMPLE'), 403, 'UnrecognizedClientException'],
  ])('are refused when %s', async (_what, authorization, status, type) => {
    const answer = await post('DescribeRepositories', '{}', { authorization });
    expect(answer.status).toBe(status);
    expect(answer.json.__type).toBe(type);
  });

  it('are refused when the secret is wrong, or the body is not the signed one', async () => {
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'guessed' };
    const guessed = await post('DescribeRepositories', '{}', {}, { credentials });
    expect(guessed).toMatchObject({ status: 403, json: { __type: 'InvalidSignatureException' } });

    const asked = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${ECR}.DescribeRepositories`,
    };
    const headers = await signedHeaders({ endpoint: sandbox.endpoint, body: '{}', headers: asked });
    const body = '{"maxResults":1}';
    const changed = await fetch(sandbox.endpoint, { method: 'POST', body, headers });
    expect(await changed.json()).toMatchObject({ __type: 'InvalidSignatureException' });
  });

  it('are refused when the signature is more than five minutes from the time of the wall', async () => {
    const at = (seconds: number) => ({ signingDate: new Date(Date.now() + seconds * 1000) });
    const answers = await Promise.all(
      [-305, 305, -290, 290].map((seconds) => post('DescribeRepositories', '{}', {}, at(seconds))),
    );
    const [late, early, ...accepted] = answers;
    expect(late).toMatchObject({ status: 403, json: { __type: 'InvalidSignatureException' } });
    expect(late?.json.message).toMatch(
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    );
    expect(early?.json.message).toMatch(
      /^Signature not yet current: .* is still later than .* \+ 5 min\.\)$/,
    );
    expect(accepted.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('are refused when their session has ended', async () => {
    const credentials = { accessKeyId: 'expired', secretAccessKey: 'expired', sessionToken: 'any' };
    const answer = await post('DescribeRepositories', '{}', {}, { credentials });
    expect(answer).toMatchObject({ status: 403, json: { __type: 'ExpiredTokenException' } });
  });

  it('that can only read get the name of the missing action', async () => {
    const credentials = { accessKeyId: 'readonly', secretAccessKey: 'readonly' };
    const config = { endpoint: sandbox.endpoint, region: 'us-east-1', credentials };
    expect(
      (await new ECRClient(config).send(new DescribeRepositoriesCommand({}))).repositories,
    ).toBeDefined();
    await expect(
      new ECSClient(config).send(new UpdateServiceCommand({ cluster: 'production', service: 'web' })),
    ).rejects.toThrow(
      expect.objectContaining({
        name: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::123456789012:user/readonly is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:123456789012:service/production/web because no identity-based policy allows the ecs:UpdateService action',
      }),
    );
  });

  it('reach the SDK as the exception that AWS throws', async () => {
    const credentials = { accessKeyId: 'unknown', secretAccessKey: 'unknown' };
    const config = { endpoint: sandbox.endpoint, region: 'us-east-1', credentials };
    await expect(new ECRClient(config).send(new DescribeRepositoriesCommand({}))).rejects.toThrow(
      expect.objectContaining({ name: 'UnrecognizedClientException' }),
    );
    await expect(new STSClient(config).send(new GetCallerIdentityCommand({}))).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidClientTokenId' }),
    );
  });
});

it('STS returns the owner of the keys', async () => {
  const sts = new STSClient({
    endpoint: sandbox.endpoint,
    region: 'eu-west-1',
    credentials: sandbox.credentials,
  });
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/sandbox' });
});

it('a key that the sandbox was started with is one of its user, and no other token goes with it', async () => {
  const own = { accessKeyId: 'ASIAOWN', secretAccessKey: 'own', sessionToken: 'token' };
  const started = await startSandbox({ scenario: 'empty', credentials: own });
  expect(started.credentials).toEqual(own);
  const identify = (credentials: typeof own) => {
    const client = new STSClient({ endpoint: started.endpoint, region: 'us-east-1', credentials });
    return client.send(new GetCallerIdentityCommand({})).finally(() => client.destroy());
  };
  expect((await identify(own)).Arn).toBe('arn:aws:iam::123456789012:user/sandbox');
  await expect(identify({ ...own, sessionToken: 'other' })).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidClientTokenId' }),
  );
  await started.close();
});

it('an unknown STS action is answered in the form that the SDK reads', async () => {
  const response = await fetch(sandbox.endpoint, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'Nothing', Version: '2011-06-15' }),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<Code>InvalidAction</Code>');
});

it('the sandbox counts its calls by operation and region', async () => {
  const before = sandbox.calls().length;
  await post('DescribeRegistry', '{}', {}, { region: 'eu-west-1' });
  await post('DescribeRegistry', '{', {});
  const calls = sandbox.calls().slice(before);
  expect(calls).toMatchObject([
    { service: 'ECR', operation: 'DescribeRegistry', region: 'eu-west-1' },
    { service: 'ECR', operation: 'DescribeRegistry', region: 'us-east-1' },
  ]);
});

it('the sandbox survives connections that end within a request or do not speak HTTP', async () => {
  const port = Number(new URL(sandbox.endpoint).port);
  const header = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-amz-json-1.1\r\nauthorization: ${signedBy('sandbox')}\r\nx-amz-target: ${ECR}.ListImages\r\ncontent-length: 100\r\n\r\n{"repo`;
  for (const bytes of [header, 'GARBAGE\r\n\r\n', '\0\0\0']) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.destroy()));
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
    });
  }
  expect((await post('DescribeRegistry', '{}')).status).toBe(200);
});

it('the sandbox answers a client that has closed its side of the connection', async () => {
  const { hostname, port, host } = new URL(sandbox.endpoint);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${ECR}.DescribeRegistry` };
  const signed = await signedHeaders({ endpoint: sandbox.endpoint, body: '{}', headers });
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}`);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.end(`POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 2\r\n${lines.join('\r\n')}\r\n\r\n{}`);
  expect(await text(socket)).toContain('HTTP/1.1 200 OK');
});

describe('a body of another protocol', () => {
  it.each([
    ['no form', 'application/x-www-form-urlencoded', '\u0000%%%', 'InvalidAction'],
    ['a form with two actions', 'application/x-www-form-urlencoded', 'Action=A&Action=B', 'InvalidAction'],
    ['a text', 'text/plain', '{}', 'SerializationException'],
    ['a form of files', 'multipart/form-data; boundary=x', '--x--', 'SerializationException'],
  ])('is refused: %s', async (_what, type, body, error) => {
    const headers = { 'content-type': type, 'x-amz-target': `${ECR}.DescribeRegistry` };
    const response = await fetch(sandbox.endpoint, { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(error);
  });

  it('is refused when it is not CBOR, or names no operation', async () => {
    const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation';
    for (const [operation, error] of [
      ['DescribeAlarms', 'SerializationException'],
      ['Nothing', 'UnknownOperationException'],
      ['__proto__', 'UnknownOperationException'],
    ]) {
      const endpoint = `${sandbox.endpoint}${path}/${operation}`;
      const body = '\u007f\u007f\u007f';
      const signed = await signedHeaders({ endpoint, body, headers });
      const response = await fetch(endpoint, { method: 'POST', body, headers: signed });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(error);
    }
  });
});
