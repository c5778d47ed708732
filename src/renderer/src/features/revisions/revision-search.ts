import type { Revision } from '../../../../shared/model/revision.ts';

const FIELDS = ['image', 'tag', 'digest', 'commit', 'who', 'note'] as const;
type Field = (typeof FIELDS)[number];

/** One thing that a revision must have; without a field, anywhere. */
interface Term {
  readonly field: Field | undefined;
  readonly text: string;
}

export interface RevisionSearch {
  readonly terms: readonly Term[];
  /** Milliseconds; what was registered before does not match. */
  readonly since: number | undefined;
}

/** Reads `image:web who:mira 1.8.3`: terms with a field before them, and terms that may be anywhere. */
export function parseRevisionSearch(text: string, since: number | undefined): RevisionSearch {
  const values = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return { terms: values.map(termOf), since };
}

function termOf(word: string): Term {
  const field = FIELDS.find((each) => word.startsWith(`${each}:`) && word.length > each.length + 1);
  return field === undefined ? { field, text: word } : { field, text: word.slice(field.length + 1) };
}

export function isEmptySearch({ terms, since }: RevisionSearch): boolean {
  return terms.length === 0 && since === undefined;
}

function matchesSearch(revision: Revision, { terms, since }: RevisionSearch): boolean {
  if (since !== undefined && !(Date.parse(revision.registeredAt ?? '') >= since)) return false;
  return terms.every(({ field, text }) => {
    const values =
      field === undefined ? FIELDS.flatMap((each) => labelOf(revision, each)) : labelOf(revision, field);
    const all = field === undefined ? [revision.name, ...values] : values;
    return all.some((word) => word.toLowerCase().includes(text));
  });
}

/** Whether a revision has all that is searched for. Looks at each once: a list that is read is filtered with each part. */
export function createMatcher(search: RevisionSearch): (revision: Revision) => boolean {
  const known = new WeakMap<Revision, boolean>();
  return (revision) => {
    const before = known.get(revision);
    if (before !== undefined) return before;
    const matches = matchesSearch(revision, search);
    known.set(revision, matches);
    return matches;
  };
}

function labelOf({ containers, registeredBy = '', note = '' }: Revision, field: Field): readonly string[] {
  switch (field) {
    case 'image':
      return containers.map(({ image }) => image);
    case 'tag':
      return containers.map(({ image }) => /:([^:/@]+)(?:@|$)/.exec(image)?.[1] ?? '');
    case 'digest':
      return containers.flatMap(({ digest, facts }) => [digest ?? '', facts?.digest ?? '']);
    case 'commit':
      return containers.map(({ facts }) => facts?.commit ?? '');
    case 'who':
      return [registeredBy];
    case 'note':
      return [note];
  }
}
