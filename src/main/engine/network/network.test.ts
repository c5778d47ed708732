import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAccounts } from '../aws/accounts.ts';
import { createAws } from '../aws/clients.ts';
import type { Ports } from '../ports/ports.ts';
import { type CompanyCertificates, makeCompanyCertificates } from '../testing/certificates.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { httpRequest } from './http-request.ts';
import { createRequestHandler } from './request-handler.ts';

/** A name without a DNS entry, reachable only through the proxy. */
const HIDDEN = 'aws.company.example';

const folder = mkdtempSync(join(tmpdir(), 'slipway-network-'));
let certificates: CompanyCertificates;
const cleanUps: (() => void)[] = [];

beforeAll(() => {
  certificates = makeCompanyCertificates(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** An AWS endpoint whose certificate the company's own authority has signed. Returns its port. */
async function startAws(): Promise<number> {
  const server = createHttpsServer({ key: certificates.key, cert: certificates.certificate });
  server.on('request', (_request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end('{"clusterArns":["arn:aws:ecs:eu-west-1:1:cluster/found"]}');
  });
  return listen(server);
}

/** A proxy that leads every CONNECT to that port, and notes what it was asked for. */
async function startProxy(target: number): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    const onward = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
    cleanUps.push(() => {
      socket.destroy();
      onward.destroy();
    });
  });
  return { address: `http://127.0.0.1:${await listen(server)}`, asked };
}

async function listen(server: Server | ReturnType<typeof createHttpsServer>): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Company {
  readonly endpoint: string;
  readonly profile?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly systemProxy?: Ports['systemProxy'];
}

const SCOPE = { account: 'profile:work', region: 'eu-west-1' };

/** Clients of a profile whose endpoint is at that address. */
async function clientsOf({ endpoint, profile = '', environment = {}, systemProxy }: Company) {
  const config = join(mkdtempSync(join(folder, 'aws-')), 'config');
  writeFileSync(
    config,
    `[profile work]\naws_access_key_id = key\naws_secret_access_key = secret\nendpoint_url = ${endpoint}\n${profile}\n`,
  );
  const ports = {
    environment: { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: '/none', ...environment },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    ...(systemProxy === undefined ? {} : { systemProxy }),
  };
  const accounts = await openAccounts({ ...ports, accounts: [] });
  const aws = createAws({ ...ports, accounts, prompt: DECLINING_PROMPT });
  cleanUps.push(() => aws.close());
  return aws;
}

async function clustersOf(company: Company): Promise<readonly string[] | undefined> {
  const aws = await clientsOf(company);
  return (await aws.ecs(SCOPE, 'clicked').send(new ListClustersCommand({}))).clusterArns;
}

const FOUND = ['arn:aws:ecs:eu-west-1:1:cluster/found'];

describe('a request without a limit of its own', () => {
  it.each([
    ['before its answer', () => undefined],
    ['in the middle of its answer', (response: ServerResponse) => void response.write('half')],
  ])('ends when the other side falls silent %s', async (_when, begin) => {
    const server = createHttpServer((_request, response) => begin(response));
    const address = new URL(`http://127.0.0.1:${await listen(server)}/layer`);
    const handler = createRequestHandler({
      environment: {},
      certificates: async () => [],
      caBundle: undefined,
      silenceMs: 50,
    });
    const read = async (): Promise<string> => {
      const { response } = await handler.handle(httpRequest(address), { requestTimeout: 0 });
      return response.body instanceof Readable ? text(response.body) : '';
    };
    await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
    handler.destroy();
  });
});

