import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionRefusal, SessionRequest } from '../../../shared/page-session.ts';
import { openPageSession, type SessionPorts, ticketOf } from './page-session.ts';

const TICKET = 'T'.repeat(43);
const OTHER_KEY = 'K'.repeat(43);
const FORM_OF_A_KEY = /^[\w-]{43}$/;

/** The browser host as far as a page sees it: tickets that admit one key. */
function fakeHost() {
  const usedFor = new Map<string, string | undefined>([[TICKET, undefined]]);
  const accepted = new Set<string>();
  return {
    accepted,
    ask: vi.fn<SessionPorts['ask']>(
      async ({ key, ticket }: SessionRequest): Promise<SessionRefusal | undefined> => {
        if (ticket === undefined) return accepted.has(key) ? undefined : 'unknown-key';
        if (!usedFor.has(ticket)) return 'unknown-ticket';
        const user = usedFor.get(ticket) ?? key;
        if (user !== key) return 'used-ticket';
        usedFor.set(ticket, key);
        accepted.add(key);
        return undefined;
      },
    ),
  };
}

/** A tab's own storage, as `sessionStorage` has it. */
function tabStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

/** What connects the tabs of one browser: a message reaches all but its sender. */
function fakeChannels() {
  const ends: EventTarget[] = [];
  return (): SessionPorts['tabs'] => {
    const end = new EventTarget();
    ends.push(end);
    return {
      postMessage(data) {
        for (const each of ends) {
          if (each !== end) each.dispatchEvent(new MessageEvent('message', { data }));
        }
      },
      addEventListener: end.addEventListener.bind(end),
    };
  };
}

describe('the session of a page in a browser', () => {
  let host: ReturnType<typeof fakeHost>;
  let openChannel: () => SessionPorts['tabs'];

  beforeEach(() => {
    vi.useFakeTimers();
    host = fakeHost();
    openChannel = fakeChannels();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function openTab(storage: Storage, ticket?: string) {
    return openPageSession({ storage, tabs: openChannel(), ask: host.ask }, ticket);
  }

  /** The key, or the reason for which there is none. */
  async function keyOf(session: ReturnType<typeof openTab>): Promise<string> {
    const settled = session.key().catch((error: { readonly reason: string }) => error.reason);
    await vi.advanceTimersByTimeAsync(1_000);
    return settled;
  }

  it('makes a key of its own and has the ticket of its address accepted for it', async () => {
    const storage = tabStorage();
    const key = await keyOf(openTab(storage, TICKET));
    expect(key).toMatch(FORM_OF_A_KEY);
    expect(host.accepted.has(key)).toBe(true);
    expect(await keyOf(openTab(storage))).toBe(key);
  });

  it('asks the host before it opens the storage of its tab, for which a page may have to wait', () => {
    const storage = tabStorage();
    const setItem = vi.spyOn(storage, 'setItem').mockImplementation(() => {
      expect(host.ask).toHaveBeenCalledOnce();
    });
    openTab(storage, TICKET);
    expect(setItem).toHaveBeenCalledOnce();
  });

  it('outlasts a reload while its ticket is on the way, also when the answer is lost', async () => {
    const storage = tabStorage();
    const { ask } = host;
    const answered = ask.getMockImplementation();
    ask.mockImplementationOnce(async (request) => {
      await answered?.(request);
      throw new TypeError('Failed to fetch');
    });
    await expect(openTab(storage, TICKET).key()).rejects.toThrow('Failed to fetch');
    expect(host.accepted).toContain(await keyOf(openTab(storage)));
  });

  it('says that a ticket was used, and that one is unknown or incomplete', async () => {
    await keyOf(openTab(tabStorage(), TICKET));
    expect(await keyOf(openTab(tabStorage(), TICKET))).toBe('used-ticket');
    expect(await keyOf(openTab(tabStorage(), 'x'.repeat(43)))).toBe('unknown-ticket');
    expect(await keyOf(openTab(tabStorage(), TICKET.slice(5)))).toBe('unknown-ticket');
    expect(await keyOf(openTab(tabStorage()))).toBe('no-ticket');
  });

  it('continues with its own key when an address is opened in it that was used', async () => {
    const storage = tabStorage();
    const key = await keyOf(openTab(storage, TICKET));
    expect(await keyOf(openTab(storage, TICKET))).toBe(key);
  });

  it('gets a key from another tab that the host has accepted', async () => {
    const first = openTab(tabStorage(), TICKET);
    const key = await keyOf(first);
    expect(await keyOf(openTab(tabStorage()))).toBe('no-ticket');
    first.accepted();
    expect(await keyOf(openTab(tabStorage()))).toBe(key);
  });

  it('says that Slipway was restarted, and is told when another tab is let in', async () => {
    const storage = tabStorage();
    storage.setItem('slipway.key', OTHER_KEY);
    const restored = openTab(storage);
    const admitted = vi.fn<() => void>();
    restored.onAdmitted(admitted);
    expect(await keyOf(restored)).toBe(OTHER_KEY);
    expect(await keyOf(restored)).toBe('unknown-key');
    const reloaded = openTab(storage);
    expect([await keyOf(reloaded), await keyOf(reloaded)]).toEqual([OTHER_KEY, 'unknown-key']);

    const opened = openTab(tabStorage(), TICKET);
    const key = await keyOf(opened);
    opened.accepted();
    expect(admitted).toHaveBeenCalled();
    expect(await keyOf(openTab(storage))).toBe(key);
  });

  it('keeps its ticket when too many wrong ones were tried, for a later reload', async () => {
    const storage = tabStorage();
    host.ask.mockResolvedValueOnce('too-many-tries');
    expect(await keyOf(openTab(storage, TICKET))).toBe('too-many-tries');
    expect(await keyOf(openTab(storage))).toMatch(FORM_OF_A_KEY);
  });

  it('does not use what another server has left in the storage of this port', async () => {
    const storage = tabStorage();
    storage.setItem('slipway.key', 'not a key, and no subprotocol');
    storage.setItem('slipway.pending', '{"key":7');
    expect(await keyOf(openTab(storage))).toBe('no-ticket');
    expect(host.ask).not.toHaveBeenCalled();
  });
});

describe('the ticket of an address', () => {
  it.each([
    [`#ticket=${TICKET}`, TICKET],
    ['#ticket=', ''],
    ['#other=1', undefined],
    ['', undefined],
  ])('of %j is %j', (fragment, ticket) => {
    expect(ticketOf(fragment)).toBe(ticket);
  });
});
