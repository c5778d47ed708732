import type { ExecTarget } from './exec-target.ts';
import type { ProgramOutput, SessionProgram } from './session-program.ts';
import { tenMegabytes } from './simulated-files.ts';

/** smux, version 1 (https://github.com/xtaci/smux): what the agent shares one session between connections with. */
const VERSION = 1;
const SYN = 0;
const FIN = 1;
const PUSH = 2;
const HEAD = 8;

/** A port of a container; with `host`, one of a host that the container reaches. */
export interface ForwardedTo {
  readonly port: number;
  readonly host: string | undefined;
}

/** A name that no host ever has: https://www.rfc-editor.org/rfc/rfc6761#section-6.4. */
const NO_HOST = /\.invalid$/i;
/** The container itself, by the name of a host. */
const ITSELF = /^(?:localhost|127\.0\.0\.1)$/i;

interface Stream {
  received: string;
  parts: Iterator<Buffer> | undefined;
}

/**
 * What listens in a simulated container: it answers one HTTP request on each connection with what it is, or with 10 MiB at
 * `/ten-megabytes`, and closes it. At a port where nothing listens the agent says so. Every other host answers at every port, except
 * names that end in `.invalid`.
 */
export function createPortProgram(
  { container, taskId, ports }: ExecTarget,
  { port, host }: ForwardedTo,
  output: ProgramOutput & { readonly portRefused: () => void },
): SessionProgram {
  const streams = new Map<number, Stream>();
  let rest: Buffer = Buffer.alloc(0);

  function frame(command: number, stream: number, data: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt8(VERSION, 0);
    head.writeUInt8(command, 1);
    head.writeUInt16LE(data.length, 2);
    head.writeUInt32LE(stream, 4);
    output.write(Buffer.concat([head, data]));
  }

  function open(id: number): void {
    if (host === undefined || ITSELF.test(host) ? ports.includes(port) : !NO_HOST.test(host)) {
      streams.set(id, { received: '', parts: undefined });
      return;
    }
    output.portRefused();
    frame(FIN, id);
  }

  function receive(id: number, data: Buffer): void {
    const stream = streams.get(id);
    if (stream === undefined || stream.parts !== undefined) return;
    stream.received = `${stream.received}${data.toString('latin1')}`.slice(0, 64 * 1024);
    if (!stream.received.includes('\r\n\r\n')) return;
    const target = stream.received.split(' ')[1] ?? '/';
    stream.parts = answer(target);
    pump();
  }

  function* answer(target: string): Generator<Buffer> {
    const isLarge = target === '/ten-megabytes';
    const who = host === undefined ? '' : `${host} through `;
    const text = Buffer.from(`${who}${container} of task ${taskId} at port ${port}: ${target}\n`);
    const length = isLarge ? 10 * 1024 * 1024 : text.length;
    yield Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`,
    );
    if (!isLarge) yield text;
    else
      for (const part of tenMegabytes()) {
        yield part.subarray(0, part.length / 2);
        yield part.subarray(part.length / 2);
      }
  }

  function pump(): void {
    for (const [id, { parts }] of streams) {
      while (parts !== undefined && !output.isFull()) {
        const next = parts.next();
        if (next.done === true) {
          streams.delete(id);
          frame(FIN, id);
          break;
        }
        frame(PUSH, id, next.value);
      }
    }
  }

  return {
    input(data) {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= HEAD) {
        const length = rest.readUInt16LE(2);
        if (rest.length < HEAD + length) return;
        const command = rest.readUInt8(1);
        const stream = rest.readUInt32LE(4);
        const content = rest.subarray(HEAD, HEAD + length);
        rest = rest.subarray(HEAD + length);
        if (command === SYN) open(stream);
        if (command === PUSH) receive(stream, content);
        if (command === FIN) streams.delete(stream);
      }
    },
    resize() {},
    resume: pump,
    stop: () => streams.clear(),
  };
}
