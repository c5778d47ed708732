import { InvalidNextTokenException$ } from '@aws-sdk/client-codedeploy';
import { awsError } from '../../aws-api/service.ts';

/** CodeDeploy sets the size of its pages itself. */
const PAGE = 100;

/**
 * One page of a list.
 *
 * @throws AwsError InvalidNextTokenException
 */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
): { readonly items: T[]; readonly next: string | undefined } {
  const start = Number(token ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    throw awsError(InvalidNextTokenException$, 'The next token was specified in an invalid format.');
  }
  const end = start + PAGE;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
}
