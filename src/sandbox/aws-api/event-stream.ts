import { EventStreamMarshaller } from '@smithy/core/event-streams';
import { NormalizedSchema } from '@smithy/core/schema';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { $SchemaRef, Message } from '@smithy/types';
import { writeShape } from './shape-writer.ts';

const marshaller = new EventStreamMarshaller({ utf8Encoder: toUtf8, utf8Decoder: fromUtf8 });

/** `{ member: value }` of a union. */
type Event = Readonly<Record<string, object>>;

/** The member of an output that is a stream of events; undefined for an output without one. */
export function eventStreamOf(
  schema: $SchemaRef,
  output: object,
): { readonly events: AsyncIterable<Event>; readonly schema: NormalizedSchema } | undefined {
  const normalized = NormalizedSchema.of(schema);
  const name = normalized.isStructSchema() ? normalized.getEventStreamMember() : '';
  const events: unknown = name === '' ? undefined : Reflect.get(output, name);
  if (!isAsyncIterable(events)) return undefined;
  return { events, schema: normalized.getMemberSchema(name) };
}

/**
 * Events of a union, each `{ member: value }`, as messages on the wire. An error of the union is an exception.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function writeEventStream(
  events: AsyncIterable<Event>,
  union: NormalizedSchema,
  contentType: string,
): AsyncIterable<Uint8Array> {
  return marshaller.serialize(events, (event) => {
    const [name = '', value = {}] = Object.entries(event)[0] ?? [];
    const schema = union.getMemberSchema(name);
    const isError = schema.getMergedTraits().error !== undefined;
    const text = (content: string) => ({ type: 'string', value: content }) as const;
    const message: Message = {
      headers: {
        ':message-type': text(isError ? 'exception' : 'event'),
        [isError ? ':exception-type' : ':event-type']: text(name),
        ':content-type': text(contentType),
      },
      body: fromUtf8(writeShape(schema, value)),
    };
    return message;
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Event> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
