import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts';
import { isDigest } from './digest.ts';

/** The formats of the OCI image specification and of Docker's image manifest version 2, schema 2. */
export const MEDIA_TYPES = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociGzipLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly architecture?: string;
  readonly os?: string;
  /** The bytes are somewhere else (a foreign layer): the registry need not have them. */
  readonly foreign: boolean;
}

export type Manifest =
  | (ManifestHead & {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    })
  | (ManifestHead & { readonly kind: 'index'; readonly manifests: readonly Descriptor[] });

interface ManifestHead {
  readonly mediaType: string;
  /** The digest of the image that this one says something about, such as its signature. */
  readonly subject?: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Either a manifest, or a sentence that says why the bytes are none. */
export type ParsedManifest =
  | {
      readonly ok: true;
      readonly manifest: Manifest;
      /** Whether the bytes say what they are; else the caller has said it, or it was found out. */
      readonly hasOwnMediaType: boolean;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a manifest or an index.
 *
 * @param declaredType the `Content-Type` or `imageManifestMediaType` it came with; the manifest's own `mediaType` must
 * not contradict it.
 */
export function parseManifest(bytes: Uint8Array, declaredType: string | undefined): ParsedManifest {
  const json = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!isJsonObject(json)) return invalid('The manifest is not a JSON object.');
  if (json.schemaVersion !== 2) return invalid('Only manifests of schemaVersion 2 are taken.');
  const ownType = typeof json.mediaType === 'string' ? json.mediaType : undefined;
  if (ownType !== undefined && declaredType !== undefined && ownType !== declaredType) {
    return invalid(`The manifest says that it is ${ownType}, but was sent as ${declaredType}.`);
  }

  const mediaType =
    ownType ??
    declaredType ??
    (json.manifests === undefined ? MEDIA_TYPES.ociManifest : MEDIA_TYPES.ociIndex);
  const head = parseHead(json, mediaType);
  if (head === undefined) return invalid('The manifest has no valid subject descriptor.');
  const content = parseContent(json, head);
  return typeof content === 'string'
    ? invalid(content)
    : { ok: true, manifest: content, hasOwnMediaType: ownType !== undefined };
}

/** A sentence where it is none. */
function parseContent(json: JsonObject, head: ManifestHead): Manifest | string {
  switch (head.mediaType) {
    case MEDIA_TYPES.ociManifest:
    case MEDIA_TYPES.dockerManifest:
      return parseImageManifest(json, head);
    case MEDIA_TYPES.ociIndex:
    case MEDIA_TYPES.dockerList:
      return parseIndex(json, head);
    default:
      return `Manifests of type ${head.mediaType} are not supported.`;
  }
}

/** Undefined: the subject is none. It need not be in the repository. */
function parseHead(json: JsonObject, mediaType: string): ManifestHead | undefined {
  const subject = json.subject === undefined ? undefined : parseDescriptor(json.subject);
  if (json.subject !== undefined && subject === undefined) return undefined;
  const annotations = isJsonObject(json.annotations)
    ? Object.entries(json.annotations).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      )
    : undefined;
  return {
    mediaType,
    ...(subject !== undefined && { subject: subject.digest }),
    ...(typeof json.artifactType === 'string' && { artifactType: json.artifactType }),
    ...(annotations !== undefined && { annotations: Object.fromEntries(annotations) }),
  };
}

function parseImageManifest(json: JsonObject, head: ManifestHead): Manifest | string {
  const config = parseDescriptor(json.config);
  if (config === undefined) return 'The manifest has no valid config descriptor.';
  const layers = parseDescriptors(json.layers);
  if (layers === undefined) return 'The manifest has no valid list of layers.';
  return { ...head, kind: 'image', config, layers };
}

function parseIndex(json: JsonObject, head: ManifestHead): Manifest | string {
  const manifests = parseDescriptors(json.manifests);
  if (manifests === undefined) return 'The index has no valid list of manifests.';
  return { ...head, kind: 'index', manifests };
}

function parseDescriptors(json: unknown): readonly Descriptor[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const descriptors: Descriptor[] = [];
  for (const each of json) {
    const descriptor = parseDescriptor(each);
    if (descriptor === undefined) return undefined;
    descriptors.push(descriptor);
  }
  return descriptors;
}

function parseDescriptor(json: unknown): Descriptor | undefined {
  if (!isJsonObject(json)) return undefined;
  const { mediaType, digest, size } = json;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number')
    return undefined;
  if (!isDigest(digest) || !Number.isSafeInteger(size) || size < 0) return undefined;
  const platform = isJsonObject(json.platform) ? json.platform : {};
  return {
    mediaType,
    digest,
    size,
    ...(typeof platform.architecture === 'string' && { architecture: platform.architecture }),
    ...(typeof platform.os === 'string' && { os: platform.os }),
    foreign: Array.isArray(json.urls) && json.urls.length > 0,
  };
}

function invalid(reason: string): ParsedManifest {
  return { ok: false, reason };
}
