import { parseJson } from '../core/json.ts';
import { eventStreamOf, writeEventStream } from './event-stream.ts';
import { type ApiRequest, contentType, type Protocol, pathOf } from './protocol.ts';
import { readRequest } from './read-request.ts';
import { type AwsError, type AwsJsonService, awsError, type Operation } from './service.ts';
import { writeShape } from './shape-writer.ts';

/** Most services speak version 1.1, CloudWatch 1.0; they differ in nothing that matters here. */
const CONTENT_TYPES: ReadonlySet<string> = new Set([
  'application/x-amz-json-1.1',
  'application/x-amz-json-1.0',
]);
const EVENT_CONTENT_TYPE = 'application/json';
const [DEFAULT_CONTENT_TYPE = ''] = CONTENT_TYPES;

/** AWS JSON: a POST to `/` whose `x-amz-target` names the service and the operation. */
export function createJsonProtocol(services: readonly AwsJsonService[]): Protocol {
  return {
    read(request) {
      const target = requestTarget(request);
      const { service, operation, run } = findOperation(services, target);
      const type = contentType(request);
      if (type === undefined || !CONTENT_TYPES.has(type)) throw wrongContentType(type);
      const [, , , , inputSchema, outputSchema] = run.schema;
      return {
        service,
        operation,
        run,
        readInput: () => readRequest(inputSchema, readJson(request.body)),
        writeOutput(output) {
          const stream = eventStreamOf(outputSchema, output);
          if (stream === undefined) {
            return { status: 200, contentType: type, body: writeShape(outputSchema, output) };
          }
          const body = writeEventStream(stream.events, stream.schema, EVENT_CONTENT_TYPE);
          return { status: 200, contentType: 'application/vnd.amazon.eventstream', body };
        },
      };
    },
    bodyLimit({ headers }) {
      const [prefix] = String(headers['x-amz-target']).split('.');
      return services.find((each) => each.targetPrefix === prefix)?.bodyLimit;
    },
    writeError({ code, message, members, status }) {
      const body = JSON.stringify({ __type: code, message, ...members });
      return { status, contentType: DEFAULT_CONTENT_TYPE, body };
    },
  };
}

/**
 * Finds the operation of an `x-amz-target` such as `AmazonEC2ContainerServiceV20141113.ListServices`.
 *
 * @throws AwsError `UnknownOperationException`.
 */
export function findOperation(
  services: readonly AwsJsonService[],
  target: string,
): { readonly service: string; readonly operation: string; readonly run: Operation } {
  const [prefix = '', name = ''] = target.split('.');
  const service = services.find((each) => each.targetPrefix === prefix);
  if (service === undefined || !Object.hasOwn(service.operations, name)) throw unknownOperation(target);
  const run = service.operations[name];
  if (run === undefined) throw unknownOperation(target);
  return { service: service.name, operation: name, run };
}

function requestTarget(request: ApiRequest): string {
  const target = request.headers['x-amz-target'];
  if (request.method === 'POST' && pathOf(request) === '/' && typeof target === 'string') return target;
  const message = 'An AWS call is a POST to / that names its operation in the x-amz-target header.';
  throw awsError('UnknownOperationException', message, { status: 404 });
}

function wrongContentType(type: string | undefined): AwsError {
  const message = `The content type must be ${DEFAULT_CONTENT_TYPE}, not ${type ?? 'none'}.`;
  return awsError('SerializationException', message);
}

/** @throws AwsError `SerializationException`. */
export function readJson(body: Buffer): unknown {
  const text = body.toString('utf8');
  // Some clients send no body at all for an operation without input.
  if (text.trim() === '') return {};
  const json = parseJson(text);
  if (json === undefined) {
    throw awsError('SerializationException', 'The request body is not valid JSON, or nested too deeply.');
  }
  return json;
}

function unknownOperation(target: string): AwsError {
  return awsError('UnknownOperationException', `The sandbox has no operation '${target}'.`);
}
