import { pipeline } from 'node:stream/promises';
import type { ByteRange } from './blob-store.ts';
import { isDigest } from './digest.ts';
import { RegistryError } from './registry-error.ts';
import type { Registry, RepositoryRequest } from './registry-request.ts';
import { addLayer, blobsOf, removeLayers } from './repository.ts';
import { UploadGone, type UploadSession, UploadTooLarge } from './upload-sessions.ts';

/** HEAD, GET and DELETE of `/v2/<name>/blobs/<digest>`. */
export async function answerBlob(
  registry: Registry,
  parts: RepositoryRequest,
  digest: string,
): Promise<void> {
  const { request, response, repository } = parts;
  if (request.method === 'DELETE') return deleteBlob(registry, parts, digest);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw unsupported(request.method);
  const size = repository.layers.has(digest) ? await registry.blobs.size(digest) : undefined;
  if (size === undefined)
    throw new RegistryError('BLOB_UNKNOWN', `There is no blob ${digest} in '${repository.name}'.`);

  response.setHeader('accept-ranges', 'bytes');
  const range = requestedRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`);
    throw new RegistryError('RANGE_INVALID', `The blob has ${size} bytes.`);
  }
  response.setHeader('docker-content-digest', digest);
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-length', range === undefined ? size : range.end - range.start + 1);
  if (range !== undefined) response.setHeader('content-range', `bytes ${range.start}-${range.end}/${size}`);
  response.writeHead(range === undefined ? 200 : 206);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(registry.blobs.read(digest, range), response);
}

function deleteBlob(registry: Registry, { response, repository }: RepositoryRequest, digest: string): void {
  if (!repository.layers.has(digest)) {
    throw new RegistryError('BLOB_UNKNOWN', `There is no blob ${digest} in '${repository.name}'.`);
  }
  const user = [...repository.images.values()].find((image) => blobsOf(image).includes(digest));
  if (user !== undefined) {
    throw new RegistryError(
      'DENIED',
      `The blob ${digest} is part of the image ${user.digest}. Delete that first.`,
    );
  }
  removeLayers(repository, [digest]);
  registry.garbage.release([digest]);
  response.writeHead(202, { 'content-length': 0 }).end();
}

/** POST to `/v2/<name>/blobs/uploads/`: starts an upload, takes a blob in one go, or mounts one. */
export async function startUpload(registry: Registry, parts: RepositoryRequest): Promise<void> {
  const { request, url, repository } = parts;
  if (request.method !== 'POST') throw unsupported(request.method);

  const mounted = url.searchParams.get('mount');
  const source = registry.repositories.find(url.searchParams.get('from') ?? '');
  if (mounted !== null && source?.layers.has(mounted) === true) {
    addLayer(repository, mounted);
    request.resume();
    answerCreated(parts, mounted);
    return;
  }

  const session = registry.uploads.begin(repository);
  if (url.searchParams.has('digest')) return uploadAtOnce(parts, session);
  request.resume();
  answerProgress(parts, session, 202);
}

/** PATCH, PUT, GET and DELETE of `/v2/<name>/blobs/uploads/<id>`. */
export async function answerUpload(registry: Registry, parts: RepositoryRequest, id: string): Promise<void> {
  const { request, response, repository } = parts;
  const session = registry.uploads.find(id, repository);
  if (session === undefined) throw noUpload(parts, id);
  switch (request.method) {
    case 'PATCH':
      checkChunk(parts, session);
      await append(parts, session);
      return answerProgress(parts, session, 202);
    case 'PUT':
      checkChunk(parts, session);
      return finishUpload(parts, session);
    case 'GET':
      return answerProgress(parts, session, 204);
    case 'DELETE':
      await session.discard();
      response.writeHead(204).end();
      return;
    default:
      throw unsupported(request.method);
  }
}

async function uploadAtOnce(parts: RepositoryRequest, session: UploadSession): Promise<void> {
  try {
    await finishUpload(parts, session);
  } catch (error) {
    // The client never learnt the upload's address and cannot continue with it.
    await session.discard();
    throw error;
  }
}

/** @throws RegistryError, and what reading the request or writing the file throws. */
async function append(parts: RepositoryRequest, session: UploadSession): Promise<void> {
  if (session.isBusy()) {
    const message = 'Another request is writing to this upload. Send one chunk after the other.';
    throw new RegistryError('BLOB_UPLOAD_INVALID', message);
  }
  try {
    await session.append(parts.request);
  } catch (error) {
    if (error instanceof UploadTooLarge) throw new RegistryError('SIZE_INVALID', error.message);
    throw error instanceof UploadGone ? noUpload(parts, session.id) : error;
  }
}

function noUpload({ repository }: RepositoryRequest, id: string): RegistryError {
  return new RegistryError('BLOB_UPLOAD_UNKNOWN', `There is no upload ${id} in '${repository.name}'.`);
}

async function finishUpload(parts: RepositoryRequest, session: UploadSession): Promise<void> {
  const digest = parts.url.searchParams.get('digest') ?? '';
  if (!isDigest(digest))
    throw new RegistryError('DIGEST_INVALID', 'The digest must be sha256: and 64 hexadecimal digits.');
  await append(parts, session);
  if (!(await session.finish(digest, () => addLayer(session.repository, digest)))) {
    throw new RegistryError(
      'DIGEST_INVALID',
      `The uploaded bytes do not have the digest ${digest}. Upload the blob again.`,
    );
  }
  answerCreated(parts, digest);
}

function answerCreated({ response, repository }: RepositoryRequest, digest: string): void {
  response.writeHead(201, {
    location: `/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
  });
  response.end();
}

