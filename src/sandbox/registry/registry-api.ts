import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxLogger } from '../core/logger.ts';
import { isHangUp } from '../http/hang-up.ts';
import type { RequestHandler } from '../http/loopback-server.ts';
import type { AccessTokens } from './access-tokens.ts';
import { answerBlob, answerUpload, startUpload } from './blob-routes.ts';
import { type BlobStore, isDiskFull } from './blob-store.ts';
import type { GarbageCollector } from './garbage.ts';
import { answerManifest } from './manifest-routes.ts';
import { answerReferrers } from './referrers.ts';
import { diskFull, RegistryError, writeRegistryError } from './registry-error.ts';
import { accessOf } from './registry-password.ts';
import type { Registry, RepositoryRequest } from './registry-request.ts';
import type { Repositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import type { UploadSessions } from './upload-sessions.ts';

export interface RegistryApiOptions {
  readonly accountId: string;
  readonly repositoriesIn: (region: string) => Repositories;
  readonly blobs: BlobStore;
  readonly garbage: GarbageCollector;
  readonly uploads: UploadSessions;
  readonly tokens: AccessTokens;
  /** `127.0.0.1:PORT`, for the challenge that asks for credentials. */
  readonly host: string;
  /** The sandbox's time, which images are stamped with. */
  readonly now: () => Date;
  readonly logger: SandboxLogger;
}

/** Makes the HTTP handler for `/v2/`: the OCI distribution specification 1.1 as ECR serves it, errors too. */
export function createRegistryApi(options: RegistryApiOptions): RequestHandler {
  return async (request, response, target) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    try {
      const { accountId, blobs, garbage, uploads, now } = options;
      const repositories = options.repositoriesIn(regionOf(options, request));
      const registry: Registry = { accountId, repositories, blobs, garbage, uploads, now };
      await route(registry, request, response, target);
    } catch (error) {
      answerError(options, request, response, error);
    }
  };
}

async function route(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (url.pathname === '/v2/' || url.pathname === '/v2') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    return;
  }

  const path =
    /^\/v2\/(?<name>.+)\/(?<kind>blobs\/uploads|blobs|manifests|tags|referrers)\/(?<rest>[^/]*)$/.exec(
      url.pathname,
    );
  const { name, kind, rest = '' } = path?.groups ?? {};
  if (name === undefined)
    throw new RegistryError('UNSUPPORTED', `The registry has nothing at ${url.pathname}.`);
  const repository = findRepository(registry, name);
  const parts: RepositoryRequest = { request, response, url, repository };
  switch (kind) {
    case 'blobs/uploads':
      return rest === '' ? startUpload(registry, parts) : answerUpload(registry, parts, rest);
    case 'blobs':
      return answerBlob(registry, parts, rest);
    case 'manifests':
      return answerManifest(registry, parts, decodeReference(rest));
    case 'referrers':
      return answerReferrers(parts, decodeReference(rest));
    default:
      return answerTagList(parts, rest);
  }
}

/** Some clients write the colon of a digest as %3A. */
function decodeReference(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RegistryError('MANIFEST_UNKNOWN', `'${text}' is neither a tag nor a digest.`);
  }
}

function findRepository({ repositories, accountId }: Registry, name: string): Repository {
  const repository = repositories.find(name);
  if (repository !== undefined) return repository;
  const message = `The repository with name '${name}' does not exist in the registry with id '${accountId}'`;
  throw new RegistryError('NAME_UNKNOWN', message);
}

/** The region of the password, which must be good for the request. */
function regionOf({ tokens }: RegistryApiOptions, request: IncomingMessage): string {
  const basic = /^Basic (?<encoded>[A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.groups
    ?.encoded;
  if (basic === undefined) throw new RegistryError('UNAUTHORIZED', 'Not Authorized');
  const [user, password = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  // The password's life is real time: it is the client's clock that decides when to ask for a new one.
  const access = user === 'AWS' ? accessOf(tokens, password, new Date()) : undefined;
  if (access === undefined) {
    throw new RegistryError(
      'UNAUTHORIZED',
      'Your authorization token is invalid or has expired. Reauthenticate and try again.',
    );
  }
  if (access.reach === 'reads') checkIsRead(request);
  return access.region;
}

/** IAM's words for a push with a password that is only good for pulls. */
function checkIsRead({ method, url = '' }: IncomingMessage): void {
  if (method === 'GET' || method === 'HEAD') return;
  const action = url.includes('/manifests/') ? 'ecr:PutImage' : 'ecr:InitiateLayerUpload';
  throw new RegistryError(
    'DENIED',
    `User is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
  );
}

function answerError(
  options: RegistryApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (isDiskFull(error)) options.logger.warn({ url: request.url }, 'The disk is full.');
  const known = isDiskFull(error) ? diskFull() : error instanceof RegistryError ? error : undefined;
  if (known === undefined && !isHangUp(error))
    options.logger.error({ err: error, url: request.url }, 'The registry failed to answer.');
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const answer = known ?? new RegistryError('UNKNOWN', 'The registry failed to answer. Its log says why.');
  if (answer.code === 'UNAUTHORIZED') {
    response.setHeader(
      'www-authenticate',
      `Basic realm="http://${options.host}/",service="ecr.amazonaws.com"`,
    );
  }
  // What is left of a body that could not be taken will not be read, so no request can follow it.
  if (request.destroyed && !request.complete) response.setHeader('connection', 'close');
  writeRegistryError(response, answer);
}

const TAGS_PER_PAGE = 1000;

/** GET of `/v2/<name>/tags/list`, in lexical order with pages as in the OCI specification. */
function answerTagList({ request, response, url, repository }: RepositoryRequest, rest: string): void {
  if (rest !== 'list' || request.method !== 'GET') {
    throw new RegistryError('UNSUPPORTED', `The registry has nothing at ${url.pathname}.`);
  }
  const last = url.searchParams.get('last') ?? '';
  const asked = Number(url.searchParams.get('n') ?? TAGS_PER_PAGE);
  const count = Number.isSafeInteger(asked) && asked >= 0 ? Math.min(asked, TAGS_PER_PAGE) : TAGS_PER_PAGE;

  const remaining = [...repository.tags.keys()].toSorted().filter((tag) => tag > last);
  const tags = remaining.slice(0, count);
  const final = tags.at(-1);
  if (final !== undefined && tags.length < remaining.length) {
    const next = new URLSearchParams({ n: String(count), last: final });
    response.setHeader('link', `</v2/${repository.name}/tags/list?${next.toString()}>; rel="next"`);
  }
  const body = JSON.stringify({ name: repository.name, tags });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
