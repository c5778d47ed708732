import { basename } from 'node:path';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { type DockerEndpoint, isElsewhere, nameOfEngine } from './endpoint.ts';

/** An answer of the Docker Engine with an HTTP status from 400 on, with its own words. */
export class EngineError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.name = 'EngineError';
    this.statusCode = statusCode;
  }
}

/** What Linux, and everything that ran in a container, says of a full disk; and what the Engine says of its own. */
export const DISK_FULL = /no space left on device|disk quota exceeded|not enough (?:free )?(?:disk )?space/i;

const NOT_RUNNING = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT']);

/** Codes of a connection that ended before its answer did: the Engine was stopped, or has crashed. */
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE']);

/**
 * The sentence for an Engine that cannot be asked, with DOCKER_UNAVAILABLE; undefined for an error that is not of the
 * connection.
 */
export function connectionFailure(error: unknown, endpoint: DockerEndpoint): SlipwayError | undefined {
  if (error instanceof SlipwayError || unreadableFile(error) !== undefined) return undefined;
  const engine = nameOfEngine(endpoint);
  const unavailable = (message: string): SlipwayError =>
    new SlipwayError('DOCKER_UNAVAILABLE', message, { cause: error });
  if (error instanceof EngineError) {
    if (!WANTS_TLS.test(error.message)) return undefined;
    return unavailable(
      `${engine} is asked without TLS, which it wants. Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or give its context certificates.`,
    );
  }
  const code = systemCode(error) ?? '';
  if (code === 'EACCES' || code === 'EPERM') {
    return unavailable(
      "You aren't allowed to use the Docker Engine of this machine. Add yourself to the group “docker” and sign in again, " +
        'or set DOCKER_HOST to an Engine that you can use.',
    );
  }
  if (OF_TLS.test(code)) {
    const words = error instanceof Error ? asSentence(error.message.split('\n')[0] ?? '') : '';
    return unavailable(
      `${engine} was not trusted, or did not trust this machine: ${words} Check ca.pem, cert.pem and key.pem of DOCKER_CERT_PATH or of the context.`,
    );
  }
  if (BROKEN_OFF.has(code)) {
    return new SlipwayError(
      'DOCKER_UNAVAILABLE',
      `${engine} ended the connection before it had finished. See whether Docker was stopped${isElsewhere(endpoint) ? ' there' : ''}, and try again.`,
      { retryable: true, cause: error },
    );
  }
  if (!NOT_RUNNING.has(code)) return undefined;
  const advice = isElsewhere(endpoint)
    ? 'Check the address and that Docker runs there, and try again; or choose another Engine with DOCKER_HOST or “docker context use”.'
    : 'Start Docker and try again; if it runs elsewhere, set DOCKER_HOST or choose its context with “docker context use”.';
  return new SlipwayError('DOCKER_UNAVAILABLE', `${engine} does not answer. ${advice}`, {
    retryable: true,
    cause: error,
  });
}

/** What the Engine answers to a request without TLS. */
const WANTS_TLS = /HTTP request to an HTTPS server/i;
/** Codes of OpenSSL and of Node's checks of a certificate. */
const OF_TLS = /^ERR_(?:TLS|SSL|OSSL)_|CERT|^EPROTO$|UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

/**
 * The sentence for what went wrong between Slipway and the Docker Engine. `what` is what was tried, such as
 * `build shop/web:1`. Codes: CANCELLED, DOCKER_UNAVAILABLE, NOT_FOUND, CONFLICT, INVALID_INPUT, INTERNAL.
 */
export function dockerFailure(error: unknown, what: string, signal?: AbortSignal): SlipwayError {
  if (signal?.aborted) return cancelled(`The request to ${what}`);
  if (error instanceof SlipwayError) return error;

  const file = unreadableFile(error);
  if (file !== undefined) {
    return new SlipwayError(
      'INVALID_INPUT',
      `The file ${file} couldn't be read to ${what}. Check that it exists and that you can read it, or leave ` +
        'it out with .dockerignore.',
      { cause: error },
    );
  }
  if (!(error instanceof EngineError)) {
    return new SlipwayError(
      'INTERNAL',
      `The Docker Engine failed to ${what}. See Slipway's log for details.`,
      {
        cause: error,
      },
    );
  }
  if (DISK_FULL.test(error.message)) {
    return new SlipwayError(
      'DOCKER_UNAVAILABLE',
      `The Docker Engine has no space left to ${what}. Free space, such as with “docker system prune”, and try again.`,
      { retryable: true, cause: error },
    );
  }
  return new SlipwayError(
    codeOfStatus(error.statusCode),
    `Docker could not ${what}: ${asSentence(error.message)}`,
    {
      cause: error,
    },
  );
}

/** The HTTP status that the Docker Engine answered with, if it answered. */
export function engineStatus(error: unknown): number | undefined {
  return error instanceof EngineError ? error.statusCode : undefined;
}

/** A message of the Docker Engine, as the end of a sentence. */
export function asSentence(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function codeOfStatus(status: number): 'INVALID_INPUT' | 'NOT_FOUND' | 'CONFLICT' | 'INTERNAL' {
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  return status >= 400 && status < 500 ? 'INVALID_INPUT' : 'INTERNAL';
}

/** The name of a file of the build context that the error is about. An engine's socket is connected to, not read. */
function unreadableFile(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall === 'connect') return undefined;
  return 'path' in error && typeof error.path === 'string' ? basename(error.path) : undefined;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
