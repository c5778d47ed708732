import type { Event, MethodName, Output, ParsedInput } from '../../../shared/contract.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';

/** One call as a handler sees it. */
export interface CallContext<N extends MethodName> {
  /** Aborts when the caller cancels or goes away. Goes straight into requests to AWS and Docker. */
  readonly signal: AbortSignal;
  /** Sends an event of a stream. Checked against the contract; does nothing once the call has ended. */
  readonly emit: (event: Immutable<Event<N>>) => void;
  /** Who calls: the same object for all calls of one window or socket. Missing for calls inside of the engine. */
  readonly client?: object;
}

/** Throws only SlipwayError on purpose; anything else reaches the caller as INTERNAL. */
export type Handler<N extends MethodName> = (
  input: Immutable<ParsedInput<N>>,
  context: CallContext<N>,
) => Promise<Immutable<Output<N>>>;

export type Handlers = { readonly [N in MethodName]: Handler<N> };
