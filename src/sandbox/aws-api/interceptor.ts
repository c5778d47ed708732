import type { Answer } from './protocol.ts';

/** A call on its way to its operation. */
export interface InterceptedCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** The request's body as it came. */
  readonly body: Buffer;
}

/**
 * Something between the network and the operations, such as a limit of requests or a fault. It may answer by itself,
 * throw an `AwsError` or a `ConnectionReset`, or wait.
 */
export type Interceptor = (call: InterceptedCall, next: () => Promise<Answer>) => Promise<Answer>;

/** Thrown by an interceptor: the connection ends without an answer. */
export class ConnectionReset extends Error {
  constructor() {
    super('The sandbox resets this connection, as it was asked to.');
    this.name = 'ConnectionReset';
  }
}

/** Runs `answer` inside the interceptors, the first one outermost. */
export function intercepted(
  interceptors: readonly Interceptor[],
  call: InterceptedCall,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  return interceptors.reduceRight<() => Promise<Answer>>((next, each) => () => each(call, next), answer)();
}
