import { createHmac, randomBytes } from 'node:crypto';
import type { SessionRefusal, SessionRequest } from '../../shared/page-session.ts';

const MOST_WRONG_TICKETS = 20;
const TRIES_WINDOW_MS = 60_000;

/** Decides who may call the engine through the browser host. Kept in memory, for one run. */
export interface PageKeys {
  /** Makes a ticket that admits one key. `onUsed` is called when it has. */
  issueTicket(onUsed: () => void): string;
  /**
   * Accepts the key of a page for its ticket, or because it was accepted before. Answers why not. The same ticket
   * with the same key is accepted again, so that a page whose answer was lost can ask once more.
   */
  admit(request: SessionRequest): SessionRefusal | undefined;
  isAccepted(key: string): boolean;
}

interface Ticket {
  readonly onUsed: () => void;
  /** The digest of the key that it was used for. */
  usedFor?: string;
}

/**
 * Tickets and keys are kept and looked up as HMACs under a secret of the run: how long a comparison takes tells nothing
 * of the value. After 20 wrong tickets in a minute no ticket is taken until the minute has ended. Keys that were
 * accepted continue; they have 256 random bits, and a limit on them would only let other programs lock pages out.
 *
 * @param now milliseconds of a clock that never goes back
 */
export function createPageKeys(now: () => number = () => performance.now()): PageKeys {
  const secret = randomBytes(32);
  const digest = (text: string): string => createHmac('sha256', secret).update(text).digest('base64');
  const tickets = new Map<string, Ticket>();
  const keys = new Set<string>();
  let wrongTickets: readonly number[] = [];

  function admitByTicket(given: string, key: string): SessionRefusal | undefined {
    wrongTickets = wrongTickets.filter((at) => now() - at < TRIES_WINDOW_MS);
    if (wrongTickets.length >= MOST_WRONG_TICKETS) return 'too-many-tries';
    const ticket = tickets.get(digest(given));
    if (ticket === undefined) {
      wrongTickets = [...wrongTickets, now()];
      return 'unknown-ticket';
    }
    if (ticket.usedFor === key) return undefined;
    if (ticket.usedFor !== undefined) return 'used-ticket';
    ticket.usedFor = key;
    keys.add(key);
    ticket.onUsed();
    return undefined;
  }

  return {
    issueTicket(onUsed) {
      const ticket = randomBytes(32).toString('base64url');
      tickets.set(digest(ticket), { onUsed });
      return ticket;
    },
    admit({ key, ticket }) {
      if (ticket !== undefined) return admitByTicket(ticket, digest(key));
      return keys.has(digest(key)) ? undefined : 'unknown-key';
    },
    isAccepted: (key) => keys.has(digest(key)),
  };
}
