import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { readJson } from './json-protocol.ts';
import { type ApiRequest, type Protocol, pathOf } from './protocol.ts';
import { jsonOfText } from './query-form.ts';
import { readRequest } from './read-request.ts';
import { type AwsError, type AwsService, awsError, type Operation } from './service.ts';
import { payloadOf, writeShape } from './shape-writer.ts';

const CONTENT_TYPE = 'application/json';

/** How a request reaches an operation, from the `http` trait of its schema. */
interface Route {
  readonly service: string;
  readonly operation: string;
  readonly run: Operation;
  readonly method: string;
  /** For example `['schedules', '{Name}']`. */
  readonly segments: readonly string[];
  /** Of an answer that is no error. */
  readonly status: number;
}

/**
 * REST with JSON: the method and the path name the operation, and members of the input are parts of the path, of the
 * query string, of the headers and of the body, as the traits of the SDK's schemas say. A member that is the payload is the
 * whole body.
 */
export function createRestJsonProtocol(services: readonly AwsService[]): Protocol & {
  /** Whether the path is that of an operation. */
  serves(request: ApiRequest): boolean;
} {
  const routes = services.flatMap(routesOf);
  return {
    serves: (request) => routes.some((route) => isOnPath(route, request)),
    read(request) {
      const route = routes.find((each) => each.method === request.method && isOnPath(each, request));
      if (route === undefined) throw unknownOperation(request);
      const { service, operation, run, status } = route;
      const [, , , , inputSchema, outputSchema] = run.schema;
      return {
        service,
        operation,
        run,
        readInput: () => readRequest(inputSchema, inputOf(inputSchema, route, request)),
        writeOutput: (output) => ({
          status,
          contentType: CONTENT_TYPE,
          body: writeBody(outputSchema, output),
        }),
      };
    },
    writeError: ({ code, message, members, status }) => ({
      status,
      contentType: CONTENT_TYPE,
      headers: { 'x-amzn-errortype': code },
      body: JSON.stringify({ Message: message, ...members }),
    }),
  };
}

function routesOf({ name, operations }: AwsService): readonly Route[] {
  return Object.entries(operations).map(([operation, run]) => {
    const traits = run.schema[3];
    if (typeof traits !== 'object' || traits.http === undefined) {
      throw new Error(`${operation} of the AWS SDK is not an operation over REST.`);
    }
    const [method, path, status] = traits.http;
    return { service: name, operation, run, method, segments: segmentsOf(path), status };
  });
}

function isOnPath({ segments }: Route, request: ApiRequest): boolean {
  const path = segmentsOf(request.target.pathname);
  return (
    path.length === segments.length &&
    segments.every((segment, index) => isLabel(segment) || segment === path[index])
  );
}

/** The members of the input as the JSON that AWS JSON would carry, so that one reader checks both. */
function inputOf(schema: $SchemaRef, { segments }: Route, request: ApiRequest): unknown {
  const { pathname, searchParams } = request.target;
  const json = readJson(request.body);
  const payload = payloadOf(schema);
  const body = payload === undefined ? json : { [payload.name]: json };
  if (typeof body !== 'object' || body === null) return body;
  const path = segmentsOf(pathname);
  const input: Record<string, unknown> = { ...body };
  for (const [name, member] of NormalizedSchema.of(schema).structIterator()) {
    const { httpLabel, httpQuery, httpHeader } = member.getMergedTraits();
    if (httpLabel === undefined && httpQuery === undefined && httpHeader === undefined) continue;
    const inPath = httpLabel === undefined ? undefined : path[segments.indexOf(`{${name}}`)];
    const inQuery = httpQuery === undefined ? undefined : (searchParams.get(httpQuery) ?? undefined);
    const inHeader = httpHeader === undefined ? undefined : headerOf(request, httpHeader);
    const text = inPath === undefined ? (inQuery ?? inHeader) : decoded(inPath);
    if (text === undefined) delete input[name];
    else input[name] = jsonOfText(member, text);
  }
  return input;
}

function writeBody(schema: $SchemaRef, output: object): string {
  const payload = payloadOf(schema);
  if (payload === undefined) return writeShape(schema, output);
  const value: unknown = new Map(Object.entries(output)).get(payload.name);
  return writeShape(payload.schema, typeof value === 'object' && value !== null ? value : {});
}

function headerOf({ headers }: ApiRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function isLabel(segment: string): boolean {
  return segment.startsWith('{');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw awsError('SerializationException', `The path has a part that cannot be read: ${segment}.`);
  }
}

function unknownOperation(request: ApiRequest): AwsError {
  const asked = `${request.method} ${pathOf(request)}`;
  return awsError('UnknownOperationException', `The sandbox has no operation '${asked}'.`, { status: 404 });
}
