import { SlipwayError } from '../../../shared/errors.ts';
import { networkErrorCode } from '../aws/network-errors.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A limit may have room again, and a network may be back. */
const LATER_MS = 60_000;

/**
 * What follows on the end of a session: when it is opened again, undefined for never, and why lines are polled until then.
 */
export function afterEnd(
  error: unknown,
  region: string,
  failures: number,
): { readonly why: string | undefined; readonly afterMs: number | undefined } {
  if (error === undefined) return { why: undefined, afterMs: 0 };
  const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
  if (!(error instanceof SlipwayError)) {
    // The connection has ended, or SessionStreamingException. The first time it is opened again without a word.
    return {
      why: failures === 0 ? undefined : `New lines are polled: the live tail in ${region} was interrupted.`,
      afterMs: retryMs,
    };
  }
  const { action, awsError } = error.detail;
  if (error.code === 'FORBIDDEN') {
    const missing = action ?? 'logs:StartLiveTail';
    return { why: `New lines are polled: your policies don't allow ${missing}.`, afterMs: undefined };
  }
  if (awsError === 'LimitExceededException') {
    const why = `New lines are polled: the limit of live tail sessions of this account in ${region} is reached.`;
    return { why, afterMs: LATER_MS };
  }
  // "The operation is not valid on the specified resource": log groups that have no live tails.
  if (awsError === 'InvalidOperationException') {
    return {
      why: `New lines are polled: these log groups have no live tail. ${error.message}`,
      afterMs: undefined,
    };
  }
  const isUnsupported = awsError === 'UnknownOperationException';
  if (isUnsupported || hasNoHost(error)) {
    const why = `New lines are polled: CloudWatch Logs has no live tail in ${region}.`;
    return { why, afterMs: isUnsupported ? undefined : LATER_MS };
  }
  if (error.code === 'NOT_FOUND') {
    // The log group, whose own sentence is among what is not read.
    return { why: undefined, afterMs: LONGEST_RETRY_MS };
  }
  return { why: `New lines are polled: no live tail could be opened. ${error.message}`, afterMs: retryMs };
}

/** Live tails have an endpoint of their own, `stream-logs.REGION`. */
function hasNoHost({ cause }: SlipwayError): boolean {
  return cause instanceof Error && networkErrorCode(cause) === 'ENOTFOUND';
}
