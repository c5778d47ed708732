import { CborCodec, cbor } from '@smithy/core/cbor';
import { NormalizedSchema } from '@smithy/core/schema';
import { findOperation } from './json-protocol.ts';
import { type Answer, type ApiRequest, type Protocol, pathOf } from './protocol.ts';
import { readRequest } from './read-request.ts';
import { type AwsJsonService, awsError } from './service.ts';

const PATH = /^\/service\/(?<service>\w+)\/operation\/(?<operation>\w+)$/;
const codec = new CborCodec();

/** Whether a request speaks Smithy RPC v2 with CBOR, as the AWS command line does with CloudWatch. */
export function isCbor({ headers }: ApiRequest): boolean {
  return headers['smithy-protocol'] === 'rpc-v2-cbor';
}

/**
 * Smithy RPC v2 with CBOR: a POST whose path names the service and the operation.
 */
export function createCborProtocol(services: readonly AwsJsonService[]): Protocol {
  return {
    read(request) {
      const parts = PATH.exec(pathOf(request))?.groups;
      const called = findOperation(services, `${parts?.service ?? ''}.${parts?.operation ?? ''}`);
      const [, , , , inputSchema, outputSchema] = called.run.schema;
      return {
        ...called,
        readInput: () => readRequest(inputSchema, parseCbor(request.body)),
        writeOutput(output) {
          const schema = NormalizedSchema.of(outputSchema);
          if (schema.isUnitSchema()) return answer(200, cbor.serialize({}));
          const serializer = codec.createSerializer();
          serializer.write(schema, output);
          return answer(200, serializer.flush());
        },
      };
    },
    writeError: ({ code, message, members, status }) =>
      answer(status, cbor.serialize({ __type: code, message, ...members })),
  };
}

function answer(status: number, body: Uint8Array): Answer {
  return { status, contentType: 'application/cbor', headers: { 'smithy-protocol': 'rpc-v2-cbor' }, body };
}

function parseCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return withPlainTimestamps(cbor.deserialize(body));
  } catch {
    throw awsError('SerializationException', 'The request body is not valid CBOR.');
  }
}

/** Timestamps are numbers with the tag 1; the reader of shapes takes the number. */
function withPlainTimestamps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainTimestamps);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if ('tag' in value && 'value' in value && value.tag === 1 && Object.keys(value).length === 2)
    return value.value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withPlainTimestamps(each)]));
}
