import type { Image, Repository } from '../../../shared/model/image.ts';
import {
  formatImageReference,
  type Pinned,
  parseImageReference,
  pinnedReference,
} from '../../../shared/model/image-reference.ts';

/** The ECR repository that an image of a task definition comes from, if it is one of these. */
export function repositoryOf(image: string, repositories: readonly Repository[]): Repository | undefined {
  const reference = parseImageReference(image);
  if (!reference) return undefined;
  const { registry, repository } = reference;
  const uri = formatImageReference(registry === undefined ? { repository } : { registry, repository });
  return repositories.find((candidate) => candidate.uri === uri);
}

/** The image as it goes into the task definition. Without a tag there is only the digest to go by. */
export function deployableReference(
  repository: Repository,
  image: Image,
  tag: string | undefined,
  pinned: Pinned,
): string {
  const name = parseImageReference(repository.uri) ?? { repository: repository.name };
  return pinnedReference({ ...name, ...(tag === undefined ? {} : { tag }), digest: image.digest }, pinned);
}

/** The same for an image that was just pushed, by the reference that the push answered. */
export function pinnedAs(image: string, pinned: Pinned): string {
  const reference = parseImageReference(image);
  return reference === undefined ? image : pinnedReference(reference, pinned);
}
