import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { SandboxLogger } from '../core/logger.ts';
import { inPartitionOf } from '../core/partition.ts';
import { isHangUp } from '../http/hang-up.ts';
import type { RequestHandler } from '../http/loopback-server.ts';
import { readBody } from '../http/request-body.ts';
import type { AccessKey, AccessKeys } from './access-keys.ts';
import { createCborProtocol, isCbor } from './cbor-protocol.ts';
import { ConnectionReset, type Interceptor, intercepted } from './interceptor.ts';
import { createJsonProtocol } from './json-protocol.ts';
import { allowedActions, checkPermission } from './permissions.ts';
import { type Answer, type ApiRequest, type Protocol, type ProtocolCall, pathOf } from './protocol.ts';
import { type AwsQueryService, createQueryProtocol, isQuery } from './query-protocol.ts';
import { createRestJsonProtocol } from './rest-json-protocol.ts';
import { createS3Protocol, isS3 } from './s3-protocol.ts';
import { AwsError, type AwsJsonService, type AwsService, awsError, type CallContext } from './service.ts';
import { type Signer, verifySigner } from './signature.ts';

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
  readonly restServices: readonly AwsService[];
  /** S3, which has a protocol of its own. */
  readonly s3?: AwsService;
  readonly accountId: string;
  readonly endpoint: string;
  readonly accessKeys: AccessKeys;
  /** What no key may do, such as `iam:PassRole` or `secretsmanager:*`. */
  readonly deniedActions?: readonly string[];
  /** The interceptors between the network and the operations, outermost first. */
  readonly interceptors: readonly Interceptor[];
  readonly onCall: (call: ApiCall) => void;
  /** The sandbox's time. */
  readonly now: () => Date;
  /** The time of the wall: the Date of answers, and by which signatures lapse. */
  readonly wall: () => Date;
  readonly logger: SandboxLogger;
}

/**
 * Makes the HTTP handler of the AWS APIs: one endpoint for all services and protocols. It answers every error in the
 * form of the request's protocol, unless an interceptor resets the connection.
 */
export function createAwsApi(options: AwsApiOptions): RequestHandler {
  const json = createJsonProtocol(options.jsonServices);
  const query = createQueryProtocol(options.queryServices);
  const cbor = createCborProtocol(options.jsonServices);
  const rest = createRestJsonProtocol(options.restServices);
  const s3 = createS3Protocol(options.s3);
  const protocolOf = (request: ApiRequest): Protocol => {
    if (isS3(request)) return s3;
    if (isQuery(request)) return query;
    if (isCbor(request)) return cbor;
    return rest.serves(request) ? rest : json;
  };

  return async (incoming, response, target) => {
    const requestId = randomUUID();
    const head: ApiRequest = {
      method: incoming.method ?? '',
      target,
      headers: incoming.headers,
      body: NO_BODY,
    };
    const protocol = protocolOf(head);
    response.setHeader('date', options.wall().toUTCString());
    try {
      const request = { ...head, body: await readWhole(incoming, response, protocol.bodyLimit?.(head)) };
      const call = protocol.read(request);
      await send(response, await answer(options, call, request, requestId), requestId);
    } catch (error) {
      // The client has left in the middle of a stream.
      if (response.headersSent) response.destroy();
      else if (error instanceof ConnectionReset) incoming.socket.resetAndDestroy();
      else await send(response, protocol.writeError(toAwsError(options, head, error), requestId), requestId);
    }
  };
}

async function answer(
  options: AwsApiOptions,
  call: ProtocolCall,
  request: ApiRequest,
  requestId: string,
): Promise<Answer> {
  const signer = await signerOf(options, call, request);
  const { service, operation } = call;
  const { region } = signer;
  options.onCall({ service, operation, region, at: new Date() });
  const onItsWay = { service, operation, region, body: request.body };
  return intercepted(options.interceptors, onItsWay, () =>
    run(options, call, signer, { requestId, dpop: request.headers.dpop }),
  );
}

