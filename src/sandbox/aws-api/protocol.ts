import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError, Operation } from './service.ts';

/** A request to the AWS APIs, with its whole body. */
export interface ApiRequest {
  readonly method: string;
  /** Its path and its query; the host is ignored. */
  readonly target: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An operation that a request names. */
export interface Called {
  readonly service: string;
  readonly operation: string;
  readonly run: Operation;
}

/** An answer before it is on the wire. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As a stream it is sent as it comes, and ended when the client goes away. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** A call as one of AWS's protocols carries it: what was called, and how its input is read and its answer written. */
export interface ProtocolCall extends Called {
  /** @throws AwsError `SerializationException`, or what the protocol says about a required member that is missing. */
  readInput(): object;
  /** Unknown members are dropped. */
  writeOutput(output: object, requestId: string): Answer;
}

/** One of the protocols of AWS's APIs over HTTP. */
export interface Protocol {
  /** @throws AwsError when the request names no operation that exists, or not in this protocol's form. */
  read(request: ApiRequest): ProtocolCall;
  writeError(error: AwsError, requestId: string): Answer;
  /** In bytes, where the service that a request names takes longer bodies than others. */
  bodyLimit?(request: ApiRequest): number | undefined;
}

/** The path with the query string, such as `/`. */
export function pathOf({ target }: ApiRequest): string {
  return `${target.pathname}${target.search}`;
}

/** The media type of a request, without its parameters. */
export function contentType({ headers }: ApiRequest): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}
