import { readBody } from '../aws-json/request-body.ts';
import { digestOf, isDigest } from './digest.ts';
import { readImageConfig } from './image-config.ts';
import { parseManifest } from './manifest.ts';
import { immutableTagMessage, type PutImageRefusal, refusalMessage } from './refusal.ts';
import type { Registry, RepositoryRequest } from './registry-api.ts';
import { RegistryError, type RegistryErrorCode } from './registry-error.ts';
import { findImage, isTagImmutable, putImage } from './repository.ts';

/** ECR takes manifests of up to 4 MiB. */
const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const TAGS_PER_PAGE = 1000;

/** HEAD, GET and PUT of `/v2/<name>/manifests/<tag or digest>`. */
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
    default:
      throw new RegistryError('UNSUPPORTED', 'Images are deleted with the BatchDeleteImage call of ECR.');
  }
}

/** GET of `/v2/<name>/tags/list`, in lexical order with pages as in the OCI specification. */
export function answerTagList({ request, response, url, repository }: RepositoryRequest, rest: string): void {
  if (rest !== 'list' || request.method !== 'GET') {
    throw new RegistryError('UNSUPPORTED', `The registry has nothing at ${url.pathname}.`);
  }
  const last = url.searchParams.get('last') ?? '';
  const asked = Number(url.searchParams.get('n') ?? TAGS_PER_PAGE);
  const count = Number.isSafeInteger(asked) && asked >= 0 ? Math.min(asked, TAGS_PER_PAGE) : TAGS_PER_PAGE;

  const remaining = [...repository.tags.keys()].toSorted().filter((tag) => tag > last);
  const tags = remaining.slice(0, count);
  const final = tags.at(-1);
  if (final !== undefined && tags.length < remaining.length) {
    const next = new URLSearchParams({ n: String(count), last: final });
    response.setHeader('link', `</v2/${repository.name}/tags/list?${next.toString()}>; rel="next"`);
  }
  const body = JSON.stringify({ name: repository.name, tags });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function readManifest(
  registry: Registry,
  { request, response, repository }: RepositoryRequest,
  reference: string,
): void {
  const image = findImage(repository, reference);
  if (image === undefined) throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found');
  response.writeHead(200, {
    'content-type': image.manifest.mediaType,
    'content-length': image.bytes.length,
    'docker-content-digest': image.digest,
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  image.lastPulledAt = registry.now();
  response.end(image.bytes);
}

async function writeManifest(registry: Registry, parts: RepositoryRequest, reference: string): Promise<void> {
  const { request, response, repository } = parts;
  const bytes = await readBody(request, MANIFEST_LIMIT_BYTES);
  if (bytes === undefined) {
    throw new RegistryError('SIZE_INVALID', `A manifest has at most ${MANIFEST_LIMIT_BYTES} bytes.`);
  }
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
  const pushed = { bytes, manifest, pushedAt: registry.now(), ...(config !== undefined && { config }) };
  const result = putImage(repository, pushed, tag);
  if (result.outcome !== 'stored' && result.outcome !== 'unchanged') {
    throw new RegistryError(
      REFUSAL_CODES[result.outcome],
      refusalMessage(result, repository, registry.accountId),
    );
  }

  const { digest } = result.image;
  response.writeHead(201, {
    location: `/v2/${repository.name}/manifests/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
  });
  response.end();
}

const REFUSAL_CODES = {
  'tag-is-immutable': 'TAG_INVALID',
  'layers-missing': 'MANIFEST_BLOB_UNKNOWN',
  'images-missing': 'MANIFEST_BLOB_UNKNOWN',
} as const satisfies Record<PutImageRefusal['outcome'], RegistryErrorCode>;
