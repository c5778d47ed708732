import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { RevisionNamesEvent, RevisionStatus } from '../../../../shared/model/revision.ts';
import type { Folding } from '../../lib/streams.ts';

/** One revision of a list, of which nothing but the name has been read. */
export interface ListedRevision {
  readonly arn: string;
  /** Family and number, such as `web:41`. */
  readonly name: string;
  readonly number: number;
  readonly status: RevisionStatus;
}

/** The names of a family as far as they have arrived. */
export interface FamilyNames {
  /** Newest first. */
  readonly revisions: readonly ListedRevision[];
  /** When the oldest of the lists was read as a whole; missing while names arrive. */
  readonly listedAt: string | undefined;
}

/** How the events of revisions.names add up. */
export const familyNamesFolding: Folding<'revisions.names', FamilyNames> = {
  initial: { revisions: [], listedAt: undefined },
  event: (names, event) => ({ ...names, revisions: merge(names.revisions, listedOf(event)) }),
  output: (_, { listed }) => ({
    revisions: merge([], listed.flatMap(listedOf)),
    listedAt: listed.map(({ listedAt }) => listedAt).toSorted()[0],
  }),
};

function listedOf({ status, family, numbers }: Immutable<RevisionNamesEvent>): readonly ListedRevision[] {
  const name = family.slice(family.lastIndexOf('/') + 1);
  return numbers.map((number) => ({
    arn: `${family}${number}`,
    name: `${name}${number}`,
    number,
    status,
  }));
}

/** What comes takes the place of what was there under the same name: a list may be read again. */
function merge(known: readonly ListedRevision[], more: readonly ListedRevision[]): readonly ListedRevision[] {
  const oldest = known.at(-1)?.number;
  // The pages of a long list come in order, so that there is nothing to sort.
  if (oldest !== undefined && more.every(({ number }) => number < oldest)) return [...known, ...more];
  const byArn = new Map([...known, ...more].map((revision) => [revision.arn, revision]));
  return [...byArn.values()].toSorted((one, other) => other.number - one.number);
}

/** The two that are compared: a third choice takes the place of the older one, the same again takes it back. */
export function toggleChoice(chosen: readonly string[], name: string): readonly string[] {
  if (chosen.includes(name)) return chosen.filter((each) => each !== name);
  return [...chosen, name].slice(-2);
}
