import { z } from 'zod';
import type { BuildFolder } from '../../../../shared/model/docker.ts';
import { nextVersions } from '../../../../shared/tag-rules.ts';

const TagPattern = z.enum([
  'git',
  'git-full',
  'describe',
  'package',
  'file:VERSION',
  'next-patch',
  'next-minor',
  'next-major',
  'time',
  'env',
]);
/** What a tag is made of: a TagSource, or a variable without its name. */
export type TagPattern = z.infer<typeof TagPattern>;

/** What the patterns read. What is missing has not been read yet, or is not there. */
interface TagFacts {
  readonly offer: BuildFolder;
  /** The folder with what git describe and its files say. */
  readonly details: BuildFolder | undefined;
  /** Of the repository. */
  readonly tags: readonly string[] | undefined;
}

export interface ProposedTag {
  readonly pattern: TagPattern;
  readonly tag: string;
}

/** A tag for each pattern that gives one. */
export function proposedTags({ offer, details, tags }: TagFacts): readonly ProposedTag[] {
  const dirty = offer.git?.dirty === true ? '-dirty' : '';
  const commit = offer.git?.commit;
  const next = nextVersions(tags ?? []);
  const all: Readonly<Record<TagPattern, string | undefined>> = {
    git: commit === undefined ? undefined : offer.suggestedTag,
    'git-full': commit === undefined ? undefined : `${commit}${dirty}`,
    describe: details?.described === undefined ? undefined : `${details.described}${dirty}`,
    package: details?.versions?.package,
    'file:VERSION': details?.versions?.file,
    'next-patch': next?.patch,
    'next-minor': next?.minor,
    'next-major': next?.major,
    time: details?.versions?.time,
    env: details?.variable?.tag,
  };
  return TagPattern.options.flatMap((pattern) => {
    const tag = all[pattern];
    return tag === undefined ? [] : { pattern, tag };
  });
}

/** A pattern as it was picked, if it is one. */
export function asTagPattern(text: string | undefined): TagPattern | undefined {
  return TagPattern.safeParse(text).data;
}

/** The pattern of a source, and the name of its variable. */
export function patternOfSource(source: string | undefined): {
  readonly pattern?: TagPattern;
  readonly variable?: string;
} {
  const variable = /^env:(.*)$/.exec(source ?? '')?.[1];
  if (variable !== undefined) return { pattern: 'env', variable };
  const pattern = asTagPattern(source);
  return pattern === undefined ? {} : { pattern };
}