describe('an AWS endpoint with a company certificate', () => {
  it('is refused while the certificate is not trusted', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    await expect(clustersOf({ endpoint })).rejects.toThrow(
      "its certificate could not be verified. If your company has certificates of its own, name their file in the profile's ca_bundle or in AWS_CA_BUNDLE.",
    );
  });

  it('is trusted by the ca_bundle of the profile', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    expect(await clustersOf({ endpoint, profile: `ca_bundle = ${certificates.caFile}` })).toEqual(FOUND);
  });

  it('lists the roles of a session with the ca_bundle of a profile that signs in with it', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    const home = mkdtempSync(join(folder, 'home-'));
    const cache = join(home, '.aws', 'sso', 'cache');
    mkdirSync(cache, { recursive: true });
    const file = `${createHash('sha1').update('corp').digest('hex')}.json`;
    writeFileSync(join(cache, file), JSON.stringify({ accessToken: 't', expiresAt: '2999-01-01T00:00:00Z' }));
    const session = '[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1';
    const signsIn = `[profile dev]\nsso_session = corp\nendpoint_url = ${endpoint}`;
    const rolesWith = async (setting: string) => {
      const profile = `${session}\n${signsIn}\n${setting}`;
      return (await clientsOf({ endpoint, profile, environment: { HOME: home } })).rolesOf('corp');
    };
    await expect(rolesWith('')).rejects.toThrow(/its certificate could not be verified\. If your company/);
    expect(await rolesWith(`ca_bundle = ${certificates.caFile}`)).toEqual([]);
  });

  it.each(['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])(
    'is trusted by %s of the environment',
    async (variable) => {
      const endpoint = `https://127.0.0.1:${await startAws()}`;
      expect(await clustersOf({ endpoint, environment: { [variable]: certificates.caFile } })).toEqual(FOUND);
    },
  );

  it('is trusted by AWS_CA_BUNDLE where the profile names another bundle, as in the AWS CLI', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    const environment = { AWS_CA_BUNDLE: certificates.caFile };
    expect(await clustersOf({ endpoint, environment, profile: 'ca_bundle = /none/ca.pem' })).toEqual(FOUND);
  });

  it('names the setting when the bundle does not exist', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    await expect(clustersOf({ endpoint, profile: 'ca_bundle = /none/ca.pem' })).rejects.toThrow(
      'The certificate bundle /none/ca.pem cannot be read. Correct ca_bundle, or remove it.',
    );
  });

  it('names the setting when the bundle contains no certificates', async () => {
    const endpoint = `https://127.0.0.1:${await startAws()}`;
    const file = join(folder, 'empty.pem');
    writeFileSync(file, 'not a certificate');
    await expect(clustersOf({ endpoint, environment: { AWS_CA_BUNDLE: file } })).rejects.toThrow(
      'holds no PEM certificates. Correct AWS_CA_BUNDLE, or remove it.',
    );
  });
});

