import { createHash, randomUUID } from 'node:crypto';

/**
 * The messages of a Session Manager data channel, as the published client and agent write them
 * (https://github.com/aws/session-manager-plugin, https://github.com/aws/amazon-ssm-agent): a head of fixed fields in
 * big-endian order, then the payload with its SHA-256.
 */
export interface SessionMessage {
  readonly type: string;
  /** Counts the stream data of each direction from 0; 0 for all others. */
  readonly sequence: number;
  readonly flags: number;
  readonly id: string;
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

export const MESSAGE = {
  input: 'input_stream_data',
  output: 'output_stream_data',
  acknowledge: 'acknowledge',
  closed: 'channel_closed',
  start: 'start_publication',
  pause: 'pause_publication',
} as const;

export const PAYLOAD = {
  output: 1,
  error: 2,
  size: 3,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  encryptionChallenge: 8,
  encryptionChallengeResponse: 9,
  flag: 10,
  stdErr: 11,
  exitCode: 12,
} as const;

export const FLAG = { terminateSession: 2, connectToPortError: 3 } as const;

/** The most bytes of data that client and agent put into one message. */
export const MOST_PAYLOAD_BYTES = 1024;

/** SYN and FIN: a message that is whole by itself. */
const WHOLE = 3;

const TYPE = { at: 4, length: 32 };
const SCHEMA = 36;
const CREATED = 40;
const SEQUENCE = 48;
const FLAGS = 56;
const ID = 64;
const DIGEST = { at: 80, length: 32 };
const PAYLOAD_TYPE = 112;
const PAYLOAD_LENGTH = 116;
const HEAD = 120;

type NewMessage = Pick<SessionMessage, 'type' | 'sequence' | 'payloadType' | 'payload'> &
  Partial<Pick<SessionMessage, 'flags'>>;

/** The bytes of a message. `at` is the time that it says it was made, in milliseconds. */
export function encodeMessage(message: NewMessage, at: number): Uint8Array {
  const { type, sequence, payloadType, payload, flags = 0 } = message;
  const bytes = Buffer.alloc(HEAD + payload.length);
  bytes.writeUInt32BE(PAYLOAD_LENGTH, 0);
  bytes.write(type.padEnd(TYPE.length), TYPE.at, 'latin1');
  bytes.writeUInt32BE(1, SCHEMA);
  bytes.writeBigUInt64BE(BigInt(at), CREATED);
  bytes.writeBigInt64BE(BigInt(sequence), SEQUENCE);
  bytes.writeBigUInt64BE(BigInt(flags), FLAGS);
  swappedHalves(Buffer.from(randomUUID().replaceAll('-', ''), 'hex')).copy(bytes, ID);
  digestOf(payload).copy(bytes, DIGEST.at);
  bytes.writeUInt32BE(payloadType, PAYLOAD_TYPE);
  bytes.writeUInt32BE(payload.length, PAYLOAD_LENGTH);
  bytes.set(payload, HEAD);
  return bytes;
}

/** The message of these bytes. Undefined for what is not one: too short, cut off, or with another digest. */
export function decodeMessage(frame: Uint8Array): SessionMessage | undefined {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bytes.length < PAYLOAD_LENGTH) return undefined;
  const type = bytes
    .toString('latin1', TYPE.at, TYPE.at + TYPE.length)
    .replaceAll('\0', '')
    .trim();
  // These two are signals, and may come without a payload and its digest.
  if (type === MESSAGE.start || type === MESSAGE.pause) return { ...SIGNAL, type };
  const headLength = bytes.readUInt32BE(0);
  if (headLength !== PAYLOAD_LENGTH || bytes.length < HEAD) return undefined;
  const payload = bytes.subarray(HEAD);
  if (payload.length !== bytes.readUInt32BE(PAYLOAD_LENGTH)) return undefined;
  const digest = bytes.subarray(DIGEST.at, DIGEST.at + DIGEST.length);
  if (payload.length > 0 && !digest.equals(digestOf(payload))) return undefined;
  const sequence = Number(bytes.readBigInt64BE(SEQUENCE));
  if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return {
    type,
    sequence,
    flags: Number(bytes.readBigUInt64BE(FLAGS)),
    id: uuidOf(swappedHalves(bytes.subarray(ID, ID + 16))),
    payloadType: bytes.readUInt32BE(PAYLOAD_TYPE),
    payload,
  };
}

/** What tells the other side that a message has arrived. */
export function encodeAcknowledge({ type, id, sequence }: SessionMessage, at: number): Uint8Array {
  const content = {
    AcknowledgedMessageType: type,
    AcknowledgedMessageId: id,
    AcknowledgedMessageSequenceNumber: sequence,
    IsSequentialMessage: true,
  };
  const payload = Buffer.from(JSON.stringify(content));
  return encodeMessage({ type: MESSAGE.acknowledge, sequence: 0, flags: WHOLE, payloadType: 0, payload }, at);
}

const SIGNAL = {
  sequence: 0,
  flags: WHOLE,
  id: '00000000-0000-0000-0000-000000000000',
  payloadType: 0,
  payload: new Uint8Array(),
};

function digestOf(payload: Uint8Array): Buffer {
  return createHash('sha256').update(payload).digest();
}

/** Ids have their less significant half first. */
function swappedHalves(id: Buffer): Buffer {
  return Buffer.concat([id.subarray(8, 16), id.subarray(0, 8)]);
}

function uuidOf(id: Buffer): string {
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
