import type { EventEmitter } from 'node:events';

/** What Node emits for an error that nothing has handled. */
export const FATAL_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

const emitter: EventEmitter = process;

/** Takes the listeners of the test runner away, so that only those of a test remain. Answers what puts them back. */
export function takeOverFatalEvents(): () => void {
  const usual = FATAL_EVENTS.map((event) => [event, emitter.rawListeners(event)] as const);
  for (const event of FATAL_EVENTS) emitter.removeAllListeners(event);
  return () => {
    for (const [event, listeners] of usual) {
      emitter.removeAllListeners(event);
      for (const listener of listeners) emitter.on(event, listener as (...args: unknown[]) => void);
    }
  };
}

export function emitFatal(event: (typeof FATAL_EVENTS)[number], error: unknown): void {
  emitter.emit(event, error);
}
