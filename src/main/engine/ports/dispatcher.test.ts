import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { contract, type MethodName } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { CallAnswer } from '../../../shared/transport.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { Handlers } from './handlers.ts';

const METHODS = Object.keys(contract).filter((name): name is MethodName => Object.hasOwn(contract, name));
const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const silent = pino({ level: 'silent' });

function failure(answer: CallAnswer) {
  if (answer.ok) throw new Error('The call was expected to fail.');
  return answer.error;
}

function value(answer: CallAnswer): unknown {
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** A logger that keeps its lines. */
function keepingLogger() {
  const lines: string[] = [];
  return { lines, logger: pino({}, { write: (line: string) => void lines.push(line) }) };
}

/** A handler that waits until it is aborted, and how many of them are at it. */
function waitingHandlers() {
  const started: AbortSignal[] = [];
  const handlers: Partial<Handlers> = {
    'clusters.list': (_input, { signal }) => {
      started.push(signal);
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(new Error('aborted by the SDK')));
      return promise;
    },
  };
  return { handlers, started };
}

function ignoreEvents(): void {}

describe('what reaches a handler', () => {
  it.each(METHODS)('never includes junk for %s', async (method) => {
    const handler = vi.fn<() => Promise<never>>();
    const connection = createDispatcher({ [method]: handler }, silent).connect(ignoreEvents);
    const { input: schema } = contract[method];
    const junk = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });

    await fc.assert(
      fc.asyncProperty(junk, async (input) => {
        fc.pre(!schema.safeParse(input).success);
        expect(failure(await connection.call({ id: 'a', method, input })).code).toBe('INVALID_INPUT');
      }),
      { numRuns: 30 },
    );
    expect(handler).not.toHaveBeenCalled();
  });

  it.each(METHODS)('never includes an unknown field of %s', async (method) => {
    const handler = vi.fn<() => Promise<never>>();
    const connection = createDispatcher({ [method]: handler }, silent).connect(ignoreEvents);
    const answer = await connection.call({ id: 'a', method, input: { ...SCOPE, surprise: 1 } });
    expect(failure(answer).code).toBe('INVALID_INPUT');
    expect(handler).not.toHaveBeenCalled();
  });

  it.each(METHODS)('never includes an endlessly nested input for %s', async (method) => {
    const handler = vi.fn<() => Promise<never>>();
    const connection = createDispatcher({ [method]: handler }, silent).connect(ignoreEvents);
    const deep: unknown = JSON.parse(`${'[{"a":'.repeat(30_000)}1${'}]'.repeat(30_000)}`);
    for (const input of [deep, { ...SCOPE, deep }]) {
      const { code, message } = failure(await connection.call({ id: 'a', method, input }));
      expect(code).toBe('INVALID_INPUT');
      expect(message).toBe('Invalid input: it nests deeper than 32 levels. Correct it and try again.');
    }
    expect(handler).not.toHaveBeenCalled();
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'services.delete'])(
    'the method name %j is unknown',
    async (method) => {
      const answer = await createDispatcher({}, silent)
        .connect(ignoreEvents)
        .call({ id: 'a', method, input: {} });
      expect(failure(answer).code).toBe('UNKNOWN_METHOD');
    },
  );

  it('never includes a call with a broken envelope', async () => {
    const connection = createDispatcher({}, silent).connect(ignoreEvents);
    // What a hostile sender could put on the wire, whatever the types say.
    const envelope: { id: string; method: string; input: unknown } = JSON.parse('{"id": {}, "method": 7}');
    expect(failure(await connection.call(envelope)).code).toBe('INVALID_INPUT');
  });

  it.each([
    [{ account: 'sandbox' }, 'region', 'Invalid input: region is missing. Correct it and try again.'],
    [
      { account: 'sandbox', region: 'here' },
      'region',
      'Invalid input: region is not the name of an AWS region. Correct it and try again.',
    ],
    [
      { account: 7, region: 'us-east-1' },
      'account',
      'Invalid input: account must be a string. Correct it and try again.',
    ],
    [
      { account: '', region: 'us-east-1' },
      'account',
      'Invalid input: account must have at least 1 character. Correct it and try again.',
    ],
    [{ ...SCOPE, x: 1 }, '', 'Invalid input: the input has an unknown field: "x". Correct it and try again.'],
    ['text', '', 'Invalid input: the input must be an object. Correct it and try again.'],
  ])('is refused for %j with the field %j named', async (input, field, message) => {
    const handlers: Partial<Handlers> = { 'clusters.list': async () => [] };
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const error = failure(await connection.call({ id: 'a', method: 'clusters.list', input }));
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message,
      detail: { field, method: 'clusters.list' },
    });
  });

  it('never includes a second call with the id of a call in progress', async () => {
    const { handlers, started } = waitingHandlers();
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const first = connection.call({ id: 'a', method: 'clusters.list', input: SCOPE });
    const second = await connection.call({ id: 'a', method: 'clusters.list', input: SCOPE });
    expect(failure(second).code).toBe('INVALID_INPUT');
    expect(started).toHaveLength(1);
    connection.close();
    await first;
  });
});

