import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSocketTransport, type Socket } from './socket-transport.ts';

/** A socket whose other end is the test. */
function fakeSocket() {
  const target = new EventTarget();
  const sent: unknown[] = [];
  const socket: Socket = {
    send: (data) => void sent.push(typeof data === 'string' ? JSON.parse(data) : data),
    addEventListener: target.addEventListener.bind(target),
  };
  return {
    socket,
    sent,
    open: () => target.dispatchEvent(new Event('open')),
    close: () => target.dispatchEvent(new Event('close')),
    receive: (frame: unknown) =>
      target.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) })),
  };
}

function connect() {
  const sockets: ReturnType<typeof fakeSocket>[] = [];
  const transport = createSocketTransport(() => {
    const next = fakeSocket();
    sockets.push(next);
    return next.socket;
  });
  const last = (): ReturnType<typeof fakeSocket> => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('The transport opened no socket.');
    return socket;
  };
  return { transport, last, sockets };
}

const call = { id: '1', method: 'app.info', input: {} };

describe('the transport of a browser tab', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends calls that were made before the connection was open', async () => {
    const { transport, last } = connect();
    const answer = transport.call(call);
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toEqual([{ type: 'call', ...call }]);
    last().receive({ type: 'answer', id: '1', answer: { ok: true, value: 7 } });
    expect(await answer).toEqual({ ok: true, value: 7 });
  });

  it('answers UNAVAILABLE to calls in flight when the connection is lost', async () => {
    const { transport, last } = connect();
    last().open();
    const answer = transport.call(call);
    last().close();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
  });

  it('connects again, waiting longer each time, and tells when it is back', () => {
    const { transport, last, sockets } = connect();
    const back = vi.fn<() => void>();
    transport.onReconnect(back);
    last().open();
    last().close();
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    last().close();
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(3);
    expect(back).not.toHaveBeenCalled();
    last().open();
    expect(back).toHaveBeenCalledOnce();
  });

  it('does not cancel a call that has been answered', async () => {
    const { transport, last } = connect();
    last().open();
    const answer = transport.call(call);
    last().receive({ type: 'answer', id: '1', answer: { ok: true, value: {} } });
    await answer;
    transport.cancel('1');
    expect(last().sent).toHaveLength(1);
  });
});
