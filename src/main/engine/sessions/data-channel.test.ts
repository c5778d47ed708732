import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgentChannel } from '../../../sandbox/services/sessions/agent-channel.ts';
import { createDataChannel } from './data-channel.ts';
import { type OpenedSession, runSession, type SessionOptions } from './session-connection.ts';
import { decodeMessage, encodeMessage, PAYLOAD } from './session-message.ts';
import { createSmuxClient } from './smux.ts';

type ChannelEvent = Parameters<Parameters<typeof createDataChannel>[0]['onEvent']>[0];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const STEP_MS = 400;

const UNENCRYPTED = () => Promise.reject(new Error('No agent asked for it.'));

/** A network that loses, repeats and mixes frames as a list of numbers says, and is whole once the list is at its end. */
function lossyNetwork(choices: readonly number[], deliver: (frame: Uint8Array) => void) {
  const rest = [...choices];
  let waiting: Uint8Array[] = [];
  return {
    send: (frame: Uint8Array) => void waiting.push(frame),
    flush() {
      const frames = waiting;
      waiting = [];
      for (const frame of frames) {
        const choice = rest.shift() ?? 3;
        if (choice === 0) continue;
        if (choice === 1) deliver(frame);
        if (choice === 2) waiting.push(frame);
        else deliver(frame);
      }
    },
  };
}

describe('a data channel', () => {
  it('brings all bytes of both directions in order and once, whatever the network loses, repeats and mixes', () => {
    const choices = fc.array(fc.nat({ max: 6 }), { maxLength: 300 });
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 2_500 }), { maxLength: 12 });
    fc.assert(
      fc.property(choices, choices, pieces, pieces, (up, down, typed, printed) => {
        const received: Uint8Array[] = [];
        const taken: Uint8Array[] = [];
        const agent = createAgentChannel(() => {});
        const upwards = lossyNetwork(up, (frame) => {
          for (const message of agent.receive(Buffer.from(frame))) taken.push(message.payload);
        });
        const downwards = lossyNetwork(down, (frame) => client.receive(frame));
        const client = createDataChannel({
          now: () => performance.now(),
          transmit: upwards.send,
          onEvent: (event) => event.kind === 'output' && received.push(event.bytes),
          openCipher: UNENCRYPTED,
        });
        agent.attach(downwards.send);
        for (const piece of printed) agent.sendOutput(Buffer.from(piece));
        for (const piece of typed) client.send(piece);
        for (let round = 0; round < 700; round += 1) {
          upwards.flush();
          downwards.flush();
          vi.advanceTimersByTime(STEP_MS);
          client.resendLate();
          agent.resend();
          if (taken.length > 0 && client.waiting() === 0 && round > 320) break;
        }
        expect(Buffer.concat(received)).toEqual(Buffer.concat(printed));
        expect(Buffer.concat(taken)).toEqual(Buffer.concat(typed));
      }),
      { numRuns: 25 },
    );
  });

  it('reads no message that was cut off or changed, and ends with one sentence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), (payload, at) => {
        const frame = encodeMessage(
          { type: 'output_stream_data', sequence: 0, payloadType: PAYLOAD.output, payload },
          0,
        );
        expect(decodeMessage(frame)?.payload).toEqual(Buffer.from(payload));
        expect(decodeMessage(frame.subarray(0, at % frame.length))).toBeUndefined();
      }),
    );
    const events: ChannelEvent[] = [];
    const channel = createDataChannel({
      now: () => 0,
      transmit: () => {},
      onEvent: (event) => events.push(event),
      openCipher: UNENCRYPTED,
    });
    channel.receive(Buffer.from('garbage'));
    channel.receive(Buffer.alloc(200));
    expect(events).toEqual([{ kind: 'broken', sentence: expect.stringMatching(/^The session server sent/) }]);
  });

  it('gives up a session whose KMS key gives no data key, and names the key', async () => {
    const events: ChannelEvent[] = [];
    const sent: Uint8Array[] = [];
    const channel = createDataChannel({
      now: () => 0,
      transmit: (frame) => sent.push(frame),
      onEvent: (event) => events.push(event),
      openCipher: () => Promise.reject(new Error('You are not allowed to use kms:GenerateDataKey.')),
    });
    const handshake = {
      AgentVersion: '3.3.0.0',
      RequestedClientActions: [
        { ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId: 'alias/sessions' } },
      ],
    };
    const payload = Buffer.from(JSON.stringify(handshake));
    channel.receive(
      encodeMessage(
        { type: 'output_stream_data', sequence: 0, payloadType: PAYLOAD.handshakeRequest, payload },
        0,
      ),
    );
    await vi.waitUntil(() => events.length > 0);
    const sentence = expect.stringMatching(/KMS key alias\/sessions, .* kms:GenerateDataKey/);
    expect(events).toEqual([{ kind: 'broken', sentence }]);
    const answers = sent.flatMap((frame) => decodeMessage(frame) ?? []);
    expect(Buffer.from(answers.at(-1)?.payload ?? []).toString()).toContain('"ActionStatus":2');
  });

  it('takes no more input than it can repeat', () => {
    const channel = createDataChannel({
      now: () => 0,
      transmit: () => {},
      onEvent: () => {},
      openCipher: UNENCRYPTED,
    });
    expect(channel.send(new Uint8Array(9 * 1024 * 1024))).toBe(true);
    expect(channel.send(new Uint8Array(1024 * 1024))).toBe(false);
  });
});

