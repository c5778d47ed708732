import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { contract, type Method, type MethodName } from '../../../shared/contract.ts';
import { cancelled, SlipwayError, toWire } from '../../../shared/errors.ts';
import { fullDiskProblem } from '../../../shared/full-disk.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { CallAnswer, CallRequest } from '../../../shared/transport.ts';
import type { CallContext, Handlers } from './handlers.ts';
import { describeRefusal, nestsDeeper } from './input-sentence.ts';
import { hideIn, hideInTexts, type KnownSecrets } from './known-secrets.ts';
import { withNames } from './named-inputs.ts';
import type { Logger } from './ports.ts';

/** The calls of one sender: a window, a socket, a run of the command line. */
export interface Connection {
  /** Carries out a call. Never throws: what goes wrong is in the answer. */
  call(request: CallRequest): Promise<CallAnswer>;
  /** Aborts the call with this id; does nothing when it has ended. */
  cancel(id: string): void;
  /** Aborts all calls of this sender and takes no more. */
  close(): void;
}

type SendEvent = (id: string, event: unknown) => void;

export interface Dispatcher {
  connect(sendEvent: SendEvent): Connection;
}

export interface ClosableDispatcher extends Dispatcher {
  /** Aborts every call of every sender and waits until they have ended, for at most three seconds. */
  close(): Promise<void>;
}

const LONGEST_CLOSE_MS = 3_000;

/** The inputs of the contract nest to less than a third of it. */
const MOST_INPUT_LEVELS = 32;

/** A sender is not to be trusted, so the envelope is checked like the input. */
const Envelope = lazyObject(() => ({
  id: z.string().min(1).max(200),
  method: z.string().max(200),
  input: z.unknown(),
}));

/** The handler of a method as the dispatcher sees it: the method's own schemas check what goes in and out. */
type UncheckedHandler = (input: unknown, context: CallContext<never>) => Promise<unknown>;

/**
 * The one way into the engine: looks the method up, checks the input, runs the handler and checks every event and the
 * answer, so that fields that are not in the contract fall away. Only SlipwayErrors leave it.
 */
