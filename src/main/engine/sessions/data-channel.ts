import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { answerToChallenge, type SessionCipher } from './session-cipher.ts';
import {
  decodeMessage,
  encodeAcknowledge,
  encodeMessage,
  FLAG,
  MESSAGE,
  MOST_PAYLOAD_BYTES,
  PAYLOAD,
  type SessionMessage,
} from './session-message.ts';

/** What the agent tells over the channel, in order and each once. */
type ChannelEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  /** The agent could not connect to the port. */
  | { readonly kind: 'port-refused' }
  | { readonly kind: 'exit-code'; readonly code: number }
  /** The other side has ended the session; `output` is what it says about it, often nothing. */
  | { readonly kind: 'closed'; readonly output: string }
  /** Slipway cannot go on with the session. */
  | { readonly kind: 'broken'; readonly sentence: string };

interface DataChannelOptions {
  /** Milliseconds, for round trips. */
  readonly now: () => number;
  /** Hands a frame to the WebSocket; a frame that is lost is sent again. */
  readonly transmit: (frame: Uint8Array) => void;
  readonly onEvent: (event: ChannelEvent) => void;
  /** Gets a data key for a session that the agent wants encrypted; rejects with the sentence of an Error. */
  readonly openCipher: (keyId: string) => Promise<SessionCipher>;
}

/** The client's side of a data channel: order, acknowledgements, repetition and the handshake. It holds no socket. */
export interface DataChannel {
  /** A frame has arrived. */
  receive(frame: Uint8Array): void;
  /** Sends data in pieces. False, and nothing is sent, where too much waits for acknowledgement. */
  send(data: Uint8Array): boolean;
  resize(size: { readonly cols: number; readonly rows: number }): void;
  /** Asks the agent to end the session. */
  terminate(): void;
  /** Sends again what was not acknowledged in time. Call it every 100 ms. */
  resendLate(): void;
  /** Sends again all that was not acknowledged: over a new WebSocket. */
  resendAll(): void;
  /** Messages that were sent and not acknowledged. */
  waiting(): number;
}

/**
 * The oldest client that AWS supports (https://docs.aws.amazon.com/systems-manager/latest/userguide/plugin-version-history.html). Its port
 * sessions share one connection (from 1.1.70.0 on) without keep-alives that would defeat the idle timeout (after 1.2.331.0), and it
 * knows exit codes (after 1.2.295): the agent decides by this number.
 */
export const CLIENT_VERSION = '1.2.764.0';

/** As the published client has it: the round trip that is assumed, and the bounds of waiting (RFC 6298). */
const FIRST_WAIT_MS = 200;
const FIRST_ROUND_TRIP_MS = 100;
const CLOCK_GRANULARITY_MS = 10;
const LONGEST_WAIT_MS = 1_000;
const ROUND_TRIP_WEIGHT = 1 / 8;
const VARIATION_WEIGHT = 1 / 4;

const MOST_UNACKNOWLEDGED = 10_000;
const MOST_EARLY_MESSAGES = 10_000;
const MOST_EARLY_BYTES = 16 * 1024 * 1024;
/** Messages that are sent again at once: the rest follow as these are acknowledged. */
const MOST_RESENT = 64;

const Acknowledge = lazyObject(() => ({ AcknowledgedMessageSequenceNumber: z.number() }));
const Closed = lazyObject(() => ({ Output: z.string().default('') }));
const HandshakeRequest = lazyObject(() => ({
  RequestedClientActions: z
    .array(z.object({ ActionType: z.string(), ActionParameters: z.unknown() }))
    .max(20)
    .nullish(),
}));
const KmsRequest = lazyObject(() => ({ KMSKeyId: z.string().min(1).max(2_048) }));
const HandshakeComplete = lazyObject(() => ({ CustomerMessage: z.string().nullish() }));

const SUCCEEDED = 1;
const FAILED = 2;
const UNSUPPORTED = 3;

interface Sent {
  readonly frame: Uint8Array;
  readonly at: number;
  readonly isRepeated: boolean;
}