describe('what leaves the engine', () => {
  it('contains no secret from an answer or event', async () => {
    const sent: unknown[] = [];
    const identity = { accountNumber: '1', arn: 'arn:aws:iam::1:user/ana', secretAccessKey: 'hunter2' };
    const names = { kind: 'names', names: ['web'], sessionToken: 'hunter2' } as const;
    const handlers: Partial<Handlers> = {
      'accounts.identity': async () => identity,
      'services.list': async (_input, { emit }) => {
        emit(names);
        return [];
      },
    };
    const connection = createDispatcher(handlers, silent).connect((_id, event) => sent.push(event));
    const answer = await connection.call({ id: 'a', method: 'accounts.identity', input: SCOPE });
    expect(value(answer)).toEqual({ accountNumber: '1', arn: 'arn:aws:iam::1:user/ana' });
    await connection.call({ id: 'b', method: 'services.list', input: { ...SCOPE, cluster: 'production' } });
    expect(sent).toEqual([{ kind: 'names', names: ['web'] }]);
  });

  it('contains no text or path of an unexpected error, which goes to the log under an id', async () => {
    const { lines, logger } = keepingLogger();
    const handlers: Partial<Handlers> = {
      'clusters.list': () => Promise.reject(new TypeError('hunter2 is in /home/ana/.aws/credentials')),
    };
    const connection = createDispatcher(handlers, logger).connect(ignoreEvents);
    const error = failure(await connection.call({ id: 'a', method: 'clusters.list', input: SCOPE }));
    expect(error).toMatchObject({ code: 'INTERNAL', detail: { method: 'clusters.list' } });
    expect(error.message).not.toContain('clusters.list');
    expect(JSON.stringify(error)).not.toMatch(/hunter2|home|TypeError/);
    expect(lines.join()).toContain('hunter2 is in /home/ana/.aws/credentials');
    expect(lines.join()).toContain(error.detail.correlationId);
  });

  it('names a full disk, because a person can free space', async () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE notes (text); PRAGMA max_page_count = 3');
    const handlers: Partial<Handlers> = {
      'clusters.list': async () => {
        database.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000));
        return [];
      },
    };
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const error = failure(await connection.call({ id: 'a', method: 'clusters.list', input: SCOPE }));
    database.close();
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: "Slipway couldn't write to its data folder: the disk is full. Free space there and try again.",
    });
  });

  it('is never an answer that violates the contract', async () => {
    const broken = [{ name: 'production' }] as never;
    const handlers: Partial<Handlers> = { 'clusters.list': async () => broken };
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const error = failure(await connection.call({ id: 'a', method: 'clusters.list', input: SCOPE }));
    expect(error).toMatchObject({
      code: 'CONTRACT_VIOLATION',
      detail: { correlationId: expect.any(String), method: 'clusters.list' },
    });
    expect(error.message).not.toContain('clusters.list');
  });

  it('is never an event that violates the contract; the call ends with it', async () => {
    const sendEvent = vi.fn<Parameters<Dispatcher['connect']>[0]>();
    const handlers: Partial<Handlers> = {
      'services.list': async (_input, { emit }) => {
        emit({ kind: 'gossip' } as never);
        return [];
      },
    };
    const connection = createDispatcher(handlers, silent).connect(sendEvent);
    const input = { ...SCOPE, cluster: 'production' };
    const error = failure(await connection.call({ id: 'a', method: 'services.list', input }));
    expect(error.code).toBe('CONTRACT_VIOLATION');
    expect(sendEvent).not.toHaveBeenCalled();
  });

  it('is never an event after the end of its call', async () => {
    const sendEvent = vi.fn<Parameters<Dispatcher['connect']>[0]>();
    let emitLate: () => void = () => undefined;
    const handlers: Partial<Handlers> = {
      'services.list': async (_input, { emit }) => {
        emitLate = () => emit({ kind: 'names', names: ['late'] });
        return [];
      },
    };
    const connection = createDispatcher(handlers, silent).connect(sendEvent);
    await connection.call({ id: 'a', method: 'services.list', input: { ...SCOPE, cluster: 'production' } });
    emitLate();
    expect(sendEvent).not.toHaveBeenCalled();
  });
});

