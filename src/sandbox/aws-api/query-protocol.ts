import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import { type Answer, type ApiRequest, contentType, type Protocol } from './protocol.ts';
import { jsonOfForm } from './query-form.ts';
import { readRequest } from './read-request.ts';
import { type AwsError, awsError, type Operation } from './service.ts';

/** A service that speaks the AWS Query protocol, found by the `Version` of a form body. */
export interface AwsQueryService {
  readonly name: string;
  /** For example `2011-06-15`. */
  readonly version: string;
  readonly xmlNamespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

export function isQuery(request: ApiRequest): boolean {
  return contentType(request) === 'application/x-www-form-urlencoded';
}

/** The most parameters that a form has. */
const MOST_PARAMETERS = 10_000;

/** AWS Query: a form such as `Action=GetCallerIdentity&Version=2011-06-15`, answered in XML. */
export function createQueryProtocol(services: readonly AwsQueryService[]): Protocol {
  return {
    read({ body }) {
      const { Action: action = '', Version: version, ...form } = readForm(body);
      const service = services.find((each) => each.version === version);
      const run =
        service !== undefined && Object.hasOwn(service.operations, action)
          ? service.operations[action]
          : undefined;
      if (service === undefined || run === undefined) throw invalidAction(action, version);
      return {
        service: service.name,
        operation: action,
        run,
        readInput: () => readRequest(run.schema[4], jsonOfForm(run.schema[4], form)),
        writeOutput(output, requestId) {
          const response = { [`${action}Result`]: output, ResponseMetadata: { RequestId: requestId } };
          return xml(200, responseSchema(run.schema), service.xmlNamespace, response);
        },
      };
    },
    writeError(error, requestId) {
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      const code = (error.isCommon ? QUERY_CODES[error.code] : undefined) ?? error.code;
      return xml(error.status, ERROR_RESPONSE, ERROR_NAMESPACE, {
        Error: { Type: fault, Code: code, Message: error.message },
        RequestId: requestId,
      });
    },
  };
}

/** @throws AwsError `SerializationException` before a form is taken apart that has too many parameters. */
function readForm(body: Buffer): Readonly<Record<string, string>> {
  const text = body.toString('utf8');
  let parameters = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) parameters += 1;
  if (parameters > MOST_PARAMETERS) {
    throw awsError('SerializationException', `The request has more than ${MOST_PARAMETERS} parameters.`);
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** The Query protocol's name for each error that every AWS service knows. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  SerializationException: 'MalformedInput',
  ThrottlingException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function invalidAction(action: string, version: string | undefined): AwsError {
  return awsError('InvalidAction', `Could not find operation ${action} for version ${version ?? 'unset'}`);
}

// The Query protocol wraps each result in two elements that the operation's own schema does not have.
function responseSchema([, namespace, operation, , , output]: StaticOperationSchema): StaticStructureSchema {
  const metadata: StaticStructureSchema = [3, namespace, 'ResponseMetadata', 0, ['RequestId'], [0]];
  const name = `${operation}Response`;
  if (NormalizedSchema.of(output).isUnitSchema()) {
    return [3, namespace, name, 0, ['ResponseMetadata'], [() => metadata]];
  }
  return [3, namespace, name, 0, [`${operation}Result`, 'ResponseMetadata'], [output, () => metadata]];
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
