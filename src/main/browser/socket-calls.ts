import type { RawData, WebSocket } from 'ws';
import { RequestFrame, type ResponseFrame } from '../../shared/frames.ts';
import type { Connection, Dispatcher } from '../engine/ports/dispatcher.ts';
import type { Logger } from '../engine/ports/ports.ts';

/** A page that reads so slowly that this much waits for it is cut off; it connects again. */
const MOST_BYTES_WAITING = 64 * 1024 * 1024;
const INVALID_FRAME = 1007;
const UNEXPECTED = 1011;
const TRY_AGAIN_LATER = 1013;

/** Carries the calls of one page over its WebSocket. All of them are cancelled when the socket closes. */
export function carryCalls(socket: WebSocket, dispatcher: Dispatcher, logger: Logger): void {
  const send = (frame: ResponseFrame): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_BYTES_WAITING) {
      socket.close(TRY_AGAIN_LATER, 'The page reads events too slowly.');
      return;
    }
    socket.send(JSON.stringify(frame));
  };
  const connection = dispatcher.connect((id, event) => send({ type: 'event', id, event }));
  socket.on('close', () => connection.close());
  socket.on('message', (data, isBinary) => {
    const frame = isBinary ? undefined : parsedFrame(data);
    if (frame === undefined) {
      socket.close(INVALID_FRAME, 'The message is not a Slipway frame.');
      return;
    }
    carry(frame, connection, send).catch((error: unknown) => {
      logger.error({ err: error }, 'A call could not be answered');
      socket.close(UNEXPECTED, 'Slipway could not answer. See its log.');
    });
  });
}

async function carry(
  frame: RequestFrame,
  connection: Connection,
  send: (frame: ResponseFrame) => void,
): Promise<void> {
  if (frame.type === 'cancel') {
    connection.cancel(frame.id);
    return;
  }
  const { id, method, input } = frame;
  send({ type: 'answer', id, answer: await connection.call({ id, method, input }) });
}

function parsedFrame(data: RawData): RequestFrame | undefined {
  try {
    const text = Array.isArray(data)
      ? Buffer.concat(data).toString()
      : Buffer.from(data as Buffer).toString();
    return RequestFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
