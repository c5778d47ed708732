/** Every error code. Codes are for programs; people read the message. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'UNKNOWN_METHOD'
  | 'CONTRACT_VIOLATION'
  | 'CANCELLED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'THROTTLED'
  | 'AUTH_REQUIRED'
  | 'MFA_REQUIRED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'STALE_PLAN'
  | 'PREFLIGHT_FAILED'
  | 'DOCKER_UNAVAILABLE'
  | 'REGISTRY_REFUSED'
  | 'REGISTRY_UNAVAILABLE'
  | 'BUILD_FAILED'
  | 'TASK_FAILED'
  | 'INTERNAL';

/** An error as it crosses the bridge: no stack, no path, no credential. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  /** Facts for programs, such as `action` (the missing IAM action) or `correlationId` (see the log). */
  readonly detail: Readonly<Record<string, string>>;
}

interface SlipwayErrorOptions {
  readonly retryable?: boolean;
  readonly detail?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * The only error that crosses the bridge. The message is a sentence for a person: what happened, to what,
 * and what to do next. `cause` stays on the engine's side, for the log.
 */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly detail: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: SlipwayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.detail = options.detail ?? {};
  }
}

/** What crosses the bridge of an error: a copy of its four public fields. */
export function toWire(error: SlipwayError): WireError {
  return {
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    detail: { ...error.detail },
  };
}

/** The error that a caller catches for what came over the bridge. */
export function fromWire(wire: WireError): SlipwayError {
  return new SlipwayError(wire.code, wire.message, { retryable: wire.retryable, detail: wire.detail });
}

/** The error of a call that its caller has cancelled. */
export function cancelled(what: string): SlipwayError {
  return new SlipwayError('CANCELLED', `${what} was cancelled.`);
}
