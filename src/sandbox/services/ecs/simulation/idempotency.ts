import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';

/** "Up to 36 ASCII characters in the range of 33-126 (inclusive) are allowed" (CreateService, CreateTaskSet); RunTask takes 64. */
const LONGEST_TOKENS: Readonly<Record<string, number>> = { CreateService: 36, CreateTaskSet: 36 };
const LONGEST_TOKEN = 64;
const TOKEN = /^[\x21-\x7e]*$/;

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
  const longest = LONGEST_TOKENS[operation] ?? LONGEST_TOKEN;
  if (clientToken.length > longest || !TOKEN.test(clientToken)) {
    throw invalidParameter(`clientToken can have at most ${longest} ASCII characters from 33 to 126.`);
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
