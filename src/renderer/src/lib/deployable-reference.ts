import type { Image, Repository } from '../../../shared/model/image.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';

/** The ECR repository that an image of a task definition comes from, if it is one of these. */
export function repositoryOf(image: string, repositories: readonly Repository[]): Repository | undefined {
  const reference = parseImageReference(image);
  if (!reference) return undefined;
  const { registry, repository } = reference;
  const uri = formatImageReference(registry === undefined ? { repository } : { registry, repository });
  return repositories.find((candidate) => candidate.uri === uri);
}

/** Whether the digest is pinned unless the person says otherwise: where the tag may come to mean something else. */
export function pinsByDefault(repository: Repository, tag: string | undefined): boolean {
  return tag === undefined || tag === 'latest' || repository.tagMutability !== 'IMMUTABLE';
}

/** The image as it goes into the task definition. Without a tag there is only the digest to go by. */
export function deployableReference(
  repository: Repository,
  image: Image,
  tag: string | undefined,
  pinned: boolean,
): string {
  const name = parseImageReference(repository.uri) ?? { repository: repository.name };
  return formatImageReference({
    ...name,
    ...(tag === undefined ? {} : { tag }),
    ...(pinned || tag === undefined ? { digest: image.digest } : {}),
  });
}
