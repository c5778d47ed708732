import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { RevisionListEvent, TimelineEntry } from '../../../../shared/model/revision.ts';
import type { Folding } from '../../lib/streams.ts';

/** A timeline as far as it has been read. */
export interface Timeline {
  /** How many revisions there are; missing until it is known. */
  readonly count: number | undefined;
  /** Newest first. */
  readonly entries: readonly TimelineEntry[];
}

/** How the events of revisions.list add up to a timeline. */
export const timelineFolding: Folding<'revisions.list', Timeline> = {
  initial: { count: undefined, entries: [] },
  event: afterListEvent,
  output: (_, entries) => ({ count: entries.length, entries }),
};

/** Entries that come take the place of older ones of the same revision: the list may be read again. */
export function afterListEvent(timeline: Timeline, event: Immutable<RevisionListEvent>): Timeline {
  if (event.kind === 'count') return { ...timeline, count: event.count };
  const byArn = new Map(timeline.entries.map((entry) => [entry.revision.arn, entry]));
  for (const entry of event.entries) byArn.set(entry.revision.arn, entry);
  return {
    ...timeline,
    entries: [...byArn.values()].toSorted((one, other) => other.revision.number - one.revision.number),
  };
}

/** Entries with a name, note, image, digest or commit that holds the text. */
export function searchTimeline(entries: readonly TimelineEntry[], text: string): readonly TimelineEntry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries.filter((entry) => searchWords(entry).some((word) => word.toLowerCase().includes(wanted)));
}

function searchWords({ revision, summary }: TimelineEntry): readonly string[] {
  const images = revision.containers.flatMap(({ image, digest, facts }) => [
    image,
    digest ?? '',
    facts?.commit ?? '',
  ]);
  return [revision.name, revision.note ?? '', revision.registeredBy ?? '', summary, ...images];
}

/** The two that are compared: a third choice takes the place of the older one, the same again takes it back. */
export function toggleChoice(chosen: readonly string[], name: string): readonly string[] {
  if (chosen.includes(name)) return chosen.filter((each) => each !== name);
  return [...chosen, name].slice(-2);
}

/** The revision that was registered before an entry, in the whole timeline. */
export function previousOf(
  entries: readonly TimelineEntry[],
  entry: TimelineEntry,
): TimelineEntry | undefined {
  return entries.find(({ revision }) => revision.number < entry.revision.number);
}