describe('cancelling', () => {
  it('stops one of two calls', async () => {
    const { handlers, started } = waitingHandlers();
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const first = connection.call({ id: 'a', method: 'clusters.list', input: SCOPE });
    const second = connection.call({ id: 'b', method: 'clusters.list', input: SCOPE });
    connection.cancel('a');
    expect(failure(await first).code).toBe('CANCELLED');
    expect(started.map((signal) => signal.aborted)).toEqual([true, false]);
    connection.close();
    await second;
  });

  it('a closed sender stops its own calls and no others', async () => {
    const { handlers, started } = waitingHandlers();
    const dispatcher = createDispatcher(handlers, silent);
    const closing = dispatcher.connect(ignoreEvents);
    const staying = dispatcher.connect(ignoreEvents);
    const calls = ['a', 'b'].map((id) => closing.call({ id, method: 'clusters.list', input: SCOPE }));
    const other = staying.call({ id: 'a', method: 'clusters.list', input: SCOPE });
    closing.close();
    for (const answer of await Promise.all(calls)) expect(failure(answer).code).toBe('CANCELLED');
    expect(started.map((signal) => signal.aborted)).toEqual([true, true, false]);
    staying.close();
    await other;
  });

  it('closing the dispatcher ends the calls of every sender before it is closed', async () => {
    const { handlers } = waitingHandlers();
    const dispatcher = createDispatcher(handlers, silent);
    const ended: string[] = [];
    for (const id of ['a', 'b']) {
      const call = dispatcher.connect(ignoreEvents).call({ id, method: 'clusters.list', input: SCOPE });
      void call.then((answer) => ended.push(failure(answer).code));
    }
    await dispatcher.close();
    expect(ended).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('keeps a handler’s sentence about what was left unfinished', async () => {
    const handlers: Partial<Handlers> = {
      'clusters.list': async () => {
        throw new SlipwayError('CONFLICT', 'web:44 is registered.', { detail: { revision: 'web:44' } });
      },
    };
    const connection = createDispatcher(handlers, silent).connect(ignoreEvents);
    const call = connection.call({ id: 'a', method: 'clusters.list', input: SCOPE });
    connection.cancel('a');
    expect(failure(await call)).toMatchObject({ code: 'CONFLICT', detail: { revision: 'web:44' } });
  });
});
