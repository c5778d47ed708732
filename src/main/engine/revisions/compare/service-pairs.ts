import { isEnvironmentWord } from '../../environments/name-rule.ts';

/** A service by its name in two clusters, or in one of them. */
export interface ServicePair {
  readonly before?: string;
  readonly after?: string;
}

/** Words that tell an environment from another one, besides those that everybody uses. */
export interface PlaceWords {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

/** The words of each cluster's name that the other one's name does not have: `eu` and `us` of `shop-eu` and `shop-us`. */
export function placeWords(before: string, after: string): PlaceWords {
  const [ofBefore, ofAfter] = [wordsOf(before), wordsOf(after)];
  return {
    before: new Set(ofBefore.filter((word) => !ofAfter.includes(word))),
    after: new Set(ofAfter.filter((word) => !ofBefore.includes(word))),
  };
}

/**
 * Matches services by name. Those without a partner of the same name are matched by the name without the words for the
 * environment at its ends: `api-staging` with `api-prod`, `staging-api` with `api`. A name that would fit several is left
 * alone. Sorted by name.
 */
export function pairServices(
  before: readonly string[],
  after: readonly string[],
  words: PlaceWords,
): readonly ServicePair[] {
  const [inBefore, inAfter] = [new Set(before), new Set(after)];
  const same = before.filter((name) => inAfter.has(name)).map((name) => ({ before: name, after: name }));
  const restBefore = Map.groupBy(
    before.filter((name) => !inAfter.has(name)),
    (name) => withoutEnvironment(name, words.before),
  );
  const restAfter = Map.groupBy(
    after.filter((name) => !inBefore.has(name)),
    (name) => withoutEnvironment(name, words.after),
  );
  const others = [...new Set([...restBefore.keys(), ...restAfter.keys()])].flatMap((base) => {
    const [ofBefore, ofAfter] = [restBefore.get(base) ?? [], restAfter.get(base) ?? []];
    const [one] = ofBefore;
    const [other] = ofAfter;
    if (ofBefore.length === 1 && ofAfter.length === 1 && one !== undefined && other !== undefined)
      return [{ before: one, after: other }];
    return [...ofBefore.map((name) => ({ before: name })), ...ofAfter.map((name) => ({ after: name }))];
  });
  return [...same, ...others].toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

/** The name of a pair in the first cluster that has it. */
function nameOf({ before, after }: ServicePair): string {
  return before ?? after ?? '';
}

/** A name without the words for the environment at its ends; the whole name where nothing else is in it. */
export function withoutEnvironment(name: string, own: ReadonlySet<string>): string {
  const words = wordsOf(name);
  const says = (word: string | undefined): boolean =>
    word !== undefined && (own.has(word) || isEnvironmentWord(word));
  let from = 0;
  let to = words.length;
  while (from < to && says(words[from])) from += 1;
  while (to > from && says(words[to - 1])) to -= 1;
  return (from === to ? words : words.slice(from, to)).join('-');
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[-_]+/)
    .filter((word) => word !== '');
}
