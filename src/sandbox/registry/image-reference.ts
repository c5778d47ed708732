/** An image reference, taken apart: `[registry[:port]/]repository[:tag][@digest]`. */
export interface ImageReference {
  /** Absent with a bare name. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const REFERENCE =
  /^(?:(?<registry>localhost(?::\d+)?|[^/:@.]*\.[^/:@]*(?::\d+)?|[^/:@]+:\d+)\/)?(?<repository>[a-z0-9._/-]+)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** A registry's name, a repository of 256, a tag of 128 and a digest of 71 characters. Reading a longer one would take long. */
const LONGEST = 1024;

/** Reads a reference. A first part with a dot or a port, or `localhost`, is a registry, as for Docker. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.length > LONGEST) return undefined;
  const parts = REFERENCE.exec(text)?.groups;
  if (parts?.repository === undefined) return undefined;
  const { registry, repository, tag, digest } = parts;
  return {
    repository,
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}
