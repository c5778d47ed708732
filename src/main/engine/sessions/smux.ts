/**
 * Several TCP connections in the one byte stream of a port session: version 1 of smux, which the agent speaks
 * (https://github.com/xtaci/smux). A frame has a version, a command, the length of its data and the number of its
 * stream, in little-endian order.
 */
const VERSION = 1;
const SYN = 0;
const FIN = 1;
const PUSH = 2;
const NOP = 3;
const HEAD = 8;
const MOST_FRAME_BYTES = 32_768;

export interface SmuxEvents {
  /** Data of a stream, in order. */
  readonly onData: (stream: number, data: Uint8Array) => void;
  /** The other side sends no more on a stream. */
  readonly onEnd: (stream: number) => void;
  /** The bytes are not of this protocol: nothing after them can be read. */
  readonly onBroken: () => void;
}

/** The side that opens streams. */
export interface SmuxClient {
  /** Opens a stream, and returns its number. */
  open(): number;
  write(stream: number, data: Uint8Array): void;
  /** Says that nothing more comes on a stream. */
  end(stream: number): void;
  /** Bytes of the session have arrived. */
  receive(bytes: Uint8Array): void;
}

export function createSmuxClient(send: (bytes: Uint8Array) => void, events: SmuxEvents): SmuxClient {
  // The client's streams have odd numbers.
  let last = 1;
  let rest: Buffer = Buffer.alloc(0);
  let isBroken = false;
  const frame = (command: number, stream: number, data: Uint8Array = NOTHING): void => {
    const bytes = Buffer.alloc(HEAD + data.length);
    bytes.writeUInt8(VERSION, 0);
    bytes.writeUInt8(command, 1);
    bytes.writeUInt16LE(data.length, 2);
    bytes.writeUInt32LE(stream, 4);
    bytes.set(data, HEAD);
    send(bytes);
  };
  return {
    open() {
      last += 2;
      frame(SYN, last);
      return last;
    },
    write(stream, data) {
      for (let at = 0; at < data.length; at += MOST_FRAME_BYTES)
        frame(PUSH, stream, data.subarray(at, at + MOST_FRAME_BYTES));
    },
    end: (stream) => frame(FIN, stream),
    receive(bytes) {
      if (isBroken) return;
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      for (;;) {
        if (rest.length < HEAD) return;
        const command = rest.readUInt8(1);
        if (rest.readUInt8(0) !== VERSION || command > NOP) {
          isBroken = true;
          rest = Buffer.alloc(0);
          events.onBroken();
          return;
        }
        const length = rest.readUInt16LE(2);
        if (rest.length < HEAD + length) return;
        const stream = rest.readUInt32LE(4);
        const data = rest.subarray(HEAD, HEAD + length);
        rest = rest.subarray(HEAD + length);
        if (command === PUSH) events.onData(stream, data);
        if (command === FIN) events.onEnd(stream);
        // Agents before 3.1.1511.0 end a connection that sends them nothing for 30 seconds, and send NOP every 10 seconds themselves.
        if (command === NOP) frame(NOP, stream);
      }
    },
  };
}

const NOTHING = new Uint8Array();
