import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { $SchemaRef, HttpHandlerOptions } from '@smithy/types';

/** For tests: sends the SDK's requests and keeps the text of the answer that came last. */
export interface RecordingHandler {
  readonly handle: (
    request: HttpRequest,
    options?: HttpHandlerOptions,
  ) => Promise<{ response: HttpResponse }>;
  lastAnswer(): string;
  /** All that was sent. */
  requests(): readonly SentRequest[];
}

/** For tests: a request as the SDK has sent it, without its signature. */
export interface SentRequest {
  readonly method: string;
  readonly target: string;
  /** Those that name the operation and its protocol. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NAMING_HEADERS = ['content-type', 'x-amz-target', 'smithy-protocol'] as const;

export function createRecordingHandler(): RecordingHandler {
  const inner = new NodeHttpHandler();
  let last = '';
  const sent: SentRequest[] = [];
  return {
    async handle(request, options) {
      sent.push(sentRequest(request));
      const { response } = await inner.handle(request, options);
      const { statusCode, headers } = response;
      // A stream of events has no end to wait for.
      if (headers['content-type'] === 'application/vnd.amazon.eventstream') {
        last = '{}';
        return { response };
      }
      const bytes = response.body instanceof Readable ? await buffer(response.body) : Buffer.alloc(0);
      last = bytes.toString('utf8');
      return { response: new HttpResponse({ statusCode, headers, body: Readable.from([bytes]) }) };
    },
    lastAnswer: () => last,
    requests: () => sent,
  };
}

function sentRequest({ method, path, query, headers, body }: HttpRequest): SentRequest {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string') search.set(name, value);
  const naming = NAMING_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    method,
    target: search.size === 0 ? path : `${path}?${search.toString()}`,
    headers: Object.fromEntries(naming),
    body: bytesOf(body),
  };
}

function bytesOf(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === 'string' ? body : '');
}

/**
 * Where an answer is not what the schema says: members that it does not know, and values of another kind. Each is a
 * path with what is wrong there.
 */
export function breachesOf(schema: $SchemaRef, json: unknown): readonly string[] {
  return breachesAt(NormalizedSchema.of(schema), json, '');
}

function breachesAt(schema: NormalizedSchema, json: unknown, path: string): readonly string[] {
  if (schema.isUnitSchema()) return JSON.stringify(json) === '{}' ? [] : [`${path}: not empty`];
  if (schema.isStructSchema()) {
    if (!isObject(json)) return [`${path}: no structure`];
    const members = new Map(schema.structIterator());
    return Object.entries(json).flatMap(([name, value]) => {
      const member = members.get(name);
      return member === undefined
        ? [`${path}.${name}: unknown`]
        : breachesAt(member, value, `${path}.${name}`);
    });
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(json)) return [`${path}: no list`];
    return json.flatMap((item, index) => breachesAt(schema.getValueSchema(), item, `${path}.${index}`));
  }
  if (schema.isMapSchema()) {
    if (!isObject(json)) return [`${path}: no map`];
    return Object.entries(json).flatMap(([key, value]) =>
      breachesAt(schema.getValueSchema(), value, `${path}.${key}`),
    );
  }
  const kind = schema.isBooleanSchema()
    ? 'boolean'
    : schema.isNumericSchema() || schema.isTimestampSchema()
      ? 'number'
      : 'string';
  return typeof json === kind ? [] : [`${path}: ${typeof json} and no ${kind}`];
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
