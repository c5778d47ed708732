import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/request-body.ts';
import { digestOf, isDigest } from './digest.ts';
import { scanPushed } from './image-scan.ts';
import { parseManifest } from './manifest.ts';
import { readImageConfig } from './read-image-config.ts';
import { immutableTagMessage, type PutImageRefusal, refusalMessage } from './refusal.ts';
import { RegistryError, type RegistryErrorCode } from './registry-error.ts';
import type { Registry, RepositoryRequest } from './registry-request.ts';
import {
  blobsOf,
  changeImage,
  findImage,
  indexOf,
  isTagImmutable,
  putImage,
  removeImage,
  removeTag,
} from './repository.ts';

/** ECR takes manifests of up to 4 MiB. */
const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** HEAD, GET, PUT and DELETE of `/v2/<name>/manifests/<tag or digest>`. */
export async function answerManifest(
  registry: Registry,
  parts: RepositoryRequest,
  reference: string,
): Promise<void> {
  switch (parts.request.method) {
    case 'GET':
    case 'HEAD':
      return readManifest(registry, parts, reference);
    case 'PUT':
      return writeManifest(registry, parts, reference);
    case 'DELETE':
      return deleteManifest(registry, parts, reference);
    default:
      throw new RegistryError('UNSUPPORTED', 'Manifests are read, put and deleted.');
  }
}

function readManifest(
  registry: Registry,
  { request, response, repository }: RepositoryRequest,
  reference: string,
): void {
  const image = findImage(repository, reference);
  if (image === undefined) throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found');
  if (image.archivedAt !== undefined) {
    throw new RegistryError(
      'DENIED',
      `The image ${image.digest} is archived. Restore it before it is pulled.`,
    );
  }
  response.writeHead(200, {
    'content-type': image.manifest.mediaType,
    'content-length': image.bytes.length,
    'docker-content-digest': image.digest,
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  changeImage(repository, image, { lastPulledAt: registry.now() });
  response.end(image.bytes);
}

async function writeManifest(registry: Registry, parts: RepositoryRequest, reference: string): Promise<void> {
  const { request, response, repository } = parts;
  const bytes = await readManifestBytes(request, response);
  const tag = isDigest(reference) ? undefined : reference;
  if (tag === undefined && digestOf(bytes) !== reference) {
    throw new RegistryError('DIGEST_INVALID', `The manifest does not have the digest ${reference}.`);
  }
  if (tag !== undefined && !TAG.test(tag))
    throw new RegistryError('TAG_INVALID', `'${tag}' is not a valid tag.`);

  const parsed = parseManifest(bytes, request.headers['content-type']?.split(';')[0]?.trim());
  if (!parsed.ok) throw new RegistryError('MANIFEST_INVALID', parsed.reason);
  const { manifest } = parsed;
  const config = await readImageConfig(registry.blobs, repository, manifest);
  // A push to a tag that exists is refused even when it would change nothing; PutImage is milder.
  if (tag !== undefined && repository.tags.has(tag) && isTagImmutable(repository, tag)) {
    throw new RegistryError('TAG_INVALID', immutableTagMessage(tag, repository));
  }
  await registry.blobs.writeToFiles(blobsOf({ manifest }));
  const pushed = { bytes, manifest, pushedAt: registry.now(), ...(config !== undefined && { config }) };
  const result = putImage(repository, pushed, tag);
  if (result.outcome !== 'stored' && result.outcome !== 'unchanged') {
    throw new RegistryError(
      REFUSAL_CODES[result.outcome],
      refusalMessage(result, repository, registry.accountId),
    );
  }

  if (result.outcome === 'stored') {
    scanPushed(registry.repositories, repository, result.image, registry.now());
  }
  const { digest } = result.image;
  response.writeHead(201, {
    location: `/v2/${repository.name}/manifests/${digest}`,
    'docker-content-digest': digest,
    // Tells the client that the referrers API knows about this image, so that it keeps no list of its own.
    ...(manifest.subject !== undefined && { 'oci-subject': manifest.subject }),
    'content-length': 0,
  });
  response.end();
}

async function readManifestBytes(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const body = await readBody(request, { bytes: MANIFEST_LIMIT_BYTES });
  switch (body.outcome) {
    case 'whole':
      return body.bytes;
    case 'too-long':
      throw new RegistryError('SIZE_INVALID', `A manifest has at most ${MANIFEST_LIMIT_BYTES} bytes.`);
    case 'too-slow':
      response.setHeader('connection', 'close');
      throw new RegistryError('MANIFEST_INVALID', 'The manifest did not come in time.', 408);
  }
}

/** By tag only the tag is deleted, and the image with its last tag; by digest the image with all of its tags. */
function deleteManifest(
  registry: Registry,
  { response, repository }: RepositoryRequest,
  reference: string,
): void {
  const image = findImage(repository, reference);
  if (image === undefined) throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found');
  const goesAway = isDigest(reference) || image.tags.size === 1;
  const index = goesAway ? indexOf(repository, image.digest) : undefined;
  if (index !== undefined) {
    throw new RegistryError('DENIED', `Requested image referenced by manifest list: [${index.digest}]`);
  }
  if (isDigest(reference)) removeImage(repository, image);
  else removeTag(repository, reference);
  if (goesAway) registry.garbage.afterRemoval(repository, [image]);
  response.writeHead(202, { 'content-length': 0 }).end();
}

const REFUSAL_CODES = {
  'tag-is-immutable': 'TAG_INVALID',
  'layers-missing': 'MANIFEST_BLOB_UNKNOWN',
  'images-missing': 'MANIFEST_BLOB_UNKNOWN',
} as const satisfies Record<PutImageRefusal['outcome'], RegistryErrorCode>;
