import type { IncomingMessage } from 'node:http';
import { awsError } from './service.ts';

/** The longest body of an API call. ECR's layer parts and manifests stay well below it. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Reads a request's body as text, and no more of it than the limit.
 *
 * @throws AwsError `RequestEntityTooLargeException` (413).
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) {
      throw awsError(
        'RequestEntityTooLargeException',
        `The request is longer than ${BODY_LIMIT_BYTES} bytes.`,
        {
          status: 413,
        },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
