import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { isJsonObject, parseJson } from '../../core/json.ts';

/** Payload types of the messages, as in https://github.com/aws/amazon-ssm-agent (agent/session/contracts). */
export const PAYLOAD = {
  output: 1,
  size: 3,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  encryptionChallenge: 8,
  encryptionChallengeResponse: 9,
  flag: 10,
} as const;

/** What the client sends, in order and each once. */
interface InputMessage {
  readonly payloadType: number;
  readonly payload: Buffer;
}

/** The agent's side of a data channel: it repeats what is not acknowledged, also over another WebSocket. */
export interface AgentChannel {
  /** Sends over this WebSocket from now on, first what was not acknowledged. */
  attach(transmit: (frame: Buffer) => void): void;
  /** Sends nothing until the next WebSocket. */
  detach(): void;
  /** A frame of the client has arrived. Answers what it brings; throws for one that is no message. */
  receive(frame: Buffer): readonly InputMessage[];
  send(payloadType: number, payload: Buffer): void;
  /** Encrypts data from now on, with a data key of KMS. Answers what the client has to decrypt and encrypt to show that it has it. */
  encryptWith(dataKey: Buffer, challenge: Buffer): Buffer;
  /** What the client has encrypted. Throws for anything else. */
  decrypted(data: Buffer): Buffer;
  /** Bytes of data, in messages of 1024. */
  sendOutput(data: Buffer): void;
  /** Whether so much is not acknowledged that a program has to wait. */
  isFull(): boolean;
  /** Sends again what was not acknowledged for a while; called every 100 ms. */
  resend(): void;
  /** The last message: the session is over. */
  close(sessionId: string, output: string): void;
}

const HEAD = 120;
const HEAD_LENGTH = 116;
const MOST_PAYLOAD_BYTES = 1024;
const MOST_WAITING = 1_000;
const RESEND_AFTER_MS = 300;

/** @param onRoom is called when a program may go on */
export function createAgentChannel(onRoom: () => void): AgentChannel {
  const unacknowledged = new Map<number, { readonly frame: Buffer; readonly at: number }>();
  const early = new Map<number, InputMessage>();
  let nextToSend = 0;
  let nextToReceive = 0;
  let transmit: ((frame: Buffer) => void) | undefined;
  let key: Buffer | undefined;

  function send(payloadType: number, payload: Buffer): void {
    const frame = encode('output_stream_data', nextToSend, payloadType, payload);
    unacknowledged.set(nextToSend, { frame, at: performance.now() });
    nextToSend += 1;
    transmit?.(frame);
  }

  function acknowledge(id: Buffer, sequence: number): void {
    const content = {
      AcknowledgedMessageType: 'input_stream_data',
      AcknowledgedMessageId: id.toString('hex'),
      AcknowledgedMessageSequenceNumber: sequence,
      IsSequentialMessage: true,
    };
    transmit?.(encode('acknowledge', 0, 0, Buffer.from(JSON.stringify(content))));
  }

  return {
    attach(next) {
      transmit = next;
      for (const [sequence, { frame }] of unacknowledged) {
        unacknowledged.set(sequence, { frame, at: performance.now() });
        next(frame);
      }
      onRoom();
    },
    detach() {
      transmit = undefined;
    },
    receive(frame) {
      const { type, sequence, id, payloadType, payload } = decode(frame);
      if (type === 'acknowledge') {
        const content = parseJson(payload.toString());
        const number = isJsonObject(content) ? content.AcknowledgedMessageSequenceNumber : undefined;
        if (unacknowledged.delete(Number(number))) onRoom();
        return [];
      }
      if (type !== 'input_stream_data') return [];
      if (sequence > nextToReceive + MOST_WAITING) return [];
      acknowledge(id, sequence);
      if (sequence < nextToReceive || early.has(sequence)) return [];
      early.set(sequence, { payloadType, payload });
      const inOrder: InputMessage[] = [];
      for (let next = early.get(nextToReceive); next !== undefined; next = early.get(nextToReceive)) {
        early.delete(nextToReceive);
        nextToReceive += 1;
        const isEncrypted = key !== undefined && next.payloadType === PAYLOAD.output;
        inOrder.push(isEncrypted ? { ...next, payload: decrypted(key, next.payload) } : next);
      }
      return inOrder;
    },
    send,
    encryptWith(dataKey, challenge) {
      key = dataKey;
      return encrypted(key, challenge);
    },
    decrypted: (data) => decrypted(key, data),
    sendOutput(data) {
      for (let at = 0; at < data.length; at += MOST_PAYLOAD_BYTES) {
        const piece = data.subarray(at, at + MOST_PAYLOAD_BYTES);
        send(PAYLOAD.output, key === undefined ? piece : encrypted(key, piece));
      }
    },
    isFull: () => unacknowledged.size >= MOST_WAITING,
    resend() {
      if (transmit === undefined) return;
      const late = performance.now() - RESEND_AFTER_MS;
      for (const [sequence, { frame, at }] of unacknowledged) {
        if (at > late) return;
        // Moved to the end, as the newest.
        unacknowledged.delete(sequence);
        unacknowledged.set(sequence, { frame, at: performance.now() });
        transmit(frame);
      }
    },
    close(sessionId, output) {
      const content = {
        MessageType: 'channel_closed',
        MessageId: randomUUID(),
        CreatedDate: new Date().toISOString(),
        SessionId: sessionId,
        SchemaVersion: 1,
        Output: output,
      };
      transmit?.(encode('channel_closed', 0, 0, Buffer.from(JSON.stringify(content))));
      transmit = undefined;
      unacknowledged.clear();
    },
  };
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The agent encrypts with the first half of the data key, as https://github.com/aws/amazon-ssm-agent does (agent/session/crypto). */
function encrypted(dataKey: Buffer, data: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', dataKey.subarray(0, 32), nonce);
  return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

function decrypted(dataKey: Buffer | undefined, data: Buffer): Buffer {
  if (dataKey === undefined) throw new Error('The session is not encrypted.');
  const decipher = createDecipheriv('aes-256-gcm', dataKey.subarray(32), data.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

function encode(type: string, sequence: number, payloadType: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(HEAD_LENGTH, 0);
  head.write(type.padEnd(32, ' '), 4, 'latin1');
  head.writeUInt32BE(1, 36);
  head.writeBigUInt64BE(BigInt(Date.now()), 40);
  head.writeBigInt64BE(BigInt(sequence), 48);
  const flags = type === 'output_stream_data' ? (sequence === 0 ? 1n : 0n) : 3n;
  head.writeBigUInt64BE(flags, 56);
  head.write(randomUUID().replaceAll('-', ''), 64, 'hex');
  createHash('sha256').update(payload).digest().copy(head, 80);
  head.writeUInt32BE(payloadType, 112);
  head.writeUInt32BE(payload.length, 116);
  return Buffer.concat([head, payload]);
}

function decode(frame: Buffer) {
  if (frame.length < HEAD) throw new Error('The frame is shorter than the head of a message.');
  const payload = frame.subarray(HEAD);
  if (!createHash('sha256').update(payload).digest().equals(frame.subarray(80, 112)))
    throw new Error('The digest of the message is that of another payload.');
  return {
    type: frame.toString('latin1', 4, 36).trim(),
    sequence: Number(frame.readBigInt64BE(48)),
    id: frame.subarray(64, 80),
    payloadType: frame.readUInt32BE(112),
    payload,
  };
}
