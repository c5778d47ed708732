/**
 * How well a name matches, best first: `exact` the whole name, `prefix` its beginning, `word` the beginning of a word in
 * it, `part` anything else that it contains.
 */
const RANKS = ['exact', 'prefix', 'word', 'part'] as const;
export type Rank = (typeof RANKS)[number];

/** What is looked for: all terms must match. */
export interface Wanted {
  /** As it was typed, in lower case and without the spaces around it. */
  readonly text: string;
  readonly terms: readonly string[];
  /** The terms as beginnings of a digest or commit, without `repository@sha256:` before them. */
  readonly idStarts: readonly string[];
}

/** What can be found by its names. All of it is in lower case. A name with a colon needs a text with one. */
export interface Candidate {
  /** Each stands for the thing by itself: a service's name, or every tag of an image. */
  readonly names: readonly string[];
  /** Identities of which a beginning of some characters is enough: digests and commits, in hexadecimal digits. */
  readonly ids: readonly string[];
  /** Where it is: account, region, cluster or repository. A term may match here too, but not all terms. */
  readonly place: string;
}

/** Shorter beginnings of a digest or commit say nothing. */
const SHORTEST_ID = 4;

/** The terms of a text, in lower case. */
export function wantedOf(text: string): Wanted {
  const trimmed = text.trim().toLowerCase();
  const terms = trimmed.split(/\s+/).filter((term) => term !== '');
  return { text: trimmed, terms, idStarts: terms.map((term) => term.split('sha256:').at(-1) ?? term) };
}

/** How well something matches; undefined when it does not. Everything matches an empty text, as `part`. Linear in its text. */
export function rankOf(wanted: Wanted, candidate: Candidate): Rank | undefined {
  if (wanted.terms.length === 0) return 'part';
  let best: Rank | undefined;
  for (const name of candidate.names) best = better(best, rankOfName(wanted, name, candidate));
  for (const id of candidate.ids) best = better(best, rankOfId(wanted, id, candidate));
  return best;
}

/** Negative when the first is the better match. */
export function compareRanks(one: Rank, other: Rank): number {
  return RANKS.indexOf(one) - RANKS.indexOf(other);
}

function better(one: Rank | undefined, other: Rank | undefined): Rank | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareRanks(one, other) <= 0 ? one : other;
}

function rankOfName({ text, terms }: Wanted, name: string, { place }: Candidate): Rank | undefined {
  // `web:1.2.3` is for those who type it so: else a repository's name would find each of its images.
  if (name.includes(':') && !text.includes(':')) return undefined;
  if (name === text) return 'exact';
  if (name.startsWith(text)) return 'prefix';
  let rank: Rank | undefined;
  for (const term of terms) {
    const found = rankOfTerm(term, name);
    if (found === undefined) {
      if (!place.includes(term)) return undefined;
      continue;
    }
    rank = worse(rank, found);
  }
  return rank;
}

/** A name is as good a match as its worst term. */
function worse(one: Rank | undefined, other: Rank): Rank {
  return one === undefined || compareRanks(one, other) < 0 ? other : one;
}

function rankOfTerm(term: string, name: string): Rank | undefined {
  if (name === term) return 'exact';
  let at = name.indexOf(term);
  if (at === -1) return undefined;
  if (at === 0) return 'prefix';
  for (; at !== -1; at = name.indexOf(term, at + 1)) {
    if (startsWord(name, at)) return 'word';
  }
  return 'part';
}

/** Words are separated by anything but letters and numbers, in any script. */
function startsWord(name: string, at: number): boolean {
  return !/[\p{L}\p{N}]/u.test(name.charAt(at - 1));
}

function rankOfId({ terms, idStarts }: Wanted, id: string, { names, place }: Candidate): Rank | undefined {
  let rank: Rank | undefined;
  for (const [index, term] of terms.entries()) {
    const start = idStarts[index] ?? term;
    if (start.length >= SHORTEST_ID && id.startsWith(start)) {
      rank = worse(rank, id === start ? 'exact' : 'prefix');
    } else if (!place.includes(term) && !names.some((name) => name.includes(term))) return undefined;
  }
  return rank;
}
