import { type Client, createClient } from '../../../shared/client.ts';
import {
  KEY_PROTOCOL_PREFIX,
  LAUNCH_PATH,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
} from '../../../shared/page-session.ts';
import type { Transport } from '../../../shared/transport.ts';
import { type FirstPlace, readFirstPlace } from './first-reads.ts';
import { startAhead } from './head-start.ts';
import { askHost, type LockReason, openPageSession, type SessionPorts, ticketOf } from './page-session.ts';
import { createSocketTransport } from './socket-transport.ts';

declare global {
  interface Window {
    /** Put there by the preload script of the desktop app. */
    readonly slipway?: Transport;
  }
}

export interface Connection {
  readonly client: Client;
  /** Listens to the engine coming back after its connection was lost. */
  readonly onReconnect: (listener: () => void) => () => void;
  /** Listens to the browser host refusing this page. Never so in the desktop app. */
  readonly onLockedOut: (listener: (reason: LockReason) => void) => void;
  /** Where the window opens, with what was read of it; nothing where the views find that out themselves. Never rejects. */
  readonly firstPlace: Promise<FirstPlace | undefined>;
  /** Ends the use of what was asked before the window's code was there. */
  readonly endHeadStart: () => void;
}

/** The engine of this window: over the preload's bridge in the desktop app, over a WebSocket in a browser tab. */
export function connectEngine(): Connection {
  if (window.slipway) {
    return {
      ...clientAhead(window.slipway),
      onReconnect: () => () => undefined,
      onLockedOut: () => undefined,
    };
  }

  const session = openPageSession(
    { storage: tabStorage(), tabs: new BroadcastChannel('slipway'), ask: askHost },
    takeTicket(),
  );
  session.onAdmitted(() => window.location.reload());
  const url = new URL(SOCKET_PATH, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const transport = createSocketTransport({
    open: async () => new WebSocket(url, [SOCKET_PROTOCOL, `${KEY_PROTOCOL_PREFIX}${await session.key()}`]),
    opened: session.accepted,
  });
  return {
    ...clientAhead(transport),
    onReconnect: transport.onReconnect,
    onLockedOut: transport.onLockedOut,
  };
}

/** A client whose first reads are asked at once, where the address leaves it to the window what to open. */
function clientAhead(transport: Transport): Pick<Connection, 'client' | 'firstPlace' | 'endHeadStart'> {
  const headStart = startAhead(transport);
  const isFirst = window.location.pathname === '/';
  return {
    client: createClient(headStart.transport),
    firstPlace: isFirst ? readFirstPlace(headStart) : Promise.resolve(undefined),
    endHeadStart: headStart.end,
  };
}

/**
 * `sessionStorage`, or a memory of this page where the browser blocks it: a reload then needs another address. Opened when
 * it is first used, for which the page waits.
 */
function tabStorage(): SessionPorts['storage'] {
  let opened: SessionPorts['storage'] | undefined;
  const storage = () => (opened ??= openTabStorage());
  return {
    getItem: (name) => storage().getItem(name),
    setItem: (name, value) => storage().setItem(name, value),
    removeItem: (name) => storage().removeItem(name),
  };
}

function openTabStorage(): SessionPorts['storage'] {
  try {
    return window.sessionStorage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    };
  }
}

/** Takes the ticket out of the address before anything else reads it, so that the history does not keep it. */
function takeTicket(): string | undefined {
  if (window.location.pathname !== LAUNCH_PATH) return undefined;
  const ticket = ticketOf(window.location.hash);
  window.history.replaceState(null, '', '/');
  return ticket;
}
