import {
  type ClientRequest,
  type Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { WriteBytes } from './context-blocks.ts';
import { asSentence, EngineError } from './docker-errors.ts';
import type { RegistryLogin } from './registry-logins.ts';

const EngineVersion = lazyObject(() => ({ Version: z.string(), Os: z.string(), Arch: z.string() }));

const ListedImages = z.array(
  lazyObject(() => ({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    /** The digests of the image in registries, as `REGISTRY/REPOSITORY@DIGEST`. */
    RepoDigests: z.array(z.string()).nullish(),
    /** Empty for an image that this Engine's classic builder has not made. */
    ParentId: z.string().nullish(),
    /** Seconds since 1970. */
    Created: z.number(),
    Size: z.number(),
  })),
);

const InspectedImage = lazyObject(() => ({
  Id: z.string(),
  Size: z.number(),
  Os: z.string().nullish(),
  Architecture: z.string().nullish(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  /** Digests of what the layers have unpacked, from the base on. */
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
}));

const ImageHistory = z.array(lazyObject(() => ({ Size: z.number() })));

export type EngineVersion = z.output<typeof EngineVersion>;
export type ListedImages = z.output<typeof ListedImages>;
export type InspectedImage = z.output<typeof InspectedImage>;
export type ImageHistory = z.output<typeof ImageHistory>;

/** Parameters of a build in the Engine's API; what is undefined is left out. */
export type BuildQuery = Readonly<Record<string, string | undefined>>;

/** Writes the context of a build; the signal aborts once the Engine takes no more of it. */
export type SendContext = (write: WriteBytes, signal: AbortSignal) => Promise<void>;

/**
 * The requests of the Docker Engine API that Slipway makes, without a version in their paths, so that every Engine answers
 * with its own. Each rejects with an EngineError for a refusal, and with the error of the connection.
 *
 * https://docs.docker.com/reference/api/engine/
 */
export interface EngineClient {
  ping(): Promise<void>;
  version(): Promise<EngineVersion>;
  listImages(): Promise<ListedImages>;
  /** @param image its name or id */
  inspectImage(image: string): Promise<InspectedImage>;
  /** The steps that an image was built with, the newest first. */
  imageHistory(image: string): Promise<ImageHistory>;
  tagImage(image: string, repository: string, tag: string): Promise<void>;
  hasNetwork(name: string): Promise<boolean>;
  /** What happens in the Engine from now on, as a stream of objects that ends with the Engine. */
  events(filters: Readonly<Record<string, readonly string[]>>): Promise<IncomingMessage>;
  /** The Engine's stream of progress, in which errors are messages too. */
  pushImage(repository: string, tag: string, login: RegistryLogin): Promise<IncomingMessage>;
  /** The Engine's stream of progress. Rejects with the error of `send` too. */
  buildImage(query: BuildQuery, send: SendContext): Promise<IncomingMessage>;
}

/** Files in PEM, and whether the certificate of the Engine has to be valid. */
export interface TlsOfEngine {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/** How requests reach the Engine. */
export interface EngineRoute {
  readonly target: { readonly socketPath: string } | { readonly host: string; readonly port?: number };
  /** Before each path, without slashes at its ends. */
  readonly pathPrefix?: string | undefined;
  /** Missing for requests without TLS. */
  readonly tls?: TlsOfEngine | undefined;
  readonly agent: HttpAgent;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Opens nothing: each request has a connection of its own, as the agent says. */
export function createEngineClient(route: EngineRoute): EngineClient {
  const open = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): ClientRequest => {
    const { pathPrefix, agent, tls, target } = route;
    const request = tls === undefined ? requestHttp : requestHttps;
    return request({
      ...target,
      ...tls,
      agent,
      method,
      path: `${pathPrefix === undefined ? '' : `/${pathPrefix}`}${path}`,
      headers: { ...route.headers, ...headers },
    });
  };
  const get = async (path: string): Promise<IncomingMessage> => {
    const request = open('GET', path);
    request.end();
    return answerOf(request);
  };
  const post = async (
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IncomingMessage> => {
    const request = open('POST', path, { 'Content-Length': '0', ...headers });
    request.end();
    return answerOf(request);
  };

  return {
    async ping() {
      await readWhole(await get('/_ping'));
    },
    version: async () => EngineVersion.parse(await readJson(await get('/version'))),
    listImages: async () => ListedImages.parse(await readJson(await get('/images/json'))),
    inspectImage: async (image) =>
      InspectedImage.parse(await readJson(await get(`/images/${inPath(image)}/json`))),
    imageHistory: async (image) =>
      ImageHistory.parse(await readJson(await get(`/images/${inPath(image)}/history`))),
    async tagImage(image, repository, tag) {
      const query = new URLSearchParams({ repo: repository, tag });
      await readWhole(await post(`/images/${inPath(image)}/tag?${query.toString()}`));
    },
    async hasNetwork(name) {
      try {
        await readWhole(await get(`/networks/${encodeURIComponent(name)}`));
        return true;
      } catch (error) {
        if (error instanceof EngineError && error.statusCode === 404) return false;
        throw error;
      }
    },
    events: (filters) =>
      get(`/events?${new URLSearchParams({ filters: JSON.stringify(filters) }).toString()}`),
    pushImage(repository, tag, login) {
      const headers = { 'X-Registry-Auth': encodeLogins(login) };
      return post(`/images/${inPath(repository)}/push?tag=${encodeURIComponent(tag)}`, headers);
    },
    async buildImage(query, send) {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
      const request = open('POST', `/build?${parameters.toString()}`, {
        'Content-Type': 'application/x-tar',
      });
      return sendContext(request, send);
    },
  };
}

/** Base64 with padding, in the alphabet of URLs: the Engine reads no login from the other one. */
export function encodeLogins(logins: object): string {
  const base64 = Buffer.from(JSON.stringify(logins)).toString('base64');
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

async function sendContext(request: ClientRequest, send: SendContext): Promise<IncomingMessage> {
  const over = new AbortController();
  const answered = answerOf(request);
  const write: WriteBytes = (bytes) =>
    new Promise((resolve, reject) => {
      request.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  // Its error becomes the one of the request, and so of the answer.
  const sending = send(write, over.signal).then(
    () => void request.end(),
    (error: Error) => void request.destroy(error),
  );
  try {
    const answer = await answered;
    answer.once('close', () => over.abort());
    return answer;
  } catch (error) {
    over.abort();
    await sending;
    throw error;
  }
}

/** Resolves with the head of a good answer. Rejects with the Engine's words in a bad one. */
async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('error', reject);
  request.on('response', resolve);
  const answer = await promise;
  const { statusCode = 0 } = answer;
  if (statusCode < 400) return answer;
  const said = await readStart(answer, MOST_ERROR_CHARACTERS);
  throw new EngineError(statusCode, messageOf(said) ?? asSentence(said || `HTTP status ${statusCode}`));
}

/** Far more than the list of 10,000 images has. */
const MOST_ANSWER_CHARACTERS = 64 * 1024 * 1024;
const MOST_ERROR_CHARACTERS = 16 * 1024;

/** The beginning of an answer. What follows is not read. */
async function readStart(answer: IncomingMessage, most: number): Promise<string> {
  answer.setEncoding('utf8');
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of answer) {
    pieces.push(String(piece));
    length += String(piece).length;
    if (length > most) break;
  }
  return pieces.join('').slice(0, most + 1);
}

async function readWhole(answer: IncomingMessage): Promise<string> {
  const said = await readStart(answer, MOST_ANSWER_CHARACTERS);
  if (said.length <= MOST_ANSWER_CHARACTERS) return said;
  throw new EngineError(answer.statusCode ?? 0, 'Its answer is larger than 64 MiB.');
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  return JSON.parse(await readWhole(answer));
}

const ErrorAnswer = lazyObject(() => ({ message: z.string() }));

function messageOf(said: string): string | undefined {
  try {
    return ErrorAnswer.parse(JSON.parse(said)).message;
  } catch {
    return undefined;
  }
}

/** A name or id in a path: the Engine wants its slashes and colons as they are. */
function inPath(image: string): string {
  return encodeURIComponent(image).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');
}
