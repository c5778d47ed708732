import { type AwsError, type AwsJsonService, awsError, type CallContext, type Operation } from './service.ts';
import { readShape } from './shape-reader.ts';
import { writeShape } from './shape-writer.ts';

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
  readonly body: string;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/**
 * Finds the operation of an `x-amz-target` such as `AmazonEC2ContainerServiceV20141113.ListServices`.
 *
 * @throws AwsError `UnknownOperationException`.
 */
export function findOperation(services: readonly AwsJsonService[], target: string): Called {
  const [prefix = '', name = ''] = target.split('.');
  const service = services.find((each) => each.targetPrefix === prefix);
  if (service === undefined || !Object.hasOwn(service.operations, name)) throw unknownOperation(target);
  const run = service.operations[name];
  if (run === undefined) throw unknownOperation(target);
  return { service: service.name, operation: name, run };
}

/** Reads the body, runs the operation and writes its result. Errors of the operation are thrown on. */
export async function answerJson({ run }: Called, body: string, context: CallContext): Promise<Answer> {
  const [, , , , inputSchema, outputSchema] = run.schema;
  const input = readShape(inputSchema, parseJson(body), missingMember);
  const output = await run.run(input, context);
  return { status: 200, contentType: CONTENT_TYPE, body: writeShape(outputSchema, output) };
}

/** An error as AWS JSON writes it. */
export function jsonError(error: AwsError): Answer {
  const { code, message, members, status } = error;
  return { status, contentType: CONTENT_TYPE, body: JSON.stringify({ __type: code, message, ...members }) };
}

function parseJson(body: string): unknown {
  // Some clients send no body at all for an operation without input.
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw awsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function missingMember(path: string): AwsError {
  return awsError(
    'InvalidParameterException',
    `Invalid parameter at '${path}' failed to satisfy constraint: 'must not be null'`,
  );
}

function unknownOperation(target: string): AwsError {
  return awsError('UnknownOperationException', `The sandbox has no operation '${target}'.`);
}
