/** What is known of the lines with one text, at one millisecond, in one stream. */
interface Copies {
  ingestedAt: number;
  /** The ids of FilterLogEvents. */
  readonly found: Set<string>;
  /** How many the latest live session has sent: a session that is opened again may repeat some. */
  live: { session: number; count: number };
  told: number;
}

/**
 * Tells each line once, although it may come by a live tail, whose events have no ids, and several times by FilterLogEvents.
 * What was ingested before the floor is taken as told, and forgotten.
 */
export interface SeenLines {
  /** The number of a copy that is to be told now; undefined when it was told. */
  found(key: string, ingestedAt: number, eventId: string): number | undefined;
  live(key: string, ingestedAt: number, session: number): number | undefined;
  raiseFloor(ingestedAt: number): void;
  /** How many texts it remembers. */
  size(): number;
}

export function createSeenLines(): SeenLines {
  // In the order in which they came, which is nearly that of their ingestion.
  const known = new Map<string, Copies>();
  let floor = Number.NEGATIVE_INFINITY;

  function copiesOf(key: string, ingestedAt: number): Copies {
    const copies = known.get(key) ?? {
      ingestedAt,
      found: new Set(),
      live: { session: 0, count: 0 },
      told: 0,
    };
    copies.ingestedAt = Math.max(copies.ingestedAt, ingestedAt);
    known.set(key, copies);
    return copies;
  }

  function tell(copies: Copies): number | undefined {
    if (Math.max(copies.found.size, copies.live.count) <= copies.told) return undefined;
    copies.told += 1;
    return copies.told - 1;
  }

  return {
    found(key, ingestedAt, eventId) {
      if (ingestedAt < floor) return undefined;
      const copies = copiesOf(key, ingestedAt);
      copies.found.add(eventId);
      return tell(copies);
    },
    live(key, ingestedAt, session) {
      if (ingestedAt < floor) return undefined;
      const copies = copiesOf(key, ingestedAt);
      if (copies.live.session !== session) copies.live = { session, count: 0 };
      copies.live.count += 1;
      return tell(copies);
    },
    raiseFloor(ingestedAt) {
      floor = Math.max(floor, ingestedAt);
      for (const [key, copies] of known) {
        if (copies.ingestedAt >= floor) break;
        known.delete(key);
      }
    },
    size: () => known.size,
  };
}
