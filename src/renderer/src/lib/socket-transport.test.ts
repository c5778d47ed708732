import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LockedOut } from './page-session.ts';
import { createSocketTransport } from './socket-transport.ts';

/** A socket whose other end is the test. */
type Socket = Awaited<ReturnType<Parameters<typeof createSocketTransport>[0]['open']>>;

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

async function connect() {
  const sockets: ReturnType<typeof fakeSocket>[] = [];
  const open = vi.fn<() => Promise<Socket>>(async () => {
    const next = fakeSocket();
    sockets.push(next);
    return next.socket;
  });
  const transport = createSocketTransport({ open, opened: () => undefined });
  await vi.advanceTimersByTimeAsync(0);
  const last = (): ReturnType<typeof fakeSocket> => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('The transport opened no socket.');
    return socket;
  };
  return { transport, open, last, sockets };
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
    const { transport, last } = await connect();
    const answer = transport.call(call);
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toEqual([{ type: 'call', ...call }]);
    last().receive({ type: 'answer', id: '1', answer: { ok: true, value: 7 } });
    expect(await answer).toEqual({ ok: true, value: 7 });
  });

  it('answers UNAVAILABLE to calls in progress when the connection is lost', async () => {
    const { transport, last } = await connect();
    last().open();
    const answer = transport.call(call);
    last().close();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
  });

  it('connects again, waiting longer each time, and tells when it is back', async () => {
    const { transport, last, sockets } = await connect();
    const back = vi.fn<() => void>();
    transport.onReconnect(back);
    last().open();
    last().close();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(2);
    last().close();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(3);
    expect(back).not.toHaveBeenCalled();
    last().open();
    expect(back).toHaveBeenCalledOnce();
  });

  it('does not cancel a call that has been answered', async () => {
    const { transport, last } = await connect();
    last().open();
    const answer = transport.call(call);
    last().receive({ type: 'answer', id: '1', answer: { ok: true, value: {} } });
    await answer;
    transport.cancel('1');
    expect(last().sent).toHaveLength(1);
  });

  it('tries again when the host cannot be asked for the key, and not when the host refuses the page', async () => {
    const { transport, open, last } = await connect();
    const lockedOut = vi.fn<(reason: string) => void>();
    transport.onLockedOut(lockedOut);
    last().close();
    open.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await vi.advanceTimersByTimeAsync(250);
    expect(lockedOut).not.toHaveBeenCalled();
    open.mockRejectedValueOnce(new LockedOut('unknown-key'));
    await vi.advanceTimersByTimeAsync(500);
    expect(lockedOut).toHaveBeenCalledExactlyOnceWith('unknown-key');
    const late = vi.fn<(reason: string) => void>();
    transport.onLockedOut(late);
    expect(late).toHaveBeenCalledExactlyOnceWith('unknown-key');

    expect(await transport.call(call)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toHaveBeenCalledTimes(3);
  });
});
