import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { makeCompanyCertificates } from '../testing/certificates.ts';
import { createDockerConnection } from './connection.ts';

const NEVER_ABORTED = new AbortController().signal;
const SHORT = { answer: 50, heartbeat: 5 };

let folder: string;
let sockets: Set<Socket>;
let servers: Server[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  sockets = new Set();
  servers = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

/** An Engine that answers these requests with a body, and keeps the connections of all others open without a word. */
async function startEngine(answers: Readonly<Record<string, string>> = {}, limits = SHORT) {
  const silenced = new Set<string>();
  const asked: string[] = [];
  const server =
    Object.keys(answers).length === 0
      ? createServer((socket) => void socket.resume())
      : createHttpServer((request, response) => {
          const path = request.url ?? '';
          asked.push(path);
          const body = silenced.has(path) ? undefined : answers[path];
          if (body !== undefined) response.end(body);
        });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const path = join(folder, 'docker.sock');
  const listening = Promise.withResolvers<void>();
  server.listen(path, listening.resolve);
  await listening.promise;
  servers.push(server);
  const connection = await createDockerConnection(
    { environment: { DOCKER_HOST: `unix://${path}` }, secrets: createKnownSecrets() },
    limits,
  )();
  return { connection, asked, silence: (request: string) => void silenced.add(request) };
}

/** Resolves when the Engine has no connection left. */
function noSocketIsLeft(): Promise<void> {
  return eventually(() => expect(sockets.size).toBe(0));
}

describe('an Engine that accepts connections and never answers', () => {
  it('has a limit for each request, after which its socket is closed', async () => {
    const { connection } = await startEngine();
    for (let poll = 0; poll < 3; poll += 1) {
      await expect(connection.ask(NEVER_ABORTED, (engine) => engine.version())).rejects.toMatchObject({
        code: 'DOCKER_UNAVAILABLE',
        message: expect.stringContaining("doesn't answer"),
        retryable: true,
      });
    }
    await noSocketIsLeft();
  });

  it('is left at once when the caller aborts a request', async () => {
    const { connection } = await startEngine({}, { answer: 120_000, heartbeat: 120_000 });
    const controller = new AbortController();
    const asking = connection.ask(controller.signal, (engine) => engine.inspectImage('web:1'));
    await eventually(() => expect(sockets.size).toBe(1));
    controller.abort(new Error('the caller has gone'));
    await expect(asking).rejects.toThrowError('the caller has gone');
    await noSocketIsLeft();
  });

  it('is asked nothing when the caller has gone before', async () => {
    const { connection } = await startEngine();
    const asking = connection.ask(AbortSignal.abort(new Error('gone')), (engine) => engine.ping());
    await expect(asking).rejects.toThrowError('gone');
    expect(sockets.size).toBe(0);
  });
});

describe('work of the Engine that takes long', () => {
  it('continues while the Engine answers other questions, and ends when it no longer does', async () => {
    const limits = { answer: 500, heartbeat: 5 };
    const { connection, asked, silence } = await startEngine({ '/_ping': 'OK' }, limits);
    const building = connection.follow(NEVER_ABORTED, (engine) => engine.listImages());
    const end = building.catch((error: unknown) => error);
    await eventually(() => expect(asked.filter((path) => path === '/_ping').length).toBeGreaterThan(3));
    silence('/_ping');
    expect(await end).toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
    await noSocketIsLeft();
  });

  it('leaves neither sockets nor questions behind when it is over', async () => {
    const { connection, asked } = await startEngine(
      { '/_ping': 'OK', '/images/json': '[]' },
      { answer: 120_000, heartbeat: 120_000 },
    );
    expect(await connection.follow(NEVER_ABORTED, (engine) => engine.listImages())).toEqual([]);
    await noSocketIsLeft();
    expect(asked.at(-1)).toBe('/images/json');
  });
});

describe('an Engine behind a path of a proxy', () => {
  it('is asked below that path', async () => {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('OK');
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    servers.push(server);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const connect = createDockerConnection({
      environment: { DOCKER_HOST: `tcp://127.0.0.1:${port}/docker/build` },
      secrets: createKnownSecrets(),
    });
    await (await connect()).ask(NEVER_ABORTED, (engine) => engine.ping());
    expect(asked).toEqual(['/docker/build/_ping']);
  });
});

it.each([
  [
    'are sent with each request, without User-Agent',
    '{"HttpHeaders":{"X-Team":"shop","user-agent":"x"}}',
    undefined,
    'shop',
  ],
  [
    'that cannot be sent are left out',
    '{"HttpHeaders":{"X-Team":"shop\\r\\nX-Other: 1"}}',
    undefined,
    undefined,
  ],
  [
    'give way to those of the environment',
    '{"HttpHeaders":{"X-Team":"shop"}}',
    '" X-Team =a,b=c",X-Two=',
    'a,b=c',
  ],
  ['stay where those of the environment are no list', '{"HttpHeaders":{"X-Team":"shop"}}', 'X-Team', 'shop'],
])('headers of the Docker configuration %s', async (_what, config, ofEnvironment, sent) => {
  const seen: unknown[] = [];
  const server = createHttpServer((request, response) => {
    seen.push([request.headers['x-team'], request.headers['user-agent']]);
    response.end('OK');
  });
  const path = join(folder, 'headers.sock');
  const listening = Promise.withResolvers<void>();
  server.listen(path, listening.resolve);
  await listening.promise;
  servers.push(server);
  await writeFile(join(folder, 'config.json'), config);
  const environment = {
    DOCKER_HOST: `unix://${path}`,
    DOCKER_CONFIG: folder,
    DOCKER_CUSTOM_HEADERS: ofEnvironment,
  };
  await (await createDockerConnection({ environment, secrets: createKnownSecrets() })()).ask(
    NEVER_ABORTED,
    (engine) => engine.ping(),
  );
  expect(seen).toEqual([[sent, undefined]]);
});

it('headers of the Docker configuration are hidden where an Engine repeats them', async () => {
  const secrets = createKnownSecrets();
  const environment = { DOCKER_CONFIG: folder, DOCKER_CUSTOM_HEADERS: 'X-Token=token-of-the-proxy' };
  await createDockerConnection({ environment, secrets })();
  expect(secrets.hide('X-Token: token-of-the-proxy is not valid')).toBe('X-Token: [hidden] is not valid');
});

it('an address that leads to a file is said to be no socket', async () => {
  const path = join(folder, 'not-a-socket');
  await writeFile(path, '');
  const connect = createDockerConnection({
    environment: { DOCKER_HOST: `unix://${path}` },
    secrets: createKnownSecrets(),
  });
  await expect((await connect()).ask(NEVER_ABORTED, (engine) => engine.ping())).rejects.toMatchObject({
    code: 'DOCKER_UNAVAILABLE',
    message: `DOCKER_HOST leads to ${path}, which is a file and not a socket. Set DOCKER_HOST to the socket of a Docker Engine.`,
  });
});

describe('an Engine over TLS', () => {
  async function startSecureEngine() {
    const { key, certificate, caFile } = makeCompanyCertificates(folder);
    const server = createHttpsServer({ key, cert: certificate }, (_request, response) => response.end('OK'));
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    servers.push(server);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const ping = async (variables: Readonly<Record<string, string>>) => {
      const environment = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, ...variables };
      return (await createDockerConnection({ environment, secrets: createKnownSecrets() })()).ask(
        NEVER_ABORTED,
        (engine) => engine.ping(),
      );
    };
    return { ping, caFile };
  }

  it('is trusted with the ca.pem of DOCKER_CERT_PATH, and with DOCKER_TLS without a check', async () => {
    const { ping } = await startSecureEngine();
    await ping({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    const other = join(folder, 'other');
    await mkdir(other);
    makeCompanyCertificates(other);
    await ping({ DOCKER_TLS: '1', DOCKER_CERT_PATH: other });
    await expect(ping({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: other })).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringMatching(/was not trusted, or did not trust this machine: .* Check ca\.pem/),
    });
  });

  it('names the file that is missing', async () => {
    const { ping } = await startSecureEngine();
    const nowhere = join(folder, 'nowhere');
    await expect(ping({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: nowhere })).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringContaining(
        `The file ${join(nowhere, 'ca.pem')} for the Docker Engine cannot be read`,
      ),
    });
  });
});