function answerProgress({ response }: RepositoryRequest, session: UploadSession, status: number): void {
  response.writeHead(status, {
    location: uploadPath(session),
    range: rangeOf(session.size()),
    'docker-upload-uuid': session.id,
    ...(status !== 204 && { 'content-length': 0 }),
  });
  response.end();
}

function uploadPath({ repository, id }: UploadSession): string {
  return `/v2/${repository.name}/blobs/uploads/${id}`;
}

/** A chunk that says where it starts must start where the upload ends, and be as long as it says. */
function checkChunk({ request, response }: RepositoryRequest, session: UploadSession): void {
  const { 'content-range': contentRange, 'content-length': contentLength } = request.headers;
  if (contentRange === undefined) return;
  const { start, end } = /^(?:bytes[ =])?(?<start>\d+)-(?<end>\d+)/.exec(contentRange)?.groups ?? {};
  if (Number(start) !== session.size()) {
    response.setHeader('location', uploadPath(session));
    response.setHeader('range', rangeOf(session.size()));
    throw new RegistryError(
      'RANGE_INVALID',
      `The upload has ${session.size()} bytes. Send the bytes from there on.`,
    );
  }
  if (contentLength !== undefined && Number(end) - Number(start) + 1 !== Number(contentLength)) {
    throw new RegistryError(
      'SIZE_INVALID',
      'The chunk does not have the length that its Content-Range says.',
    );
  }
}

/** The specification has no range for nothing: 0-0 is what registries answer. */
function rangeOf(size: number): string {
  return `0-${Math.max(0, size - 1)}`;
}

/**
 * A single range of bytes, such as `bytes=0-99`, `bytes=100-` or `bytes=-50` for the last fifty. Anything else is
 * answered with the whole blob, as HTTP allows.
 */
function requestedRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const { start: from = '', end: to = '' } =
    /^bytes=(?<start>\d*)-(?<end>\d*)$/.exec(header ?? '')?.groups ?? {};
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}

function unsupported(method: string | undefined): RegistryError {
  return new RegistryError('UNSUPPORTED', `The registry does not support ${method ?? 'this method'} here.`);
}