export function createDataChannel(options: DataChannelOptions): DataChannel {
  const { now, transmit, onEvent, openCipher } = options;
  const unacknowledged = new Map<number, Sent>();
  const early = new Map<number, SessionMessage>();
  let earlyBytes = 0;
  let nextToSend = 0;
  let nextToReceive = 0;
  let roundTrip = FIRST_ROUND_TRIP_MS;
  let variation = 0;
  let wait = FIRST_WAIT_MS;
  let cipher: SessionCipher | undefined;
  let isPaused = false;
  let hasGreeted = false;
  let isReady = false;
  let isOver = false;

  function end(event: ChannelEvent): void {
    if (isOver) return;
    isOver = true;
    unacknowledged.clear();
    early.clear();
    onEvent(event);
  }

  const broken = (sentence: string): void => end({ kind: 'broken', sentence });

  function push(payloadType: number, payload: Uint8Array): void {
    if (isOver) return;
    const sequence = nextToSend;
    nextToSend += 1;
    const frame = encodeMessage({ type: MESSAGE.input, sequence, payloadType, payload }, Date.now());
    unacknowledged.set(sequence, { frame, at: now(), isRepeated: false });
    if (!isPaused) transmit(frame);
  }

  function acknowledged({ payload }: SessionMessage): void {
    const sequence = parsed(Acknowledge, payload)?.AcknowledgedMessageSequenceNumber;
    const sent = sequence === undefined ? undefined : unacknowledged.get(sequence);
    if (sequence === undefined || sent === undefined) return;
    unacknowledged.delete(sequence);
    // The acknowledgement of a repeated message does not say which of them it is for.
    if (sent.isRepeated) return;
    const took = now() - sent.at;
    variation = (1 - VARIATION_WEIGHT) * variation + VARIATION_WEIGHT * Math.abs(roundTrip - took);
    roundTrip = (1 - ROUND_TRIP_WEIGHT) * roundTrip + ROUND_TRIP_WEIGHT * took;
    wait = Math.min(LONGEST_WAIT_MS, roundTrip + Math.max(CLOCK_GRANULARITY_MS, 4 * variation));
  }

  function received(message: SessionMessage): void {
    if (message.sequence > nextToReceive) {
      const isKnown = early.has(message.sequence);
      const isFull =
        early.size >= MOST_EARLY_MESSAGES || earlyBytes + message.payload.length > MOST_EARLY_BYTES;
      // Without an acknowledgement it is sent again.
      if (isFull && !isKnown) return;
      if (!isKnown) {
        early.set(message.sequence, message);
        earlyBytes += message.payload.length;
      }
    }
    transmit(encodeAcknowledge(message, Date.now()));
    if (message.sequence !== nextToReceive) return;
    for (let next: SessionMessage | undefined = message; next !== undefined && !isOver; ) {
      nextToReceive += 1;
      handle(next);
      next = early.get(nextToReceive);
      if (next !== undefined) {
        early.delete(nextToReceive);
        earlyBytes -= next.payload.length;
      }
    }
  }

  function ready(): void {
    if (isReady) return;
    isReady = true;
    onEvent({ kind: 'ready' });
  }

  function handle({ payloadType, payload: arrived }: SessionMessage): void {
    const payload = cipher !== undefined && ENCRYPTED.has(payloadType) ? cipher.decrypt(arrived) : arrived;
    if (payload === undefined) {
      broken(OTHER_KEY);
      return;
    }
    switch (payloadType) {
      case PAYLOAD.handshakeRequest:
        void shakeHands(payload);
        return;
      case PAYLOAD.handshakeComplete: {
        ready();
        const words = parsed(HandshakeComplete, payload)?.CustomerMessage ?? '';
        if (words !== '') onEvent({ kind: 'output', bytes: Buffer.from(`${words}\r\n`) });
        return;
      }
      case PAYLOAD.encryptionChallenge:
        answerChallenge(payload);
        return;
      case PAYLOAD.output:
      case PAYLOAD.error:
      case PAYLOAD.stdErr:
        // Agents of old begin without a handshake.
        ready();
        onEvent({ kind: 'output', bytes: payload });
        return;
      case PAYLOAD.exitCode: {
        const code = Number(Buffer.from(payload).toString('latin1').slice(0, 12));
        if (Number.isInteger(code)) onEvent({ kind: 'exit-code', code });
        return;
      }
      case PAYLOAD.flag:
        if (flagOf(payload) === FLAG.connectToPortError) onEvent({ kind: 'port-refused' });
        return;
      default:
        return;
    }
  }

  async function shakeHands(payload: Uint8Array): Promise<void> {
    if (hasGreeted) return;
    hasGreeted = true;
    const request = parsed(HandshakeRequest, payload);
    if (request === undefined) {
      broken(GARBAGE);
      return;
    }
    const actions: (Processed & { readonly ActionType: string })[] = [];
    for (const { ActionType, ActionParameters } of request.RequestedClientActions ?? [])
      actions.push({ ActionType, ...(await answerTo(ActionType, ActionParameters)) });
    if (isOver) return;
    const response = {
      ClientVersion: CLIENT_VERSION,
      ProcessedClientActions: actions,
      Errors: actions.map((action) => action.Error).filter((error) => error !== ''),
    };
    push(PAYLOAD.handshakeResponse, Buffer.from(JSON.stringify(response)));
    const failed = actions.find(({ ActionStatus }) => ActionStatus === FAILED);
    if (failed !== undefined) broken(failed.Error);
  }

  async function answerTo(action: string, parameters: unknown): Promise<Processed> {
    switch (action) {
      case 'SessionType':
        return { ActionStatus: SUCCEEDED, ActionResult: null, Error: '' };
      case 'KMSEncryption':
        return encryptWith(KmsRequest.safeParse(parameters).data?.KMSKeyId);
      default:
        return { ActionStatus: UNSUPPORTED, ActionResult: null, Error: `Unsupported action ${action}` };
    }
  }

  async function encryptWith(keyId: string | undefined): Promise<Processed> {
    if (keyId === undefined) return { ActionStatus: FAILED, ActionResult: null, Error: GARBAGE };
    try {
      cipher = await openCipher(keyId);
      const key = Buffer.from(cipher.encryptedKey).toString('base64');
      return { ActionStatus: SUCCEEDED, ActionResult: { KMSCipherTextKey: key }, Error: '' };
    } catch (error) {
      const why = error instanceof Error ? error.message : 'KMS gave no reason.';
      const sentence = `Session Manager encrypts this session with the KMS key ${keyId}, and Slipway got no data key. ${why}`;
      return { ActionStatus: FAILED, ActionResult: null, Error: sentence };
    }
  }

  /** The agent checks that both sides have the same keys. */
  function answerChallenge(payload: Uint8Array): void {
    const answer = cipher && answerToChallenge(payload, cipher);
    if (answer === undefined) broken(OTHER_KEY);
    else push(PAYLOAD.encryptionChallengeResponse, answer);
  }

  return {
    receive(frame) {
      if (isOver) return;
      const message = decodeMessage(frame);
      switch (message?.type) {
        case undefined:
          broken(GARBAGE);
          return;
        case MESSAGE.pause:
          isPaused = true;
          return;
        case MESSAGE.closed:
          end({ kind: 'closed', output: parsed(Closed, message?.payload ?? NOTHING)?.Output ?? '' });
          return;
        default:
          break;
      }
      isPaused = false;
      if (message?.type === MESSAGE.acknowledge) acknowledged(message);
      if (message?.type === MESSAGE.output) received(message);
    },
    send(data) {
      const pieces = Math.ceil(data.length / MOST_PAYLOAD_BYTES);
      if (unacknowledged.size + pieces > MOST_UNACKNOWLEDGED) return false;
      for (let at = 0; at < data.length; at += MOST_PAYLOAD_BYTES) {
        const piece = data.subarray(at, at + MOST_PAYLOAD_BYTES);
        push(PAYLOAD.output, cipher === undefined ? piece : cipher.encrypt(piece));
      }
      return true;
    },
    resize: ({ cols, rows }) => push(PAYLOAD.size, Buffer.from(JSON.stringify({ cols, rows }))),
    terminate() {
      const flag = Buffer.alloc(4);
      flag.writeUInt32BE(FLAG.terminateSession);
      push(PAYLOAD.flag, flag);
    },
    resendLate() {
      if (isPaused) return;
      const late = now() - wait;
      for (const [sequence, { frame, at }] of [...unacknowledged].slice(0, MOST_RESENT)) {
        if (at > late) return;
        unacknowledged.set(sequence, { frame, at: now(), isRepeated: true });
        transmit(frame);
      }
    },
    resendAll() {
      isPaused = false;
      wait = FIRST_WAIT_MS;
      for (const [sequence, { frame }] of unacknowledged) {
        unacknowledged.set(sequence, { frame, at: now(), isRepeated: true });
        transmit(frame);
      }
    },
    waiting: () => unacknowledged.size,
  };
}

const NOTHING = new Uint8Array();
const GARBAGE =
  "The session server sent something that isn't a message of Session Manager, so Slipway ended the session. Open it again.";
const OTHER_KEY =
  "The session server sent data that isn't encrypted with the key of this session, so Slipway ended the session. Open it again.";

/** What the agent encrypts once both sides have a data key. */
const ENCRYPTED: ReadonlySet<number> = new Set([PAYLOAD.output, PAYLOAD.stdErr, PAYLOAD.exitCode]);

interface Processed {
  readonly ActionStatus: number;
  readonly ActionResult: object | null;
  readonly Error: string;
}

function flagOf(payload: Uint8Array): number | undefined {
  return payload.length < 4 ? undefined : Buffer.from(payload).readUInt32BE(0);
}

/** The content of a payload that is JSON; undefined for another one. */
function parsed<T>(schema: z.ZodType<T>, payload: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(payload).toString())).data;
  } catch {
    return undefined;
  }
}
