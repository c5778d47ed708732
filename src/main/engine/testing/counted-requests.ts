import { once } from 'node:events';
import { type MiddlewareStack, SMITHY_CONTEXT_KEY } from '@smithy/types';

/** A client of the SDK, as far as its requests can be held up. */
interface SomeClient<I extends object, O extends object> {
  readonly middlewareStack: Pick<MiddlewareStack<I, O>, 'add'>;
}

/** Lets every call of one operation fail as AWS does. */
export function refuse<I extends object, O extends object>(
  client: SomeClient<I, O>,
  operation: string,
  name: string,
  which: (input: object) => boolean,
  service = 'ecs',
): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== `${operation}Command` || !which(args.input)) return next(args);
      throw Object.assign(new Error(`is not authorized to perform: ${service}:${operation}`), {
        name,
        $fault: 'client',
      });
    },
    { step: 'build', name: `refuse${operation}` },
  );
}

/** Lets the n-th call of an operation, and those after it, wait on their way until the gate is opened. */
export function holdBack<I extends object, O extends object>(
  client: SomeClient<I, O>,
  operation: string,
  from: number,
) {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let count = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== `${operation}Command`) return next(args);
      count += 1;
      if (count < from) return next(args);
      reached.resolve();
      const signal: unknown = context[SMITHY_CONTEXT_KEY]?.abortSignal;
      if (signal instanceof AbortSignal) await Promise.race([opened.promise, once(signal, 'abort')]);
      return next(args);
    },
    { step: 'build', name: `holdBack${operation}` },
  );
  return { reached: reached.promise, open: opened.resolve };
}
