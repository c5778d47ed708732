import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxLogger } from '../logger.ts';
import { isHangUp } from './hang-up.ts';
import { type Answer, answerJson, type Called, findOperation, jsonError } from './json-protocol.ts';
import { type AwsQueryService, answerQuery, findQueryOperation, queryError } from './query-protocol.ts';
import { readBody } from './request-body.ts';
import { AwsError, type AwsJsonService, awsError, type CallContext } from './service.ts';
import { readSigner } from './signature.ts';

/** One call that named a known operation, whatever its answer. */
export interface ApiCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly at: Date;
}

export interface AwsApiOptions {
  readonly jsonServices: readonly AwsJsonService[];
  readonly queryServices: readonly AwsQueryService[];
  readonly accountId: string;
  readonly endpoint: string;
  readonly accessKeys: ReadonlySet<string>;
  readonly onCall: (call: ApiCall) => void;
  readonly logger: SandboxLogger;
}

/**
 * Makes the HTTP handler of the AWS APIs: one endpoint for all services, told apart by `x-amz-target` (AWS JSON 1.1)
 * or by the form's `Version` (AWS Query). It always answers, and never rejects.
 */
export function createAwsApi(
  options: AwsApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = randomUUID();
    const answer = isQuery(request)
      ? await answerQueryRequest(options, request, requestId)
      : await answerJsonRequest(options, request);
    send(response, answer, requestId);
  };
}

async function answerJsonRequest(options: AwsApiOptions, request: IncomingMessage): Promise<Answer> {
  try {
    const called = findOperation(options.jsonServices, requestTarget(request));
    const context = enter(options, request, called);
    return await answerJson(called, await readText(request), context);
  } catch (error) {
    return jsonError(toAwsError(options, request, error));
  }
}

async function answerQueryRequest(
  options: AwsApiOptions,
  request: IncomingMessage,
  requestId: string,
): Promise<Answer> {
  try {
    const call = findQueryOperation(options.queryServices, await readText(request));
    const context = enter(options, request, call);
    return await answerQuery(call, context, requestId);
  } catch (error) {
    return queryError(toAwsError(options, request, error), requestId);
  }
}

/** Checks who calls, and counts the call. */
function enter(options: AwsApiOptions, request: IncomingMessage, called: Called): CallContext {
  const { region } = readSigner(request.headers.authorization, options.accessKeys);
  options.onCall({ service: called.service, operation: called.operation, region, at: new Date() });
  const { accountId, endpoint } = options;
  return { accountId, region, endpoint, principalArn: `arn:aws:iam::${accountId}:user/sandbox` };
}

/** The longest body of an API call. ECR's layer parts and manifests stay well below it. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

async function readText(request: IncomingMessage): Promise<string> {
  const body = await readBody(request, BODY_LIMIT_BYTES);
  if (body !== undefined) return body.toString('utf8');
  const message = `The request is longer than ${BODY_LIMIT_BYTES} bytes.`;
  throw awsError('RequestEntityTooLargeException', message, { status: 413 });
}

function isQuery(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

function requestTarget(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST' || request.url !== '/' || typeof target !== 'string') {
    const message = 'An AWS call is a POST to / that names its operation in the x-amz-target header.';
    throw awsError('UnknownOperationException', message, { status: 404 });
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/x-amz-json-1.1') {
    const found = type ?? 'none';
    throw awsError(
      'SerializationException',
      `The content type must be application/x-amz-json-1.1, not ${found}.`,
    );
  }
  return target;
}

function toAwsError(options: AwsApiOptions, request: IncomingMessage, error: unknown): AwsError {
  const target = request.headers['x-amz-target'] ?? 'an AWS Query call';
  if (error instanceof AwsError) {
    if (error.code === 'UnknownOperationException') options.logger.warn({ target }, error.message);
    return error;
  }
  if (!isHangUp(error)) options.logger.error({ err: error, target }, 'An operation of the sandbox failed.');
  return awsError('InternalFailure', 'The sandbox failed to answer. Its log says why.', { status: 500 });
}

function send(response: ServerResponse, answer: Answer, requestId: string): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': requestId,
  });
  response.end(answer.body);
}
