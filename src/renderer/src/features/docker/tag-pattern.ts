import { z } from 'zod';
import type { BuildFolder } from '../../../../shared/model/docker.ts';
import { nextVersions } from '../../../../shared/tag-rules.ts';

const TagPattern = z.enum([
  'commit',
  'full-commit',
  'describe',
  'package',
  'version-file',
  'patch',
  'minor',
  'major',
  'time',
  'variable',
]);
/** What a tag is made of. */
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
    commit: commit === undefined ? undefined : offer.suggestedTag,
    'full-commit': commit === undefined ? undefined : `${commit}${dirty}`,
    describe: details?.described === undefined ? undefined : `${details.described}${dirty}`,
    package: details?.versions?.package,
    'version-file': details?.versions?.file,
    patch: next?.patch,
    minor: next?.minor,
    major: next?.major,
    time: details?.versions?.time,
    variable: details?.variable?.tag,
  };
  return TagPattern.options.flatMap((pattern) => {
    const tag = all[pattern];
    return tag === undefined ? [] : { pattern, tag };
  });
}

/** A pattern as it was remembered, if it is one. */
export function asTagPattern(text: string | undefined): TagPattern | undefined {
  return TagPattern.safeParse(text).data;
}