export function createDispatcher(handlers: Partial<Handlers>, logger: Logger): ClosableDispatcher {
  const connections = new Set<Connection>();
  const running = new Set<Promise<CallAnswer>>();

  return {
    connect(sendEvent) {
      const connection = connect(handlers, logger, sendEvent);
      connections.add(connection);
      return {
        async call(request) {
          const answer = connection.call(request);
          running.add(answer);
          try {
            return await answer;
          } finally {
            running.delete(answer);
          }
        },
        cancel: (id) => connection.cancel(id),
        close() {
          connections.delete(connection);
          connection.close();
        },
      };
    },
    async close() {
      for (const connection of connections) connection.close();
      await Promise.race([Promise.all(running), wait(LONGEST_CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * Hides secrets in every error and event before they reach a host. Answers pass unchanged, because they may be
 * documents that are sent back, such as the JSON of a task definition; their sentences come from errors, which were
 * cleaned before. The bytes of a shell pass unchanged too: they are what the container sends to the person's terminal.
 */
export function hideSecrets(dispatcher: Dispatcher, secrets: KnownSecrets): Dispatcher {
  return {
    connect(sendEvent) {
      const shells = new Set<string>();
      const connection = dispatcher.connect((id, event) =>
        sendEvent(id, shells.has(id) ? event : hideIn(event, secrets)),
      );
      return {
        async call(request) {
          const isShell = request?.method === 'sessions.open';
          if (isShell) shells.add(request.id);
          const answer = await connection.call(request);
          if (isShell) shells.delete(request.id);
          if (answer.ok) return answer;
          const { message, detail } = answer.error;
          return {
            ok: false,
            error: {
              ...answer.error,
              message: secrets.hide(message),
              detail: { ...hideInTexts(detail, secrets) },
            },
          };
        },
        cancel: (id) => connection.cancel(id),
        close: () => connection.close(),
      };
    },
  };
}

function connect(handlers: Partial<Handlers>, logger: Logger, sendEvent: SendEvent): Connection {
  const running = new Map<string, AbortController>();
  const client = {};
  let closed = false;

  async function call(request: CallRequest): Promise<CallAnswer> {
    const envelope = Envelope.safeParse(request);
    if (!envelope.success) return refuse(invalid(envelope.error, request));
    const { id, method } = envelope.data;
    if (closed) return refuse(cancelled(method));
    if (running.has(id))
      return refuse(new SlipwayError('INVALID_INPUT', `A call with the id ${id} is in progress.`));

    const controller = new AbortController();
    running.set(id, controller);
    const start = performance.now();
    const answer = await answerOf({ id, method, input: envelope.data.input, controller });
    running.delete(id);
    const ms = Math.round(performance.now() - start);
    logger.debug({ method, ms, code: answer.ok ? undefined : answer.error.code }, 'A call was answered');
    return answer;
  }

  async function answerOf(call: CallRequest & { readonly controller: AbortController }): Promise<CallAnswer> {
    try {
      return { ok: true, value: await run(call) };
    } catch (error) {
      return refuse(errorForCaller(error, call.method, call.controller.signal, logger));
    }
  }

  async function run(call: CallRequest & { readonly controller: AbortController }): Promise<unknown> {
    const { name, schemas, handler } = lookUp(handlers, call.method);
    const input = parseInput(name, schemas, call.input);
    const { signal } = call.controller;
    let over = false;
    let broken: SlipwayError | undefined;

    // An event that breaks the contract ends the call instead of throwing into the timer that sent it.
    function emit(event: unknown): void {
      if (over || signal.aborted) return;
      const parsed = schemas.event?.safeParse(event);
      if (parsed?.success) {
        send(call.id, parsed.data);
        return;
      }
      broken = contractViolation(name, 'event', parsed?.error, logger);
      call.controller.abort();
    }

    try {
      const value = await handler(input, { signal, emit, client });
      if (broken) throw broken;
      const output = schemas.output.safeParse(value);
      if (!output.success) throw contractViolation(name, 'answer', output.error, logger);
      return output.data;
    } catch (error) {
      throw broken ?? error;
    } finally {
      over = true;
    }
  }

  function send(id: string, event: unknown): void {
    try {
      sendEvent(id, event);
    } catch (error) {
      logger.warn({ err: error, id }, 'An event could not be sent to its caller.');
    }
  }

  return {
    call,
    cancel: (id) => running.get(id)?.abort(),
    close() {
      closed = true;
      for (const controller of running.values()) controller.abort();
    },
  };
}

function lookUp(handlers: Partial<Handlers>, method: string) {
  if (!isMethodName(method)) {
    throw new SlipwayError(
      'UNKNOWN_METHOD',
      "This method doesn't exist. `slipway methods` prints all methods.",
    );
  }
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler === undefined) {
    throw new SlipwayError('UNKNOWN_METHOD', `${method} is not available here.`);
  }
  const schemas: Method = contract[method];
  // The schema proves the input of exactly this method, which the compiler cannot follow through the lookup.
  return { name: method, schemas, handler: handler as UncheckedHandler };
}

function isMethodName(method: string): method is MethodName {
  return Object.hasOwn(contract, method);
}

function parseInput(method: MethodName, schemas: Method, input: unknown): unknown {
  if (nestsDeeper(input, MOST_INPUT_LEVELS)) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Invalid input: it nests deeper than ${MOST_INPUT_LEVELS} levels. Correct it and try again.`,
      { detail: { method } },
    );
  }
  const parsed = schemas.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const named = schemas.input.safeParse(withNames(input));
  if (!named.success) throw invalid(parsed.error, input, { method });
  return named.data;
}

/** The sentence is for a person, who may not know methods: the method is in the detail, for programs. */
function invalid(
  error: z.ZodError,
  input: unknown,
  facts: Readonly<Record<string, string>> = {},
): SlipwayError {
  const { sentence, field } = describeRefusal(error, input);
  return new SlipwayError('INVALID_INPUT', `Invalid input: ${sentence}. Correct it and try again.`, {
    detail: { ...facts, field },
  });
}

function refuse(error: SlipwayError): CallAnswer {
  return { ok: false, error: toWire(error) };
}

function contractViolation(
  method: MethodName,
  what: 'event' | 'answer',
  error: z.ZodError | undefined,
  logger: Logger,
): SlipwayError {
  const correlationId = crypto.randomUUID();
  const issues = error?.issues.map(({ code, path }) => ({ code, path: path.map(String).join('.') }));
  logger.error({ correlationId, method, what, issues }, 'The engine violated its own contract.');
  return new SlipwayError(
    'CONTRACT_VIOLATION',
    `Slipway did not send an ${what}, because it violates the contract. See the log entry ${correlationId}.`,
    { detail: { correlationId, method } },
  );
}

/** What the caller may know. The text and the stack of an unexpected error stay in the log. */
function errorForCaller(error: unknown, method: string, signal: AbortSignal, logger: Logger): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (signal.aborted) return cancelled(method);
  const correlationId = crypto.randomUUID();
  logger.error({ correlationId, method, err: error }, 'A handler failed in an unexpected way.');
  const problem = fullDiskProblem(error);
  if (problem !== undefined) {
    return new SlipwayError(
      'UNAVAILABLE',
      `Slipway couldn't write to its data folder: ${problem}. Free space there and try again.`,
      { retryable: true, detail: { correlationId, method } },
    );
  }
  return new SlipwayError('INTERNAL', `Slipway failed unexpectedly. See the log entry ${correlationId}.`, {
    detail: { correlationId, method },
  });
}
