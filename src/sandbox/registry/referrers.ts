import { isDigest } from './digest.ts';
import { MEDIA_TYPES } from './manifest.ts';
import { RegistryError } from './registry-error.ts';
import type { RepositoryRequest } from './registry-request.ts';
import type { Repository, StoredImage } from './repository.ts';

/** The images of the repository that say something about the image of this digest, such as signatures of it. */
export function referrersOf(repository: Repository, digest: string): readonly StoredImage[] {
  return [...repository.images.values()].filter(({ manifest }) => manifest.subject === digest);
}

/** The kind of an artifact: what it says, or else the type of its configuration. */
export function artifactTypeOf({ manifest }: StoredImage): string | undefined {
  return manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
}

/**
 * GET of `/v2/<name>/referrers/<digest>`: an index of all referrers, empty when there are none. They follow from the
 * manifests, so those count too that a client pushed before and lists under a tag by itself (the specification's
 * fallback).
 */
export function answerReferrers(
  { request, response, url, repository }: RepositoryRequest,
  digest: string,
): void {
  if (request.method !== 'GET') throw new RegistryError('UNSUPPORTED', 'Referrers are only read.');
  if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', `'${digest}' is not a digest.`);
  const wanted = url.searchParams.get('artifactType');
  const referrers = referrersOf(repository, digest).filter(
    (image) => wanted === null || artifactTypeOf(image) === wanted,
  );
  const body = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: referrers.map((image) => ({
      mediaType: image.manifest.mediaType,
      digest: image.digest,
      size: image.bytes.length,
      artifactType: artifactTypeOf(image),
      annotations: image.manifest.annotations,
    })),
  });
  response.writeHead(200, {
    'content-type': MEDIA_TYPES.ociIndex,
    'content-length': Buffer.byteLength(body),
    ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }),
  });
  response.end(body);
}
