import type { RegisterTaskDefinitionRequest, Tag } from '@aws-sdk/client-ecs';

/** The notes of a release, and the caller identity. */
export interface ReleaseNotes {
  readonly why?: string | undefined;
  /** A ticket or a pull request. */
  readonly link?: string | undefined;
  /** The git commit that is released. */
  readonly commit?: string | undefined;
  readonly callerIdentity?: string | undefined;
}

/** AWS's limits for the tags of a resource: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const MOST_TAGS = 50;
const LONGEST_VALUE = 256;
const NOT_ALLOWED = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu;

const PREFIX = 'slipway:';
/** AWS gives these itself, and refuses to be sent them. */
const RESERVED = /^aws:/i;

/** Whether a tag is a note of a release, and no part of what the revision runs. */
export function isNote({ key }: Tag): boolean {
  return key?.startsWith(PREFIX) === true;
}

/** The content without the notes of an earlier release, which are not true of the next one, and without AWS's own tags. */
export function withoutNotes(content: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  return withTags(
    content,
    (content.tags ?? []).filter((tag) => !isNote(tag) && !RESERVED.test(tag.key ?? '')),
  );
}

/**
 * The content with the notes of a release as tags: `slipway:why`, `slipway:link`, `slipway:commit` and `slipway:who`.
 * Its own tags come first, and of the notes as many as fit. A link that a tag cannot hold as it is
 * has none, since a changed one would lead elsewhere.
 */
export function withNotes(
  content: RegisterTaskDefinitionRequest,
  { why, link, commit, callerIdentity }: ReleaseNotes,
): RegisterTaskDefinitionRequest {
  const { tags = [] } = withoutNotes(content);
  const notes: readonly (readonly [string, string | undefined])[] = [
    ['why', why === undefined ? undefined : tagValue(why)],
    ['link', link === undefined || tagValue(link) !== link ? undefined : link],
    ['commit', commit],
    ['who', callerIdentity === undefined ? undefined : tagValue(callerIdentity)],
  ];
  const added = notes.flatMap(([name, value]): Tag[] =>
    value === undefined || value === '' ? [] : [{ key: `${PREFIX}${name}`, value }],
  );
  return withTags(content, [...tags, ...added.slice(0, Math.max(0, MOST_TAGS - tags.length))]);
}

/** A text as the value of a tag: characters that AWS refuses become a space, and the end is cut off. */
export function tagValue(text: string): string {
  const allowed = text.replaceAll(NOT_ALLOWED, ' ').replaceAll(/\s+/g, ' ').trim();
  // The ellipsis is three dots: AWS takes no other one.
  return allowed.length <= LONGEST_VALUE
    ? allowed
    : `${allowed.slice(0, LONGEST_VALUE - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
}

function withTags(content: RegisterTaskDefinitionRequest, tags: Tag[]): RegisterTaskDefinitionRequest {
  const { tags: _earlier, ...rest } = content;
  return tags.length === 0 ? rest : { ...rest, tags };
}
