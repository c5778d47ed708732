import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import type { Answer, Called } from './json-protocol.ts';
import { type AwsError, awsError, type CallContext, type Operation } from './service.ts';
import { readShape } from './shape-reader.ts';

/** A service that speaks the AWS Query protocol, found by the `Version` of a form body. STS is the one here. */
export interface AwsQueryService {
  readonly name: string;
  /** Such as `2011-06-15`. */
  readonly version: string;
  readonly xmlNamespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** A call of a Query service: also what the answer's XML is written with. */
export interface QueryCall extends Called {
  readonly xmlNamespace: string;
  /** The parameters beside Action and Version. Lists (`Name.member.1`) have no reader yet: no operation here takes one. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Finds the operation that a form body such as `Action=GetCallerIdentity&Version=2011-06-15` calls.
 *
 * @throws AwsError `InvalidAction`.
 */
export function findQueryOperation(services: readonly AwsQueryService[], body: string): QueryCall {
  const {
    Action: action = '',
    Version: version,
    ...parameters
  } = Object.fromEntries(new URLSearchParams(body));
  const service = services.find((each) => each.version === version);
  const run =
    service !== undefined && Object.hasOwn(service.operations, action)
      ? service.operations[action]
      : undefined;
  if (service === undefined || run === undefined) {
    throw awsError('InvalidAction', `Could not find operation ${action} for version ${version ?? 'unset'}`);
  }
  return { service: service.name, operation: action, run, xmlNamespace: service.xmlNamespace, parameters };
}

/** Runs the operation and writes its result as XML. Errors of the operation are thrown on. */
export async function answerQuery(call: QueryCall, context: CallContext, requestId: string): Promise<Answer> {
  const input = readShape(call.run.schema[4], call.parameters, (path) =>
    awsError(
      'ValidationError',
      `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    ),
  );
  const output = await call.run.run(input, context);
  const response = { [`${call.operation}Result`]: output, ResponseMetadata: { RequestId: requestId } };
  return xml(200, responseSchema(call.run.schema), call.xmlNamespace, response);
}

/** The Query protocol's name for each error that every AWS service knows. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
};

/** An error as the Query protocol writes it. */
export function queryError(error: AwsError, requestId: string): Answer {
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  return xml(error.status, ERROR_RESPONSE, ERROR_NAMESPACE, {
    Error: { Type: fault, Code: QUERY_CODES[error.code] ?? error.code, Message: error.message },
    RequestId: requestId,
  });
}

// The Query protocol wraps each result in two elements that the operation's own schema does not have.
function responseSchema([, namespace, operation, , , output]: StaticOperationSchema): StaticStructureSchema {
  const metadata: StaticStructureSchema = [3, namespace, 'ResponseMetadata', 0, ['RequestId'], [0]];
  const members = [`${operation}Result`, 'ResponseMetadata'];
  return [3, namespace, `${operation}Response`, 0, members, [output, () => metadata]];
}

/** An error may come before the service is known, so all of them use one namespace; clients do not look at it. */
const ERROR_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

const ERROR: StaticStructureSchema = [3, 'aws.query', 'Error', 0, ['Type', 'Code', 'Message'], [0, 0, 0]];
const ERROR_RESPONSE: StaticStructureSchema = [
  3,
  'aws.query',
  'ErrorResponse',
  0,
  ['Error', 'RequestId'],
  [() => ERROR, 0],
];

function xml(status: number, schema: StaticStructureSchema, xmlNamespace: string, value: object): Answer {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: '',
    timestampFormat: { useTrait: true, default: 5 },
  });
  serializer.write(schema, value);
  return { status, contentType: 'text/xml', body: String(serializer.flush()) };
}
