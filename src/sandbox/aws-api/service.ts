import type { CommandIO, MetadataBearer, StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import type { AccessKey } from './access-keys.ts';
import { openToken, sealToken } from './page-tokens.ts';

/** The caller, and where: taken from the signature of the request. */
export interface CallContext {
  readonly accountId: string;
  /** From the credential scope of the signature, such as `us-east-1`. */
  readonly region: string;
  readonly principalArn: string;
  /** What the key may do; calls that it may not make do not get here. */
  readonly permissions: AccessKey['permissions'];
  /** Whether the key is a temporary one. */
  readonly hasSessionToken: boolean;
  /** What the session of a temporary key was made with. */
  readonly session: Pick<AccessKey, 'mfaAt' | 'sourceIdentity'>;
  /** The proof that the caller holds a key (RFC 9449, the header `DPoP`), as it was sent. */
  readonly proof: string | undefined;
  /** Whether the caller may do an action, such as `iam:PassRole`. */
  readonly allows: (action: string) => boolean;
  /** Where the sandbox listens, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
}

/**
 * The handler of an operation. It can throw an `AwsError`; anything else reaches the client as an `InternalFailure`,
 * and the log in full.
 */
export type Handler<I, O> = (input: I, context: CallContext) => O | Promise<O>;

/** One operation: the SDK's schema of its request and response, and what answers it. */
export interface Operation {
  readonly schema: StaticOperationSchema;
  /** Takes a request that was read and checked with `schema`. */
  readonly run: (input: object, context: CallContext) => Promise<object>;
  /** Whether it is also answered without a signature, as AssumeRoleWithWebIdentity is. */
  readonly isPublic?: true;
}

/** A service, in whatever protocol. One that speaks REST with JSON is found by the paths of its operations. */
export interface AwsService {
  /** For logs and counts, such as `ECS`; in lower case it is IAM's name of the service. */
  readonly name: string;
  /** By operation name; `operationsByName` makes it. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The operations of services, such as `ECS.ListClusters`, each once and in the order of the alphabet. */
export function operationNames(services: readonly AwsService[]): readonly string[] {
  const names = services.flatMap(({ name, operations }) =>
    Object.keys(operations).map((each) => `${name}.${each}`),
  );
  return [...new Set(names)].toSorted();
}

/** A service that speaks AWS JSON 1.1, found by the part of `x-amz-target` before the dot. */
export interface AwsJsonService extends AwsService {
  /** For example `AmazonEC2ContainerServiceV20141113`. */
  readonly targetPrefix: string;
  /** In bytes, where it takes longer requests than the others: 1 MiB. */
  readonly bodyLimit?: number;
}

type CommandConstructor<I extends object, O extends MetadataBearer> = new (
  input: I,
) => CommandIO<I, O> & { readonly schema?: unknown };

/**
 * Ties a handler to an operation of the SDK. The command's class carries the schema, and its types say what the
 * handler takes and returns: `operation(ListServicesCommand, (input, context) => ...)`.
 */
export function operation<I extends object, O extends MetadataBearer>(
  Command: CommandConstructor<I, O>,
  handler: Handler<I, Omit<O, '$metadata'>>,
): Operation {
  // A command keeps the schema of its operation; its input is not looked at until it is sent.
  const { schema } = new Command({} as I);
  if (!isOperationSchema(schema))
    throw new Error(`${Command.name} of the AWS SDK carries no operation schema.`);
  return {
    schema,
    // The server has read and checked the input with this very schema, which the SDK's type I describes.
    run: async (input, context) => {
      const list = { operation: schema[2], region: context.region, input };
      return sealToken(await handler(openToken(list) as I, context), list);
    },
  };
}

/** An operation that clients without keys can call. */
export function publicOperation(operationOfClients: Operation): Operation {
  return { ...operationOfClients, isPublic: true };
}

/** The operations under the names that their schemas give them, for `AwsJsonService.operations`. */
export function operationsByName(operations: readonly Operation[]): Readonly<Record<string, Operation>> {
  return Object.fromEntries(operations.map((each) => [each.schema[2], each]));
}

function isOperationSchema(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === 9 && typeof schema[2] === 'string';
}

/** An error that the AWS API answers with: thrown by handlers, written by the server. */
export class AwsError extends Error {
  /** The exception's name as it stands in `__type`, such as `ServiceNotFoundException`. */
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  /** Further members of the exception, such as `resourceIds`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Whether every AWS service has it, so that no model of a service names it. */
  readonly isCommon: boolean;

  constructor(
    code: string,
    message: string,
    status: number,
    members: Readonly<Record<string, unknown>>,
    isCommon: boolean,
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
    this.isCommon = isCommon;
  }
}

/**
 * Makes an `AwsError`. Name it by the SDK's error schema where there is one (`ServiceNotFoundException$`): its
 * traits say whether the client (400) or the server (500) is at fault. Errors that every AWS service knows, such as
 * `SerializationException`, have no schema and are named by a string.
 */
export function awsError(
  error: StaticErrorSchema | string,
  message: string,
  options: { readonly status?: number; readonly members?: Readonly<Record<string, unknown>> } = {},
): AwsError {
  const members = options.members ?? {};
  if (typeof error === 'string') return new AwsError(error, message, options.status ?? 400, members, true);
  const traits = error[3];
  const serverFault = typeof traits === 'object' && traits.error === 'server';
  return new AwsError(error[2], message, options.status ?? (serverFault ? 500 : 400), members, false);
}
