import type { IncomingMessage } from 'node:http';
import type { UpgradeHandler } from '../http/loopback-server.ts';
import type { AccessKeys } from './access-keys.ts';
import { allowedActions } from './permissions.ts';
import { verifySigner } from './signature.ts';

interface SignedUpgradesOptions {
  readonly accessKeys: AccessKeys;
  /** What no key may do. */
  readonly deniedActions?: readonly string[] | undefined;
  readonly now: () => Date;
  /** The time by which signatures lapse, if it is not the machine's. */
  readonly wall?: (() => Date) | undefined;
}

const ACTION = 'ssmmessages:OpenDataChannel';

/**
 * Lets requests for the WebSocket of a session through where they are signed by a key that may do `ssmmessages:OpenDataChannel`, as AWS
 * does since version 1.2.764.0 of its client: https://docs.aws.amazon.com/systems-manager/latest/userguide/plugin-version-history.html
 */
export function signedUpgrades(options: SignedUpgradesOptions, upgrade: UpgradeHandler): UpgradeHandler {
  return (incoming, socket, head) =>
    void mayOpen(incoming, options).then((may) => {
      if (may) upgrade(incoming, socket, head);
      else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    });
}

async function mayOpen(
  { url = '', headers }: IncomingMessage,
  { accessKeys, deniedActions = [], now, wall = () => new Date() }: SignedUpgradesOptions,
): Promise<boolean> {
  try {
    const target = new URL(url, 'http://sandbox');
    const request = { method: 'GET', target, headers, body: Buffer.alloc(0) };
    const { key } = await verifySigner(request, accessKeys, { now: now(), wall: wall() });
    return allowedActions(key.permissions, deniedActions)(ACTION);
  } catch {
    return false;
  }
}
