import type { Answer, ApiRequest, Protocol } from './protocol.ts';
import { readRequest } from './read-request.ts';
import { type AwsService, awsError } from './service.ts';

/** S3 is told from the other services by the service that a request is signed for: its paths are names of buckets. */
export function isS3({ headers }: ApiRequest): boolean {
  return /^AWS4-HMAC-SHA256 Credential=[^,]*\/s3\/aws4_request,/.test(headers.authorization ?? '');
}

const READ = 'GetObject';

/**
 * REST with XML as S3 speaks it, with the bucket in the path: only objects are read here, so the answer is the object itself
 * and an error is the only XML. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function createS3Protocol(service: AwsService | undefined): Protocol {
  return {
    read({ method, target }) {
      const run = service?.operations[READ];
      const [, bucket, key] = /^\/([^/]+)\/(.+)$/.exec(target.pathname) ?? [];
      if (
        service === undefined ||
        run === undefined ||
        method !== 'GET' ||
        bucket === undefined ||
        key === undefined
      ) {
        const sentence = 'The sandbox reads objects of S3, and does nothing else with them.';
        throw awsError('MethodNotAllowed', sentence, { status: 405 });
      }
      return {
        service: service.name,
        operation: READ,
        run,
        readInput: () => readRequest(run.schema[4], { Bucket: decoded(bucket), Key: decoded(key) }),
        writeOutput: answerOf,
      };
    },
    writeError({ code, message, status }, requestId) {
      const [name, itsStatus] = ERRORS[code] ?? [code, status];
      return {
        status: itsStatus,
        contentType: 'application/xml',
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      };
    },
  };
}

/** S3's own names and statuses of errors that every service has. */
const ERRORS: Readonly<Record<string, readonly [name: string, status: number]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  ExpiredTokenException: ['ExpiredToken', 400],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  ThrottlingException: ['SlowDown', 503],
  UnrecognizedClientException: ['InvalidAccessKeyId', 403],
};

function answerOf(output: object): Answer {
  const members = new Map<string, unknown>(Object.entries(output));
  const body = members.get('Body');
  const changedAt = members.get('LastModified');
  return {
    status: 200,
    contentType: 'binary/octet-stream',
    headers: {
      'content-length': String(members.get('ContentLength')),
      etag: String(members.get('ETag')),
      ...(changedAt instanceof Date && { 'last-modified': changedAt.toUTCString() }),
    },
    body: isStream(body) ? body : '',
  };
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw awsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
