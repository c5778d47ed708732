import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from '@smithy/signature-v4';
import type {
  FinalizeRequestMiddleware,
  MiddlewareStack,
  RequestSigner,
  RequestSigningArguments,
  HttpRequest as SignedRequest,
} from '@smithy/types';
import type { SlipwayError } from '../../../shared/errors.ts';

/** Until when the calls of a client may change something. */
export interface SendLimit {
  /** Rejects once nothing may be sent any more. Asked before each attempt. */
  readonly requireOpen: () => Promise<void>;
  /** The moment, in AWS's time, from which on AWS refuses what was signed before. */
  readonly lapsesAt: () => Date;
  /** The error in place of AWS's refusal of a signature that has lapsed. */
  readonly lapsed: () => Promise<SlipwayError>;
}

/**
 * AWS refuses a request that reaches it more than five minutes after the time stamp in its signature:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html
 */
const SIGNATURE_VALID_MS = 5 * 60_000;
/** Time stamps have whole seconds, and AWS may cut its own time to them. */
const SECOND_MS = 1000;

/** The time stamp of a signature that AWS takes until `lapsesAt` and no longer. */
export function signingDateFor(lapsesAt: Date): Date {
  const exact = lapsesAt.getTime() - SIGNATURE_VALID_MS - SECOND_MS;
  return new Date(Math.floor(exact / SECOND_MS) * SECOND_MS);
}

/**
 * Signs calls that change something with a time stamp so old that the signature lapses with the limit. A process that is
 * paused between its last check and its send can't change anything afterwards, whatever its clock says: AWS refuses the
 * request. Reads are signed as usual. It takes the place of the SDK's signer, which would correct the time stamp.
 */
export function lapsingSigner(
  limit: SendLimit,
): new (
  options: SignatureV4Init & SignatureV4CryptoInit,
) => RequestSigner {
  return class implements RequestSigner {
    readonly #signer: SignatureV4;

    constructor(options: SignatureV4Init & SignatureV4CryptoInit) {
      this.#signer = new SignatureV4(options);
    }

    async sign(request: SignedRequest, options?: RequestSigningArguments): Promise<SignedRequest> {
      if (isRead(request)) return this.#signer.sign(request, options);
      await limit.requireOpen();
      return this.#signer.sign(request, { ...options, signingDate: signingDateFor(limit.lapsesAt()) });
    }
  };
}

/** By the header that names the operation in AWS JSON, such as `….UpdateService`. What has none counts as a change. */
function isRead({ headers }: SignedRequest): boolean {
  return /\.(?:Describe|List)[A-Za-z]+$/.test(headers['x-amz-target'] ?? '');
}

/** Turns AWS's refusal of a lapsed signature into the error of the limit, before the SDK would try again. */
export function refuseLapsed<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  limit: SendLimit,
): void {
  const refuse: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      // A read is signed with the time of this machine, which the SDK corrects after such an answer.
      const isOfLimit = HttpRequest.isInstance(args.request) && !isRead(args.request) && isLapsed(error);
      throw isOfLimit ? await limit.lapsed() : error;
    }
  };
  stack.addRelativeTo(refuse, {
    relation: 'after',
    toMiddleware: 'slipwayTokens',
    name: 'slipwayLapsedSignatures',
  });
}

function isLapsed(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'InvalidSignatureException' &&
    error.message.startsWith('Signature expired')
  );
}
