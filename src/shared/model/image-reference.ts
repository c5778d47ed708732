/** `[registry[:port]/]repository[:tag][@digest]` in its parts. */
export interface ImageReference {
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/**
 * Takes an image reference apart by the rules of the distribution project: the first path component is a
 * registry only when it looks like a host (a dot, a port, or `localhost`). Answers undefined for what is no
 * image reference.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const [name, digest, ...rest] = text.split('@');
  if (name === undefined || rest.length > 0) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;

  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = first === 'localhost' || first.includes('.') || first.includes(':');
  const path = isHost ? name.slice(slash + 1) : name;

  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  if (!REPOSITORY.test(repository)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;

  return {
    ...(isHost ? { registry: first } : {}),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The reference as text again: the inverse of parseImageReference. */
export function formatImageReference(reference: ImageReference): string {
  const registry = reference.registry === undefined ? '' : `${reference.registry}/`;
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${registry}${reference.repository}${tag}${digest}`;
}
