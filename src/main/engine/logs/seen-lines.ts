/** What is known of the lines with one text, at one millisecond, in one stream. There are many, mostly of one line each. */
interface Copies {
  ingestedAt: number;
  /** The ids of FilterLogEvents: none, one, or several. */
  found: string | Set<string> | undefined;
  /** How many the latest live session has sent: a session that is opened again may repeat some. */
  session: number;
  live: number;
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
  /** Forgets what was ingested before, while nothing is read twice. What comes is still told, until the floor is raised. */
  forget(ingestedAt: number): void;
  raiseFloor(ingestedAt: number): void;
}

export function createSeenLines(): SeenLines {
  // In the order in which they came, which is nearly that of their ingestion.
  const known = new Map<string, Copies>();
  let floor = Number.NEGATIVE_INFINITY;
  let forgottenUntil = Number.NEGATIVE_INFINITY;

  function forget(ingestedAt: number): void {
    forgottenUntil = Math.max(forgottenUntil, ingestedAt);
    for (const [key, copies] of known) {
      if (copies.ingestedAt >= forgottenUntil) break;
      known.delete(key);
    }
  }

  function copiesOf(key: string, ingestedAt: number): Copies {
    const copies = known.get(key);
    if (copies !== undefined) {
      copies.ingestedAt = Math.max(copies.ingestedAt, ingestedAt);
      return copies;
    }
    const fresh: Copies = { ingestedAt, found: undefined, session: 0, live: 0, told: 0 };
    known.set(key, fresh);
    return fresh;
  }

  function tell(copies: Copies): number | undefined {
    const { found } = copies;
    const count = found === undefined ? 0 : typeof found === 'string' ? 1 : found.size;
    if (Math.max(count, copies.live) <= copies.told) return undefined;
    copies.told += 1;
    return copies.told - 1;
  }

  return {
    found(key, ingestedAt, eventId) {
      if (ingestedAt < floor) return undefined;
      const copies = copiesOf(key, ingestedAt);
      copies.found = withId(copies.found, eventId);
      return tell(copies);
    },
    live(key, ingestedAt, session) {
      if (ingestedAt < floor) return undefined;
      const copies = copiesOf(key, ingestedAt);
      if (copies.session !== session) Object.assign(copies, { session, live: 0 });
      copies.live += 1;
      return tell(copies);
    },
    forget,
    raiseFloor(ingestedAt) {
      forget(ingestedAt);
      floor = forgottenUntil;
    },
  };
}

function withId(found: Copies['found'], id: string): Copies['found'] {
  if (found === undefined || found === id) return id;
  return typeof found === 'string' ? new Set([found, id]) : found.add(id);
}