describe('an Engine that is reached through ssh', () => {
  /** A program in the place of ssh, which writes its arguments down first. */
  async function connectThrough(script: string) {
    const program = join(folder, 'ssh');
    const argumentsFile = join(folder, 'arguments');
    const begin = `import { connect } from 'node:net'; import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(argumentsFile)}, process.argv.slice(2).join(' '));`;
    await writeFile(join(folder, 'ssh.mjs'), `${begin}\n${script}`);
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'ssh.mjs')}' "$@"\n`);
    await chmod(program, 0o755);
    const environment = { DOCKER_HOST: 'ssh://ana@far.example', PATH: folder };
    const connection = await createDockerConnection({ environment, secrets: createKnownSecrets() })();
    return { connection, argumentsFile };
  }

  it('is asked over the input and output of docker system dial-stdio there', async () => {
    const server = createHttpServer((_request, response) => response.end('[]'));
    const path = join(folder, 'far.sock');
    const listening = Promise.withResolvers<void>();
    server.listen(path, listening.resolve);
    await listening.promise;
    servers.push(server);
    const { connection, argumentsFile } = await connectThrough(
      `const engine = connect(${JSON.stringify(path)}); process.stdin.pipe(engine).pipe(process.stdout);`,
    );
    expect(await connection.ask(NEVER_ABORTED, (engine) => engine.listImages())).toEqual([]);
    expect(await readFile(argumentsFile, 'utf8')).toMatch(
      / -l ana -- far\.example docker system dial-stdio$/,
    );
  });

  it('fails with the message of ssh when ssh cannot reach it', async () => {
    const { connection } = await connectThrough(
      `console.error('ana@far.example: Permission denied (publickey).'); process.exitCode = 255;`,
    );
    await expect(connection.ask(NEVER_ABORTED, (engine) => engine.ping())).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message:
        'The Docker Engine at ssh://ana@far.example (DOCKER_HOST) cannot be reached: ana@far.example: Permission denied ' +
        '(publickey). Make “ssh far.example docker version” work with a key, and try again.',
    });
  });
});
