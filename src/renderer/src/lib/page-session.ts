import { isObject } from '../../../shared/is-object.ts';
import {
  isSecret,
  SESSION_PATH,
  SESSION_REFUSALS,
  type SessionRefusal,
  type SessionRequest,
  TICKET_PARAMETER,
} from '../../../shared/page-session.ts';

/** Why this page may not call the engine. `no-ticket`: it was opened without one, and no other tab has a key. */
export type LockReason = SessionRefusal | 'no-ticket';

/** The host has answered that this page may not call the engine; another try would get the same answer. */
export class LockedOut extends Error {
  readonly reason: LockReason;
  constructor(reason: LockReason) {
    super(`This page may not call the engine: ${reason}.`);
    this.reason = reason;
  }
}

/** What the session needs of the browser. */
export interface SessionPorts {
  /** `sessionStorage`: of this tab, and of this origin with its port. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Other tabs of the same origin. */
  readonly tabs: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
  /** Answers why the host refuses, or nothing. Rejects when the host cannot be reached. */
  readonly ask: (request: SessionRequest) => Promise<SessionRefusal | undefined>;
}

interface PageSession {
  /**
   * A key to connect with. The first one may be a kept one that is tried as it is; later ones are asked about first.
   * Rejects with LockedOut, or with another error when the host cannot be reached.
   */
  readonly key: () => Promise<string>;
  /** Notes that the host took the key, so that it may be given to other tabs. */
  readonly accepted: () => void;
  /** Listens to a tab that has a key when this page has none. */
  readonly onAdmitted: (listener: () => void) => void;
}

const KEY = 'slipway.key';
/** What is sent for a ticket, kept until it is answered: a reload in between sends the same again. */
const PENDING = 'slipway.pending';
const LONGEST_WAIT_FOR_TABS_MS = 1_000;

type TabMessage = { readonly type: 'ask' } | { readonly type: 'key'; readonly key: string };

/** @param ticket of the address that opened this page, if it had one */
export function openPageSession(ports: SessionPorts, ticket: string | undefined): PageSession {
  const { storage, tabs, ask } = ports;
  const admittedListeners = new Set<() => void>();
  const keyListeners = new Set<(key: string) => void>();
  let isAccepted = false;
  let isFirst = true;
  let reason: LockReason = ticket === undefined || isSecret(ticket) ? 'no-ticket' : 'unknown-ticket';

  const opening = isSecret(ticket) ? askToOpen({ key: randomKey(), ticket }) : undefined;

  function ownKey(): string | undefined {
    const key = storage.getItem(KEY);
    return isSecret(key) ? key : undefined;
  }

  tabs.addEventListener('message', ({ data }) => {
    const message = tabMessageOf(data);
    const own = ownKey();
    if (message?.type === 'ask' && isAccepted && own !== undefined)
      tabs.postMessage({ type: 'key', key: own });
    if (message?.type === 'key') for (const listener of keyListeners) listener(message.key);
  });

  function accepted(): void {
    if (isAccepted) return;
    isAccepted = true;
    const key = ownKey();
    if (key !== undefined) tabs.postMessage({ type: 'key', key });
  }

  /** Asks first: a browser that is just opening a page may take 0.1 s until its storage can be used. */
  function askToOpen(request: SessionRequest): Promise<SessionRefusal | undefined> {
    const refusal = ask(request);
    // It is awaited with the first key.
    refusal.catch(() => undefined);
    storage.setItem(PENDING, JSON.stringify(request));
    return refusal;
  }

  async function keyByTicket(
    request: SessionRequest,
    asked: Promise<SessionRefusal | undefined>,
  ): Promise<string | undefined> {
    const refusal = await asked;
    if (refusal !== 'too-many-tries') storage.removeItem(PENDING);
    if (refusal === undefined) {
      storage.setItem(KEY, request.key);
      return request.key;
    }
    reason = refusal;
    return undefined;
  }

  async function keptKey(isTrusted: boolean): Promise<string | undefined> {
    const key = ownKey();
    if (key === undefined || isTrusted) return key;
    const refusal = await ask({ key });
    if (refusal === undefined) return key;
    if (reason === 'no-ticket') reason = refusal;
    // The key is kept: a reload then finds the same reason.
    isAccepted = false;
    return undefined;
  }

  function keyOfAnotherTab(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (key: string | undefined): void => {
        keyListeners.delete(settle);
        resolve(key);
      };
      keyListeners.add(settle);
      setTimeout(settle, LONGEST_WAIT_FOR_TABS_MS, undefined);
      tabs.postMessage({ type: 'ask' });
    });
  }

  return {
    async key() {
      const isTrusted = isFirst;
      isFirst = false;
      const pending = pendingRequest(storage.getItem(PENDING));
      const asked = isTrusted ? opening : undefined;
      const byTicket = pending === undefined ? undefined : await keyByTicket(pending, asked ?? ask(pending));
      const kept = byTicket ?? (await keptKey(isTrusted && pending === undefined));
      if (kept !== undefined) return kept;
      const given = await keyOfAnotherTab();
      if (given !== undefined) {
        storage.setItem(KEY, given);
        return given;
      }
      keyListeners.add((key) => {
        storage.setItem(KEY, key);
        for (const listener of admittedListeners) listener();
      });
      throw new LockedOut(reason);
    },
    accepted,
    onAdmitted: (listener) => void admittedListeners.add(listener),
  };
}

/** The ticket of a launch address, as its fragment has it. */
export function ticketOf(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get(TICKET_PARAMETER) ?? undefined;
}

/** Shows a ticket or a key to the browser host. */
export async function askHost(request: SessionRequest): Promise<SessionRefusal | undefined> {
  const answer = await fetch(SESSION_PATH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    credentials: 'omit',
    cache: 'no-store',
  });
  if (answer.ok) return undefined;
  const said: unknown = await answer.json();
  const reason = SESSION_REFUSALS.find((each) => isObject(said) && said.reason === each);
  if (reason === undefined) throw new Error(`Slipway answered ${answer.status} to this page's key.`);
  return reason;
}

/** Another server may have had this port before, and may have left anything. */
function pendingRequest(text: string | null): SessionRequest | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (!isObject(kept) || !isSecret(kept.key) || !isSecret(kept.ticket)) return undefined;
    return { key: kept.key, ticket: kept.ticket };
  } catch {
    return undefined;
  }
}

/** 256 random bits in base64url. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function tabMessageOf(data: unknown): TabMessage | undefined {
  if (!isObject(data)) return undefined;
  if (data.type === 'ask') return { type: 'ask' };
  return data.type === 'key' && isSecret(data.key) ? { type: 'key', key: data.key } : undefined;
}