describe('a session', () => {
  const session: OpenedSession = { sessionId: 's', streamUrl: 'wss://aws', tokenValue: 'first' };
  const states: string[] = [];
  const shown: Uint8Array[] = [];

  /** A network that can be cut, with the agent behind it. */
  function openNetwork(
    resumed: () => OpenedSession | undefined = () => ({ ...session, tokenValue: 'second' }),
  ) {
    let isDown = false;
    const tokens: string[] = [];
    const agent = createAgentChannel(() => {});
    agent.send(PAYLOAD.handshakeComplete, Buffer.from('{}'));
    const connect: SessionOptions['connect'] = async (_url, events) => {
      if (isDown) throw new Error('no network');
      return {
        send(data) {
          if (isDown) return;
          if (typeof data !== 'string') agent.receive(Buffer.from(data));
          else {
            tokens.push(/"TokenValue":"(\w+)"/.exec(data)?.[1] ?? '');
            agent.attach((frame) => {
              if (!isDown) events.onMessage(frame);
            });
          }
        },
        ping: () => {
          if (!isDown) events.onPong();
        },
        pause() {},
        resume() {},
        close() {},
      };
    };
    states.length = 0;
    shown.length = 0;
    const connection = runSession({
      session,
      connect,
      resume: async () => {
        if (isDown) throw new Error('no network');
        return resumed();
      },
      openCipher: UNENCRYPTED,
      onReady: () => states.push('ready'),
      onOutput: (bytes) => shown.push(bytes),
      onState: (state) => states.push(state),
    });
    return {
      agent,
      connection,
      tokens,
      cut: (value: boolean): void => {
        isDown = value;
      },
    };
  }

  it('survives 30 seconds without a network: it resumes with a new token, and nothing is lost', async () => {
    const { agent, connection, tokens, cut } = openNetwork();
    await vi.advanceTimersByTimeAsync(1_000);
    agent.sendOutput(Buffer.from('before '));
    cut(true);
    agent.sendOutput(Buffer.from('meanwhile '));
    connection.send(Buffer.from('typed'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states).toEqual(['ready', 'reconnecting']);
    cut(false);
    await vi.advanceTimersByTimeAsync(5_000);
    agent.sendOutput(Buffer.from('after'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states).toEqual(['ready', 'reconnecting', 'reconnected']);
    expect(tokens).toEqual(['first', 'second']);
    expect(Buffer.concat(shown).toString()).toBe('before meanwhile after');
    connection.leave();
    expect(await connection.ended).toMatchObject({ reason: 'left' });
  });

  it('is given up after 2 minutes without a network, and ended where AWS has ended it', async () => {
    const lost = openNetwork();
    await vi.advanceTimersByTimeAsync(1_000);
    lost.cut(true);
    await vi.advanceTimersByTimeAsync(150_000);
    expect(await lost.connection.ended).toMatchObject({ reason: 'lost' });
    const over = openNetwork(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    over.cut(true);
    await vi.advanceTimersByTimeAsync(20_000);
    over.cut(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await over.connection.ended).toMatchObject({ reason: 'idle' });
  });

  it('ends when the agent does not answer', async () => {
    const connection = runSession({
      session,
      connect: async () => ({ send() {}, ping() {}, pause() {}, resume() {}, close() {} }),
      resume: () => new Promise(() => {}),
      openCipher: UNENCRYPTED,
      onReady() {},
      onOutput() {},
      onState() {},
    });
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await connection.ended).toMatchObject({
      reason: 'refused',
      sentence: expect.stringMatching(/didn't answer within 30 seconds/),
    });
  });

  it.each([
    ['', 'exited', 'The session ended.'],
    [
      'Your session timed out due to inactivity.',
      'idle',
      'AWS ended the session, because it was idle for too long.',
    ],
    [
      '----------ERROR-------\nUnable to start command: no such file or directory',
      'refused',
      'The command could not be started in the container: it may have no such program, as images without a shell do. AWS says: Unable to start command: no such file or directory',
    ],
    ['\x1b]0;title\x07 gone', 'exited', 'The session ended. AWS says: ]0;title gone'],
  ])('reads the end %j as %s', async (output, reason, sentence) => {
    const { agent, connection } = openNetwork();
    await vi.advanceTimersByTimeAsync(100);
    agent.close('s', output);
    expect(await connection.ended).toEqual({ reason, sentence });
  });
});

describe('connections through one session', () => {
  it('answer the keep-alives of an old agent, which would close them after 30 seconds', () => {
    const sent: Uint8Array[] = [];
    const events = { onData() {}, onEnd() {}, onBroken() {} };
    const client = createSmuxClient((bytes) => sent.push(bytes), events);
    const keepAlive = Buffer.from([1, 3, 0, 0, 0, 0, 0, 0]);
    client.receive(keepAlive);
    expect(sent).toEqual([keepAlive]);
  });

  it('are told apart in whatever pieces their bytes arrive, and bytes of another protocol end them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 60 }), (lengths) => {
        const data: string[] = [];
        const ends: number[] = [];
        let isBroken = false;
        const client = createSmuxClient(() => {}, {
          onData: (stream, bytes) => data.push(`${stream}:${Buffer.from(bytes).toString()}`),
          onEnd: (stream) => ends.push(stream),
          onBroken: () => {
            isBroken = true;
          },
        });
        const frames: Uint8Array[] = [];
        const writer = createSmuxClient((bytes) => frames.push(bytes), {
          onData() {},
          onEnd() {},
          onBroken() {},
        });
        const stream = writer.open();
        writer.write(stream, Buffer.from('hello'));
        writer.end(stream);
        const all = Buffer.concat(frames);
        let at = 0;
        for (const length of lengths) {
          client.receive(all.subarray(at, at + length));
          at += length;
        }
        client.receive(all.subarray(at));
        expect(data).toEqual([`${stream}:hello`]);
        expect(ends).toEqual([stream]);
        client.receive(Buffer.from('GET / HTTP/1.1'));
        expect(isBroken).toBe(true);
      }),
    );
  });
});