describe('an AWS endpoint behind a proxy', () => {
  const trusted = (): Readonly<Record<string, string>> => ({ AWS_CA_BUNDLE: certificates.caFile });

  it.each(['HTTPS_PROXY', 'https_proxy'])('is reached over %s', async (variable) => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const environment = { ...trusted(), [variable]: proxy.address };
    expect(await clustersOf({ endpoint: `https://${HIDDEN}:${port}`, environment })).toEqual(FOUND);
    expect(proxy.asked).toEqual([`${HIDDEN}:${port}`]);
  });

  it('sends the user and password to the proxy', async () => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const environment = { ...trusted(), HTTPS_PROXY: proxy.address.replace('//', '//ana:pass@') };
    await clustersOf({ endpoint: `https://${HIDDEN}:${port}`, environment });
    expect(proxy.asked).toEqual([`${HIDDEN}:${port} Basic ${Buffer.from('ana:pass').toString('base64')}`]);
  });

  it.each([
    ['is asked for', '//'],
    ['refuses those that are given', '//ana:hunter2-of-ana@'],
  ])('whose user name and password it %s is named with what to do, once', async (_what, user) => {
    const asked: string[] = [];
    const server = createHttpServer();
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      );
    });
    const proxy = `http://127.0.0.1:${await listen(server)}`.replace('//', user);
    const endpoint = `https://${HIDDEN}:1`;
    const role = 'role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = work';
    const aws = await clientsOf({
      endpoint,
      profile: `[profile role]\nendpoint_url = ${endpoint}\n${role}`,
      environment: { ...trusted(), HTTPS_PROXY: proxy },
    });
    const advice =
      /the proxy asks for a user name and a password, or refuses the given ones\. Put them into the address of the proxy/;
    for (const account of ['profile:work', 'profile:role']) {
      const listed = aws.ecs({ ...SCOPE, account }, 'clicked').send(new ListClustersCommand({}));
      const error: unknown = await listed.catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'UNAVAILABLE',
        retryable: false,
        message: expect.stringMatching(advice),
      });
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
    expect(asked).toEqual([`${HIDDEN}:1`, `${HIDDEN}:1`]);
  });

  it('says that the proxy is what can’t be reached, and not the endpoint', async () => {
    const closed = createHttpServer();
    const port = await listen(closed);
    await new Promise((done) => closed.close(done));
    const environment = { ...trusted(), HTTPS_PROXY: `http://ana:hunter2@127.0.0.1:${port}` };
    await expect(clustersOf({ endpoint: `https://${HIDDEN}:1`, environment })).rejects.toThrow(
      "the proxy can't be reached. Check the network, and the proxy address in HTTPS_PROXY, HTTP_PROXY or the system settings.",
    );
  });

  it('is not asked directly when the variable names no proxy that Slipway can use', async () => {
    const endpoint = `https://127.0.0.2:${await startAws()}`;
    const environment = { ...trusted(), HTTPS_PROXY: 'socks5://ana:hunter2@127.0.0.1:1080' };
    await expect(clustersOf({ endpoint, environment })).rejects.toThrow(
      'The variable HTTPS_PROXY names a proxy that is neither an HTTP nor an HTTPS proxy. Set it to',
    );
  });

  it('is reached directly where NO_PROXY names the host', async () => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const environment = { ...trusted(), HTTPS_PROXY: proxy.address, NO_PROXY: '.company.example' };
    await expect(clustersOf({ endpoint: `https://${HIDDEN}:${port}`, environment })).rejects.toThrow(HIDDEN);
    expect(proxy.asked).toEqual([]);
  });

  it('is not used for loopback addresses, such as the sandbox', async () => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const environment = { ...trusted(), HTTPS_PROXY: proxy.address };
    expect(await clustersOf({ endpoint: `https://127.0.0.1:${port}`, environment })).toEqual(FOUND);
    expect(proxy.asked).toEqual([]);
  });

  it('is reached over the system’s proxy where the environment names none', async () => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const systemProxy = vi.fn<NonNullable<Ports['systemProxy']>>(async () => proxy.address);
    const endpoint = `https://${HIDDEN}:${port}`;
    expect(await clustersOf({ endpoint, environment: trusted(), systemProxy })).toEqual(FOUND);
    expect(proxy.asked).toEqual([`${HIDDEN}:${port}`]);
    expect(systemProxy).toHaveBeenCalledWith(`${endpoint}/`);
  });

  it('is reached directly where the system has no proxy for it', async () => {
    const port = await startAws();
    const endpoint = `https://127.0.0.1:${port}`;
    const systemProxy = async () => undefined;
    expect(await clustersOf({ endpoint, environment: trusted(), systemProxy })).toEqual(FOUND);
  });

  it('is also used for the requests for role credentials', async () => {
    const port = await startAws();
    const proxy = await startProxy(port);
    const role = 'role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = work';
    const aws = await clientsOf({
      endpoint: `https://${HIDDEN}:${port}`,
      profile: `[profile role]\nendpoint_url = https://${HIDDEN}:${port}\n${role}`,
      environment: { ...trusted(), HTTPS_PROXY: proxy.address },
    });
    const scope = { ...SCOPE, account: 'profile:role' };
    // The endpoint answers no credentials, so that the call fails; it was asked over the proxy anyway.
    await expect(aws.sts(scope, 'clicked').send(new GetCallerIdentityCommand({}))).rejects.toThrow('role');
    expect(proxy.asked[0]).toBe(`${HIDDEN}:${port}`);
  });
});
