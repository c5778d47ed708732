import { describe, expect, it } from 'vitest';
import type { CallAnswer, CallRequest, Transport } from '../../../shared/transport.ts';
import { startAhead } from './head-start.ts';

const ANSWER: CallAnswer = { ok: true, value: ['web'] };
const FAILED: CallAnswer = {
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'It was lost.', retryable: true, detail: {} },
};

/** An engine that answers when the test says so. */
function fakeEngine() {
  const calls: CallRequest[] = [];
  const cancelled: string[] = [];
  const answers: ((answer: CallAnswer) => void)[] = [];
  const listeners = new Set<(id: string, event: unknown) => void>();
  const transport: Transport = {
    call: (request) =>
      new Promise((resolve) => {
        calls.push(request);
        answers.push(resolve);
      }),
    cancel: (id) => void cancelled.push(id),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const sendEvent = (index: number, event: unknown): void => {
    for (const listener of listeners) listener(calls[index]?.id ?? '', event);
  };
  return { transport, calls, cancelled, answers, sendEvent };
}

/** A head start whose answers are not held back, and the events that reach its views. */
function start() {
  const engine = fakeEngine();
  const ahead = startAhead(engine.transport);
  const events: unknown[] = [];
  ahead.transport.onEvent((id, event) => events.push([id, event]));
  return { ...engine, ahead, events };
}

const list = (id: string): CallRequest => ({ id, method: 'services.list', input: { cluster: 'main' } });

describe('a head start', () => {
  it('gives its answer to the first call of the same method and input, and sends the second one', async () => {
    const { ahead, calls, answers } = start();
    void ahead.ask('services.list', { cluster: 'main' });
    const first = ahead.transport.call(list('view'));
    expect(calls).toHaveLength(1);
    answers[0]?.(ANSWER);
    ahead.release();
    expect(await first).toBe(ANSWER);
    void ahead.transport.call(list('again'));
    expect(calls.map(({ id }) => id).slice(1)).toEqual(['again']);
  });

  it('sends a call of another input', () => {
    const { ahead, calls } = start();
    void ahead.ask('services.list', { cluster: 'main' });
    void ahead.transport.call({ ...list('view'), input: { cluster: 'other' } });
    expect(calls.map(({ input }) => input)).toEqual([{ cluster: 'main' }, { cluster: 'other' }]);
  });

  it('gives the view the events from before and after it has called, under the id of its call', async () => {
    const { ahead, answers, events, sendEvent } = start();
    const seen: unknown[] = [];
    void ahead.ask('services.list', { cluster: 'main' }, (event) => seen.push(event));
    sendEvent(0, 'names');
    ahead.release();
    const answer = ahead.transport.call(list('view'));
    await Promise.resolve();
    sendEvent(0, 'rows');
    answers[0]?.(ANSWER);
    await answer;
    expect(events).toEqual([
      ['view', 'names'],
      ['view', 'rows'],
    ]);
    expect(seen).toEqual(['names', 'rows']);
  });

  it('holds an answer back until the others are there, so that the first view is drawn once', async () => {
    const { ahead, answers } = start();
    void ahead.ask('services.list', { cluster: 'main' });
    const order: string[] = [];
    const answer = ahead.transport.call(list('view')).then(() => order.push('answered'));
    answers[0]?.(ANSWER);
    await Promise.resolve();
    order.push('released');
    ahead.release();
    await answer;
    expect(order).toEqual(['released', 'answered']);
  });

  it('leaves a call to the view when the early one has failed', async () => {
    const { ahead, calls, answers } = start();
    const early = ahead.ask('services.list', { cluster: 'main' });
    answers[0]?.(FAILED);
    expect(await early).toBe(FAILED);
    void ahead.transport.call(list('view'));
    expect(calls).toHaveLength(2);
  });

  it('cancels the early call when the view that has taken it goes', () => {
    const { ahead, calls, cancelled } = start();
    void ahead.ask('services.list', { cluster: 'main' });
    void ahead.transport.call(list('view'));
    ahead.transport.cancel('view');
    expect(cancelled).toEqual([calls[0]?.id]);
  });

  it('gives no old answer once it has ended, and cancels what nothing has taken', () => {
    const { ahead, calls, cancelled } = start();
    void ahead.ask('services.list', { cluster: 'main' });
    ahead.end();
    void ahead.transport.call(list('view'));
    expect(cancelled).toEqual([calls[0]?.id]);
    expect(calls).toHaveLength(2);
  });
});
