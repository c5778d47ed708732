import type { Image, Repository } from '../../../shared/model/image.ts';
import {
  formatImageReference,
  PINNED,
  type Pinned,
  parseImageReference,
  pinnedReference,
} from '../../../shared/model/image-reference.ts';
import { recall, remember } from './memory.ts';

/** The ECR repository that an image of a task definition comes from, if it is one of these. */
export function repositoryOf(image: string, repositories: readonly Repository[]): Repository | undefined {
  const reference = parseImageReference(image);
  if (!reference) return undefined;
  const { registry, repository } = reference;
  const uri = formatImageReference(registry === undefined ? { repository } : { registry, repository });
  return repositories.find((candidate) => candidate.uri === uri);
}

/** What was chosen last for a service, such as `sandbox/us-east-1/main/web`; the tag and the digest where nothing was. */
export function rememberedPinned(service: string | undefined): Pinned {
  const kept = service === undefined ? undefined : recall(`pinned.${service}`);
  return PINNED.find((each) => each === kept) ?? 'both';
}

export function rememberPinned(service: string | undefined, pinned: Pinned): void {
  if (service !== undefined) remember(`pinned.${service}`, pinned);
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
