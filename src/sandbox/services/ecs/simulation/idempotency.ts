import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';

const LONGEST_TOKEN = 64;

/** A request that may be sent twice and must take effect once. */
export interface TokenRequest {
  readonly clientToken?: string | undefined;
}

/**
 * Carries a request out, unless the same one was carried out under its client token already. Returns the ARNs of what
 * the request made, this time or the first time. Throws InvalidParameterException for a token of another request.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export function onceForToken(
  { state }: EcsContext,
  operation: string,
  request: TokenRequest,
  carryOut: () => readonly string[],
): readonly string[] {
  const { clientToken } = request;
  if (clientToken === undefined || clientToken === '') return carryOut();
  if (clientToken.length > LONGEST_TOKEN) {
    throw invalidParameter(`clientToken can have at most ${LONGEST_TOKEN} characters.`);
  }
  const key = `${operation} ${clientToken}`;
  const text = JSON.stringify(request);
  const known = state.clientTokens.get(key);
  if (known !== undefined && known.request !== text) {
    throw invalidParameter(
      `${operation} was not idempotent: the client token was used with other parameters.`,
    );
  }
  if (known !== undefined) return known.arns;
  const arns = carryOut();
  state.clientTokens.put({ key, request: text, arns });
  return arns;
}
