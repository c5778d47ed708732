/** `[registry[:port]/]repository[:tag][@digest]` in its parts. */
export interface ImageReference {
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** https://github.com/distribution/reference/blob/main/regexp.go */
export const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
export const LONGEST_REPOSITORY = 255;
export const LONGEST_TAG = 128;
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** Each algorithm that registries know, with the length of its digests. */
export const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/** The ID of a local image, which would otherwise be read as the tag of a repository `sha256`. */
export const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{64}$/;

/**
 * Takes an image reference apart by the rules of the distribution project: the first path component is a
 * registry only when it looks like a host (a dot, a port, or `localhost`). Answers undefined for what is no
 * image reference.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (IMAGE_ID.test(text)) return undefined;
  const [name, digest, ...rest] = text.split('@');
  if (name === undefined || rest.length > 0) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;

  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = isWrittenAsHost(first);
  if (isHost && !HOST.test(first)) return undefined;
  const path = isHost ? name.slice(slash + 1) : name;

  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  if (repository.length > LONGEST_REPOSITORY || !REPOSITORY.test(repository)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;

  return {
    ...(isHost ? { registry: first } : {}),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Whether what stands before the first slash is a registry rather than the beginning of the repository. */
export function isWrittenAsHost(first: string): boolean {
  return first === 'localhost' || /[.:A-Z]/.test(first);
}

/** Whether a text is what an image reference has in front of the repository: a host with a dot, a port or capital letters. */
export function isRegistryHost(text: string): boolean {
  return parseImageReference(`${text}/image`)?.registry === text;
}

const DOCKER_HUB: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * Whether two references name the same image with the same words left out: `nginx` is `docker.io/library/nginx:latest`.
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
export function isSameReference(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [one, other].map(completeReference);
  return first !== undefined && first === second;
}

function completeReference(text: string): string | undefined {
  const parts = parseImageReference(text);
  if (parts === undefined) return undefined;
  const { registry = 'docker.io', repository, tag, digest } = parts;
  const isHub = DOCKER_HUB.has(registry);
  return formatImageReference({
    ...parts,
    registry: isHub ? 'docker.io' : registry,
    repository: isHub && !repository.includes('/') ? `library/${repository}` : repository,
    ...(tag === undefined && digest === undefined ? { tag: 'latest' } : {}),
  });
}

/** The reference as text again: the inverse of parseImageReference. */
export function formatImageReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${repositoryAddress(reference)}${tag}${digest}`;
}

/** The repository with its registry, without a tag or digest. */
export function repositoryAddress({ registry, repository }: ImageReference): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

/** What names an image in a task definition. */
export const PINNED = ['both', 'tag', 'digest'] as const;
export type Pinned = (typeof PINNED)[number];

/** The reference with its tag, its digest or both; of what it does not have, the other one stays. */
export function pinnedReference(reference: ImageReference, pinned: Pinned): string {
  const { tag, digest, ...name } = reference;
  const hasTag = tag !== undefined && (pinned !== 'digest' || digest === undefined);
  const hasDigest = digest !== undefined && (pinned !== 'tag' || tag === undefined);
  return formatImageReference({ ...name, ...(hasTag ? { tag } : {}), ...(hasDigest ? { digest } : {}) });
}
