import { pipeline } from 'node:stream/promises';
import type { SandboxLogger } from '../core/logger.ts';
import { isHangUp } from '../http/hang-up.ts';
import type { RequestHandler } from '../http/loopback-server.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { BlobStore } from './blob-store.ts';

/** Where layers are downloaded with a signed address, as from ECR's bucket in S3. */
export const LAYER_PATH = '/layers/';

/** The address that GetDownloadUrlForLayer answers with: good for this blob until `expiresAt`, without other rights. */
export function layerUrl(endpoint: string, digest: string, tokens: AccessTokens, expiresAt: Date): string {
  const url = new URL(`${LAYER_PATH}${digest}`, endpoint);
  url.searchParams.set('token', tokens.issue(purposeOf(digest), expiresAt));
  return url.href;
}

/** Makes the HTTP handler for `/layers/`. */
export function createLayerDownloads(
  blobs: BlobStore,
  tokens: AccessTokens,
  logger: SandboxLogger,
): RequestHandler {
  return async (_request, response, url) => {
    const digest = url.pathname.slice(LAYER_PATH.length);
    if (!tokens.isValid(purposeOf(digest), url.searchParams.get('token') ?? '', new Date())) {
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.end('The address is not valid, or no longer so. Ask GetDownloadUrlForLayer for a new one.');
      return;
    }
    try {
      const size = await blobs.size(digest);
      if (size === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
      await pipeline(blobs.read(digest), response);
    } catch (error) {
      if (!isHangUp(error)) logger.error({ err: error, digest }, 'A layer cannot be read.');
      response.destroy();
    }
  };
}

function purposeOf(digest: string): string {
  return `download ${digest}`;
}
