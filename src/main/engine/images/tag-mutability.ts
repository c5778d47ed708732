import { type ECRClient, paginateDescribeImages, type Repository } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import { freeTags, isTagImmutable as isImmutable } from '../../../shared/tag-rules.ts';

const PAGE = 1000;

/** Whether a tag of a repository cannot be moved to another digest. */
export function isTagImmutable(repository: Repository, tag: string): boolean {
  const tagMutability = repository.imageTagMutability ?? 'MUTABLE';
  return isImmutable({ tagMutability, tagExceptions: tagExceptionsOf(repository) }, tag);
}

/** The patterns of the tags to which the setting of the repository does not apply. */
export function tagExceptionsOf({ imageTagMutabilityExclusionFilters = [] }: Repository): string[] {
  return imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? []);
}

interface TakenTag {
  readonly repository: string;
  readonly tag: string;
  /** The image that has it, where it is known. */
  readonly digest?: string | undefined;
  /** The commit that the wanted image was built from, where it is known. */
  readonly commit?: string | undefined;
  readonly cause?: unknown;
}

/** For a tag that has another image and is immutable: names tags that are free (ECR DescribeImages). */
export async function tagTaken(
  ecr: ECRClient,
  { repository, tag, digest, commit, cause }: TakenTag,
  signal: AbortSignal,
): Promise<SlipwayError> {
  const tags = await readTags(ecr, repository, signal);
  const free = tags === undefined ? [] : freeTags(tag, { tags, commit });
  const other = digest === undefined ? 'another image' : `another image (${digest.slice(0, 19)}…)`;
  return new SlipwayError(
    'CONFLICT',
    `The tag ${tag} of ${repository} has ${other} and is immutable, so it was not moved. ` +
      (free.length === 0 ? 'Choose another tag.' : `Choose a tag that is free: ${listed(free)}.`),
    { cause },
  );
}

/** Undefined where they cannot be read: whoever may push need not be allowed to list. */
async function readTags(
  client: ECRClient,
  repositoryName: string,
  abortSignal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const tags: string[] = [];
    const wanted = { repositoryName, filter: { tagStatus: 'TAGGED' as const } };
    for await (const { imageDetails = [] } of paginateDescribeImages({ client, pageSize: PAGE }, wanted, {
      abortSignal,
    }))
      tags.push(...imageDetails.flatMap(({ imageTags = [] }) => imageTags));
    return tags;
  } catch {
    return undefined;
  }
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}
