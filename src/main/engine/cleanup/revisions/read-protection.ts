import { DescribeTaskDefinitionCommand, type ECSClient, type Tag } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ProtectingTag } from '../../../../shared/model/cleanup.ts';
import { eachOfFew } from '../../ecs/batches.ts';
import { byFamily, type FamilyRevision } from '../../ecs/family-revision.ts';
import { readPart } from '../../use/read-part.ts';
import type { Protection } from './cleanup-items.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/**
 * Which revisions were registered at `since` or later. Numbers of a family only rise with time, so a search by
 * halves needs about 13 descriptions for 5,000 revisions. One that cannot be found any more counts as young.
 */
export async function readYoung(
  read: Read,
  revisions: readonly FamilyRevision[],
  since: Date,
): Promise<ReadonlySet<string>> {
  const young = await eachOfFew([...byFamily(revisions).values()], async (family) => {
    const oldestFirst = family.toSorted((one, other) => one.number - other.number);
    const first = await firstYoung(oldestFirst, (revision) =>
      readPart(`the age of ${revision.name}`, () => isYoung(read, revision, since)),
    );
    return oldestFirst.slice(first).map(({ arn }) => arn);
  });
  return new Set(young.flat());
}

/** The place of the first one that is young; the length when none is. */
async function firstYoung(
  oldestFirst: readonly FamilyRevision[],
  isOneYoung: (revision: FamilyRevision) => Promise<boolean>,
): Promise<number> {
  let from = 0;
  let to = oldestFirst.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const revision = oldestFirst[middle];
    if (revision === undefined || (await isOneYoung(revision))) to = middle;
    else from = middle + 1;
  }
  return from;
}

async function isYoung(read: Read, { arn }: FamilyRevision, since: Date): Promise<boolean> {
  const registeredAt = (await describeRevision(read, arn))?.registeredAt;
  return registeredAt === undefined || registeredAt.getTime() >= since.getTime();
}

/** Returns revisions with the tag, each with the reason to keep it. ECS returns tags for one revision at a time. */
export async function readTagged(
  read: Read,
  revisions: readonly Pick<FamilyRevision, 'arn' | 'name'>[],
  wanted: ProtectingTag,
): Promise<Protection> {
  const tagged = await eachOfFew(revisions, async ({ arn, name }) => {
    const found = await readPart(`the tags of ${name}`, () => describeRevision(read, arn));
    return found !== undefined && hasTag(found.tags, wanted) ? [[arn, tagReason(wanted)] as const] : [];
  });
  return new Map(tagged.flat());
}

function hasTag(tags: readonly Tag[], { key, value }: ProtectingTag): boolean {
  return tags.some((tag) => tag.key === key && (value === undefined || tag.value === value));
}

function tagReason({ key, value }: ProtectingTag): string {
  return value === undefined ? `has the tag ${key}` : `has the tag ${key}=${value}`;
}

/** Undefined for a revision that no longer exists. */
async function describeRevision(
  { ecs, signal }: Read,
  arn: string,
): Promise<{ readonly registeredAt?: Date | undefined; readonly tags: readonly Tag[] } | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] });
    const { taskDefinition, tags = [] } = await ecs.send(command, { abortSignal: signal });
    return { registeredAt: taskDefinition?.registeredAt, tags };
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
