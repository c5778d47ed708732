import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';

/** What a registry does instead of what it should. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly location?: string }
  /** The request is never answered, until the connection is dropped. */
  | { readonly kind: 'silent' }
  /** A body is read in small parts, so that it takes seconds. */
  | { readonly kind: 'slow' }
  /** The connection ends while a body is sent or received. */
  | { readonly kind: 'dropped' }
  /** The bytes of an answer are others, and as many. */
  | { readonly kind: 'other-bytes' }
  /** The request is carried out, and its answer never comes. */
  | { readonly kind: 'unanswered'; readonly done: () => void }
  /** The answer of AWS to a call. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: object };

/** `ListImages` for a call of the API, `PATCH upload` and such for the registry, `GET layer` for a download; and its path. */
type FaultOf = (request: string, url: string) => Fault | undefined;

/** A request that the registry, or the API, has carried out. */
export interface CarriedOut {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Whether the answer was passed on. */
  readonly isAnswered: boolean;
}

/** Stands before the registry and the API of an AWS on this machine, and fails as a test wants it. */
export interface RegistryFront {
  readonly endpoint: string;
  /** The oldest first. */
  readonly carriedOut: readonly CarriedOut[];
  /** Requests of clients and those that are passed on, until each is answered or ended. */
  openRequests(): number;
  fail(faultOf: FaultOf): void;
  /** Ends the connections of requests that wait for an answer which never comes. */
  dropSilent(): void;
  close(): Promise<void>;
}

export async function startRegistryFront(target: string): Promise<RegistryFront> {
  let faultOf: FaultOf = () => undefined;
  let own = '';
  let open = 0;
  const carriedOut: CarriedOut[] = [];
  const silent = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    const fault = faultOf(nameOf(incoming), incoming.url ?? '/');
    open += 1;
    outgoing.once('close', () => {
      open -= 1;
      silent.delete(outgoing);
    });
    switch (fault?.kind) {
      case 'status': {
        if (fault.location !== undefined) outgoing.setHeader('location', fault.location);
        const errors = [{ code: 'TEST', message: `Answer ${fault.status}` }];
        return afterBody(incoming, () => writeJson(outgoing, fault.status, { errors }));
      }
      case 'silent':
        silent.add(outgoing);
        return void incoming.resume();
      case 'answer':
        return afterBody(incoming, () => writeJson(outgoing, fault.status, fault.body));
      case 'dropped':
        if (incoming.method !== 'GET') return void incoming.once('data', () => incoming.destroy());
        return carry(incoming, outgoing, fault);
      case 'other-bytes':
      case 'slow':
      case 'unanswered':
      case undefined:
        return carry(incoming, outgoing, fault);
    }
  });

  function carry(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    const { method = 'GET', headers, url = '/' } = incoming;
    // The Host header stays as it is: it is signed.
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      const isAnswered = fault?.kind !== 'unanswered';
      carriedOut.push({ method, url, status: answer.statusCode ?? 500, isAnswered });
      if (fault?.kind === 'unanswered') {
        answer.resume();
        silent.add(outgoing);
        return void answer.once('end', fault.done);
      }
      if (outgoing.destroyed) return void answer.resume();
      if (url === '/') return void rewrite(answer, outgoing);
      const location = answer.headers.location?.replace(target, own);
      outgoing.writeHead(answer.statusCode ?? 500, {
        ...answer.headers,
        ...(location === undefined ? {} : { location }),
      });
      answer.on('error', () => outgoing.destroy());
      if (fault?.kind === 'dropped') return void answer.once('data', () => outgoing.destroy());
      if (fault?.kind === 'other-bytes') {
        answer.on('data', (chunk: Buffer) => outgoing.write(Buffer.alloc(chunk.length)));
        return void answer.on('end', () => outgoing.end());
      }
      answer.pipe(outgoing);
    });
    let isAnswered = false;
    open += 1;
    passed.once('close', () => {
      open -= 1;
    });
    passed.once('response', () => {
      isAnswered = true;
    });
    passed.on('error', () => outgoing.destroy());
    // A whole request is carried out, also where its client has gone before the answer.
    outgoing.on('close', () => {
      if (isAnswered || !incoming.complete) passed.destroy();
    });
    if (fault?.kind === 'slow') carrySlowly(incoming, passed);
    else incoming.pipe(passed);
  }

  /** The addresses in answers of the API become those of the front. */
  async function rewrite(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // Addresses of repositories have no scheme.
    const said = (await text(answer)).replaceAll(new URL(target).host, new URL(own).host);
    const length = { 'content-length': String(Buffer.byteLength(said)) };
    outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...length });
    outgoing.end(said);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The front has no port.');
  own = `http://127.0.0.1:${address.port}`;
  return {
    endpoint: own,
    carriedOut,
    openRequests: () => open,
    dropSilent() {
      for (const each of silent) each.destroy();
    },
    fail(next) {
      faultOf = next;
    },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

const PART_PAUSE_MS = 20;

function carrySlowly(incoming: IncomingMessage, passed: ClientRequest): void {
  incoming.on('data', (part: Buffer) => {
    passed.write(part);
    incoming.pause();
    setTimeout(() => incoming.resume(), PART_PAUSE_MS);
  });
  incoming.on('end', () => passed.end());
}

/** A client whose request is answered while it still sends may find its connection broken instead of the answer. */
function afterBody(incoming: IncomingMessage, answer: () => void): void {
  incoming.once('end', answer).resume();
}

function nameOf({ method = '', url = '', headers }: IncomingMessage): string {
  const call = headers['x-amz-target'];
  if (typeof call === 'string') return call.replace(/^.*\./, '');
  if (url.startsWith('/layers/')) return `${method} layer`;
  return url.includes('/blobs/uploads/') ? `${method} upload` : `${method} ${url}`;
}

function writeJson(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
