import { Readable } from 'node:stream';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { type EcrLogin, readRegistryLogin } from '../docker/registry-login.ts';
import { httpRequest } from '../network/http-request.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Blob } from './image-tree.ts';

/** Where an upload goes on, or that none is needed. */
export type BeginningOfUpload =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'started'; readonly address: URL };

/** Sends blobs to repositories of one registry of ECR. */
export interface RegistryClient {
  /**
   * Starts an upload. With `from` the registry is asked first to take the blob from that repository of its own.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
   */
  beginUpload(
    repository: string,
    blob: Blob,
    from: string | undefined,
    signal: AbortSignal,
  ): Promise<BeginningOfUpload>;
  /** Sends the bytes of a blob and ends the upload; the registry checks them against the digest. */
  sendBlob(address: URL, blob: Blob, body: Readable, signal: AbortSignal): Promise<void>;
}

const MOST_READ_BYTES = 4_000;
const RegistryErrors = lazyObject(() => ({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).min(1),
}));

interface Sent {
  readonly method: string;
  readonly address: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly signal: AbortSignal;
}

/** The login is read when it is first needed and once more when the registry refuses it: it is good for 12 hours. */
export function createRegistryClient(ecr: ECRClient, secrets: KnownSecrets): RegistryClient {
  let login: Promise<EcrLogin> | undefined;
  /** The password that the registry has refused: another one may do, the same one and the next one will not. */
  let refused: string | undefined;
  const handler: Pick<RequestHandler, 'handle'> = ecr.config.requestHandler;

  function loginFor(signal: AbortSignal): Promise<EcrLogin> {
    login ??= readRegistryLogin(ecr, secrets, signal).catch((error: unknown) => {
      login = undefined;
      throw error;
    });
    return login;
  }

  async function send({ method, address, headers = {}, body, signal }: Sent) {
    const { username, password } = await loginFor(signal);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const request = httpRequest(address, { method, headers: { ...headers, authorization }, body });
    try {
      // A large layer takes its time: the connection has a limit for silence.
      const { response } = await handler.handle(request, { abortSignal: signal, requestTimeout: 0 });
      // Nobody follows a redirection: the login is for this registry alone.
      if (response.statusCode < 300) {
        if (response.body instanceof Readable) response.body.resume();
        return response;
      }
      const reason = await readReason(response.body);
      if (response.statusCode === 401 && isRenewable(password)) throw endedLogin(address.host);
      throw refusal(address.host, response.statusCode, reason, secrets);
    } catch (error) {
      if (error instanceof SlipwayError || signal.aborted) throw error;
      throw new SlipwayError(
        'UNAVAILABLE',
        `The registry ${address.host} cannot be reached. Check the network and try again.`,
        { retryable: true, cause: error },
      );
    }
  }

  /** Several uploads are refused at once with one login, which is renewed once for all of them. */
  function isRenewable(password: string): boolean {
    if (refused !== undefined && refused !== password) return false;
    if (refused === undefined) login = undefined;
    refused = password;
    return true;
  }

  return {
    async beginUpload(repository, { digest }, from, signal) {
      const { serveraddress } = await loginFor(signal);
      const address = new URL(`/v2/${repository}/blobs/uploads/`, serveraddress);
      if (from !== undefined) {
        address.searchParams.set('mount', digest);
        address.searchParams.set('from', from);
      }
      const headers = { 'content-length': '0' };
      const { statusCode, headers: answered } = await send({ method: 'POST', address, headers, signal });
      if (statusCode === 201) return { kind: 'mounted' };
      return { kind: 'started', address: uploadAddress(answered.location, serveraddress) };
    },
    async sendBlob(address, { digest, size }, body, signal) {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const answer = await send({ method: 'PATCH', address, headers, body, signal });
      const end = uploadAddress(answer.headers.location, address.href);
      end.searchParams.set('digest', digest);
      await send({ method: 'PUT', address: end, headers: { 'content-length': '0' }, signal });
    },
  };
}

/** The registry says where to go on. Its login goes to no other host. */
function uploadAddress(location: string | undefined, base: string): URL {
  const address = URL.parse(location ?? '', base);
  if (address !== null && address.origin === new URL(base).origin) return address;
  throw new SlipwayError(
    'REGISTRY_REFUSED',
    `The registry ${new URL(base).host} named no address of its own for the upload. Try again.`,
  );
}

async function readReason(body: unknown): Promise<string> {
  if (!(body instanceof Readable)) return '';
  let text = '';
  for await (const chunk of body) {
    text += String(chunk);
    if (text.length > MOST_READ_BYTES) break;
  }
  try {
    const [first] = RegistryErrors.parse(JSON.parse(text)).errors;
    return [first?.code, first?.message].filter((part) => part !== undefined).join(': ');
  } catch {
    return '';
  }
}

/** A login is good for 12 hours, and may end while layers are sent. */
function endedLogin(host: string): SlipwayError {
  return new SlipwayError('UNAVAILABLE', `The login at the registry ${host} has ended. Try again.`, {
    retryable: true,
  });
}

function refusal(host: string, status: number, reason: string, secrets: KnownSecrets): SlipwayError {
  const said = reason === '' ? `HTTP ${status}` : `HTTP ${status}, ${secrets.hide(reason)}`;
  const message = `The registry ${host} refused a layer (${said}).`;
  if (status < 400) {
    return new SlipwayError(
      'REGISTRY_REFUSED',
      `${message} It names another address for uploads, and its login is sent to no other address. Check the endpoint and the proxy.`,
    );
  }
  if (status === 401) {
    return new SlipwayError(
      'FORBIDDEN',
      `${message} It takes no login of this identity, not even a new one. Check that the repository is of this account and region.`,
    );
  }
  if (status === 413)
    return new SlipwayError('REGISTRY_REFUSED', `${message} The layer is too large for it.`);
  // https://www.rfc-editor.org/rfc/rfc4918#section-11.5
  if (status === 507)
    return new SlipwayError('REGISTRY_REFUSED', `${message} It has no space left. Free some and try again.`);
  if (status >= 500) return new SlipwayError('UNAVAILABLE', `${message} Try again.`, { retryable: true });
  if (status === 429)
    return new SlipwayError('THROTTLED', `${message} Try again in a minute.`, { retryable: true });
  if (status === 403) {
    return new SlipwayError(
      'FORBIDDEN',
      `${message} The identity needs ecr:InitiateLayerUpload, ecr:UploadLayerPart and ecr:CompleteLayerUpload.`,
      { detail: { action: 'ecr:UploadLayerPart' } },
    );
  }
  if (status === 404 && reason.startsWith('NAME_UNKNOWN')) {
    return new SlipwayError(
      'NOT_FOUND',
      `${message} The repository no longer exists. Create it, and copy the image again.`,
    );
  }
  // An upload that the registry has given up is started again.
  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
  if (status === 404) {
    return new SlipwayError('UNAVAILABLE', `${message} It no longer knows the upload. Try again.`, {
      retryable: true,
    });
  }
  return new SlipwayError('REGISTRY_REFUSED', `${message} See the registry's message.`);
}
