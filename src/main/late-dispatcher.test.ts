import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createDispatcher, type Dispatcher } from './engine/ports/dispatcher.ts';
import type { Handlers } from './engine/ports/handlers.ts';
import { lateDispatcher } from './late-dispatcher.ts';

const logger = pino({ level: 'silent' });
const CALL = { id: '1', method: 'app.info', input: {} } as const;

describe('a dispatcher before the engine has started', () => {
  it('queues calls until then', async () => {
    const ready = Promise.withResolvers<Dispatcher>();
    const answer = lateDispatcher(ready.promise, logger)
      .connect(() => undefined)
      .call(CALL);
    const value = { version: '1', host: 'browser', nativeDialogs: false } as const;
    ready.resolve(createDispatcher({ 'app.info': async () => value }, logger));
    expect(await answer).toEqual({ ok: true, value });
  });

  it('drops a call that was cancelled before the start', async () => {
    const ready = Promise.withResolvers<Dispatcher>();
    const connection = lateDispatcher(ready.promise, logger).connect(() => undefined);
    const answer = connection.call(CALL);
    connection.cancel('1');
    const untilCancelled: Handlers['app.info'] = async (_input, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      throw signal.reason;
    };
    ready.resolve(createDispatcher({ 'app.info': untilCancelled }, logger));
    expect(await answer).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
  });

  it('drops the calls of a sender that has disconnected', async () => {
    const ready = Promise.withResolvers<Dispatcher>();
    const connection = lateDispatcher(ready.promise, logger).connect(() => undefined);
    connection.close();
    ready.resolve(createDispatcher({}, logger));
    expect(await connection.call(CALL)).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
  });

  it('reports that the engine did not start, without the reason', async () => {
    const failed = Promise.reject(new Error('EACCES /home/ana/.local'));
    const answer = await lateDispatcher(failed, logger)
      .connect(() => undefined)
      .call(CALL);
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer)).not.toContain('ana');
  });

  it('survives an engine that did not start, also while a sender asks nothing', async () => {
    const unhandled = vi.fn<(reason: unknown) => void>();
    process.on('unhandledRejection', unhandled);
    lateDispatcher(Promise.reject(new Error('No.')), logger).connect(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
