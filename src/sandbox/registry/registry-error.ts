import type { ServerResponse } from 'node:http';

/** Error codes of the OCI distribution specification, with the HTTP status that goes with each. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 413,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const;

export type RegistryErrorCode = keyof typeof STATUS;

/** An error that the registry answers with. */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode;
  /** The HTTP status. */
  readonly status: number;

  constructor(code: RegistryErrorCode, message: string, status: number = STATUS[code]) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.status = status;
  }
}

/** The specification has no code for a full disk; HTTP has a status. */
export function diskFull(): RegistryError {
  const message = 'The disk that the registry writes to is full. Free some space and push again.';
  return new RegistryError('UNKNOWN', message, 507);
}

export function writeRegistryError(response: ServerResponse, { code, message, status }: RegistryError): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
