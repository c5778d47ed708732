import type { Agent } from 'node:http';
import type { ECSClient } from '@aws-sdk/client-ecs';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { SlipwayError } from '../../../shared/errors.ts';
import { type OpenSocket, openWebSocket, type SocketHandlers } from '../network/web-socket.ts';

interface DataChannelAccess {
  /** A client of the account and region: its credentials sign, with what it has learned of the difference between the clocks. */
  readonly client: ECSClient;
  readonly agentFor: (url: URL) => Promise<Agent>;
}

/** The service that the signature is for, and the action that it needs. */
const SERVICE = 'ssmmessages';
const ACTION = 'ssmmessages:OpenDataChannel';

/**
 * Opens the WebSocket of a session. AWS authenticates it by a Signature Version 4, which clients send since 1.2.764.0, the oldest that
 * AWS supports: https://docs.aws.amazon.com/systems-manager/latest/userguide/plugin-version-history.html. Rejects with UNAVAILABLE,
 * FORBIDDEN, what getting the credentials rejects with, or INVALID_INPUT for an address that is not valid.
 */
export async function openDataChannel(
  { client, agentFor }: DataChannelAccess,
  address: string,
  handlers: SocketHandlers,
  signal: AbortSignal,
): Promise<OpenSocket> {
  const url = URL.parse(address) ?? new URL('wss://invalid');
  const [agent, headers] = await Promise.all([agentFor(url), signatureOf(client, url)]);
  try {
    return await openWebSocket(address, { agent, headers }, handlers, signal);
  } catch (error) {
    throw error instanceof SlipwayError && error.code === 'FORBIDDEN' ? refused(error) : error;
  }
}

/** The headers that sign the request of a WebSocket; none for an address that AWS has signed itself. */
async function signatureOf(
  { config }: ECSClient,
  { protocol, hostname, host, pathname, searchParams }: URL,
): Promise<Readonly<Record<string, string>>> {
  if (searchParams.has('X-Amz-Signature')) return {};
  const signer = new SignatureV4({
    credentials: config.credentials,
    region: config.region,
    service: SERVICE,
    sha256: config.sha256,
    applyChecksum: false,
  });
  const request = new HttpRequest({
    method: 'GET',
    protocol,
    hostname,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host },
  });
  const signingDate = new Date(Date.now() + config.systemClockOffset);
  const { host: _, ...signature } = (await signer.sign(request, { signingDate })).headers;
  return signature;
}

function refused(cause: SlipwayError): SlipwayError {
  return new SlipwayError(
    'FORBIDDEN',
    `AWS refused the connection. Check that the policies of your identity allow ${ACTION} for the session.`,
    { detail: { action: ACTION }, cause },
  );
}