/** The region of the global endpoint of STS, where calls without a signature are answered. */
const REGION_OF_NOBODY = 'us-east-1';

async function signerOf(options: AwsApiOptions, { run: operation }: ProtocolCall, request: ApiRequest) {
  if (operation.isPublic !== true || request.headers.authorization !== undefined) {
    return verifySigner(request, options.accessKeys, { now: options.now(), wall: options.wall() });
  }
  const principalArn = `arn:aws:iam::${options.accountId}:anonymous`;
  const key: AccessKey = { accessKeyId: '', secretAccessKey: '', principalArn, permissions: 'everything' };
  return { key, region: REGION_OF_NOBODY };
}

async function run(
  options: AwsApiOptions,
  call: ProtocolCall,
  { key, region }: Signer,
  { requestId, dpop }: { readonly requestId: string; readonly dpop: unknown },
): Promise<Answer> {
  const { accountId, endpoint, deniedActions = [] } = options;
  const { permissions } = key;
  const principalArn = inPartitionOf(region, key.principalArn);
  const allows = allowedActions(permissions, deniedActions);
  const hasSessionToken = key.sessionToken !== undefined;
  const context: CallContext = {
    accountId,
    region,
    endpoint,
    principalArn,
    permissions,
    hasSessionToken,
    session: key,
    proof: typeof dpop === 'string' ? dpop : undefined,
    allows,
  };
  const input = call.readInput();
  checkPermission(call, input, context);
  return call.writeOutput(await call.run.run(input, context), requestId);
}

const NO_BODY = Buffer.alloc(0);

/** The longest body of an API call, unless its service says otherwise. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** @throws AwsError `RequestEntityTooLargeException` or `RequestTimeoutException`. */
async function readWhole(
  incoming: IncomingMessage,
  response: ServerResponse,
  bytes = BODY_LIMIT_BYTES,
): Promise<Buffer> {
  const body = await readBody(incoming, { bytes });
  switch (body.outcome) {
    case 'whole':
      return body.bytes;
    case 'too-long': {
      const message = `The request is longer than ${bytes} bytes.`;
      throw awsError('RequestEntityTooLargeException', message, { status: 413 });
    }
    case 'too-slow':
      response.setHeader('connection', 'close');
      throw awsError('RequestTimeoutException', 'The body of the request did not come in time.', {
        status: 408,
      });
  }
}

function toAwsError(options: AwsApiOptions, request: ApiRequest, error: unknown): AwsError {
  const path = pathOf(request);
  const target = request.headers['x-amz-target'] ?? (path === '/' ? 'an AWS Query call' : path);
  if (error instanceof AwsError) {
    if (error.code === 'UnknownOperationException' || error.code === 'InvalidAction') {
      options.logger.warn({ target }, error.message);
    }
    return error;
  }
  if (!isHangUp(error)) options.logger.error({ err: error, target }, 'An operation of the sandbox failed.');
  return awsError('InternalFailure', 'The sandbox failed to answer. Its log says why.', { status: 500 });
}

async function send(
  response: ServerResponse,
  { status, contentType, headers, body }: Answer,
  requestId: string,
): Promise<void> {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(status, {
    ...headers,
    'content-type': contentType,
    ...(isWhole && { 'content-length': Buffer.byteLength(body) }),
    'x-amzn-requestid': requestId,
  });
  if (isWhole) response.end(body);
  else await pipeline(body, response);
}

const CALLS_KEPT = 100_000;

/** The last calls, in their order. */
export function createCallRecord(): { add(call: ApiCall): void; list(): readonly ApiCall[] } {
  const calls: ApiCall[] = [];
  return {
    add(call) {
      if (calls.length >= CALLS_KEPT) calls.splice(0, CALLS_KEPT / 2);
      calls.push(call);
    },
    list: () => calls,
  };
}
