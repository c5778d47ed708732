import type { HttpRequest, StaticOperationSchema } from '@smithy/types';
import { createCborProtocol, isCbor } from '../aws-api/cbor-protocol.ts';
import { createJsonProtocol } from '../aws-api/json-protocol.ts';
import type { ApiRequest, Protocol } from '../aws-api/protocol.ts';
import { createQueryProtocol, isQuery } from '../aws-api/query-protocol.ts';
import { createRestJsonProtocol } from '../aws-api/rest-json-protocol.ts';
import { AwsError, type Operation } from '../aws-api/service.ts';

/** The part of a client of the SDK that writes requests. */
export interface RequestWriter {
  readonly config: {
    readonly protocol: {
      serializeRequest(schema: object, input: object, context: object): Promise<HttpRequest>;
    };
  };
}

/** A call of the SDK, as its command holds it. */
export interface WritableCommand {
  readonly schema: StaticOperationSchema;
  readonly input: object;
}

/** For tests: the request that a client would sign and send. */
export function writeRequest(
  { config }: RequestWriter,
  { schema: [, namespace, name, traits, input, output], input: value }: WritableCommand,
): Promise<HttpRequest> {
  const endpoint = () => Promise.resolve({ protocol: 'http:', hostname: '127.0.0.1', path: '/' });
  const schema = { namespace, name, traits, input, output };
  return config.protocol.serializeRequest(schema, value, { ...config, endpoint });
}

/**
 * For tests: reads requests as the sandbox does before an operation runs, without a connection and a signature, which cost
 * more than the rest. Returns the name of the error and its message; undefined where the request is accepted.
 */
export function createRequestReader(
  operations: Readonly<Record<string, Operation>>,
): (request: HttpRequest) => string | undefined {
  const rest = hasPaths(operations) ? createRestJsonProtocol([{ name: 'service', operations }]) : undefined;
  return (sent) => {
    const request = received(sent);
    try {
      (rest ?? protocolOf(request, operations)).read(request).readInput();
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
  };
}

function hasPaths(operations: Readonly<Record<string, Operation>>): boolean {
  return Object.values(operations).some(
    ({ schema: [, , , traits] }) => typeof traits === 'object' && traits.http !== undefined,
  );
}

/** The protocol of a request, with a service of the name that the request has. */
function protocolOf(request: ApiRequest, operations: Readonly<Record<string, Operation>>): Protocol {
  if (isQuery(request)) {
    const version = new URLSearchParams(request.body.toString('utf8')).get('Version') ?? '';
    return createQueryProtocol([{ name: 'service', version, xmlNamespace: '', operations }]);
  }
  const [, , pathService = ''] = request.target.pathname.split('/');
  if (isCbor(request))
    return createCborProtocol([{ name: 'service', targetPrefix: pathService, operations }]);
  const [targetPrefix = ''] = String(request.headers['x-amz-target']).split('.');
  return createJsonProtocol([{ name: 'service', targetPrefix, operations }]);
}

function received({ method, path, query = {}, headers, body }: HttpRequest & { body?: unknown }): ApiRequest {
  const target = new URL(path, 'http://127.0.0.1');
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value ?? []].flat()) target.searchParams.append(name, each);
  }
  return { method, target, headers, body: bytesOf(body) };
}

function bytesOf(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : '');
}
