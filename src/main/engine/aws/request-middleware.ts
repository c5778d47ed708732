import {
  type AwsCredentialIdentity,
  type FinalizeRequestMiddleware,
  type HandlerExecutionContext,
  type InitializeHandlerOutput,
  type InitializeMiddleware,
  type MiddlewareStack,
  SMITHY_CONTEXT_KEY,
} from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import type { Priority } from './aws.ts';
import { type AwsService, bucketOf } from './buckets.ts';
import { awsErrorName, isForbidden, isThrottling, sentenceOfSdkError, targetOf } from './errors.ts';
import { networkErrorCode, wasNotSent } from './network-errors.ts';
import type { RequestScheduler } from './scheduler.ts';

/** A request that was answered: `UpdateService` of `production/web`. */
export interface SentRequest {
  readonly operation: string;
  readonly target: string | undefined;
  readonly accessKeyId: string | undefined;
}

/** What the requests of one client have in common. */
export interface RequestRules {
  readonly service: AwsService;
  readonly priority: Priority;
  readonly scheduler: RequestScheduler;
  readonly account: string;
  readonly endpoint: string;
  readonly secrets: KnownSecrets;
  readonly logger: Logger;
  readonly clock: Clock;
  /**
   * Called with AWS's name of the error when it has not accepted credentials: whether there are others now, with which the call
   * is worth repeating. Waits for a sign-in; rejects with the reason why there are none.
   */
  readonly renew: (awsError: string, refused: AwsCredentialIdentity | undefined) => Promise<boolean>;
  /** Called after each answer that is no error. */
  readonly onAnswered: (call: SentRequest) => void;
  /** Called with AWS's own sentence when a permission is missing. */
  readonly onForbidden: (sentence: string, call: SentRequest) => void;
}

/** Operations with a new effect each time: never sent again when it is unknown whether they arrived. */
const SENT_ONCE = new Set(['RegisterTaskDefinition', 'UpdateService', 'CreateTaskSet', 'RunTask']);

/** Makes every attempt of every request wait for its token, and turns every error into a SlipwayError. */
export function applyRequestRules<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  rules: RequestRules,
): void {
  // The SDK prepares each answer for a log that nobody reads: a tenth of what a page of log events costs.
  stack.removeByTag('LOGGER');

  const errors: InitializeMiddleware<Input, Output> = (next, context) => async (args) => {
    const sent = (): SentRequest => ({
      operation: operationOf(context),
      target: targetOf(args.input),
      accessKeyId: credentialsIn(context)?.accessKeyId,
    });
    const send = async (): Promise<InitializeHandlerOutput<Output>> => {
      try {
        const answer = await next(args);
        rules.onAnswered(sent());
        return answer;
      } catch (error) {
        if (error instanceof Error && isForbidden(error)) rules.onForbidden(error.message, sent());
        throw sentenceOfSdkError(error, {
          operation: operationOf(context),
          input: args.input,
          account: rules.account,
          endpoint: rules.endpoint,
          now: rules.clock.now(),
          secrets: rules.secrets,
        });
      }
    };
    try {
      return await send();
    } catch (error) {
      const awsError = refusalOfCredentials(error);
      if (awsError === undefined || !(await rules.renew(awsError, credentialsIn(context)))) throw error;
    }
    // AWS checks credentials before anything else, so that a change has had no effect either.
    return send();
  };

  const tokens: FinalizeRequestMiddleware<Input, Output> = (next, context) => {
    const operation = operationOf(context);
    const bucket = bucketOf(rules.service, operation);
    // The SDK makes this chain once for each call and runs it once for each attempt.
    let attempt = 0;
    return async (args) => {
      attempt += 1;
      await rules.scheduler.acquire(bucket, rules.priority, signalOf(context));
      const log = attemptLog(rules, operation, attempt);
      try {
        const result = await next(args);
        log(result.output);
        return result;
      } catch (error) {
        log(error);
        if (isThrottling(error)) rules.scheduler.throttled(bucket);
        if (SENT_ONCE.has(operation) && mayHaveArrived(error)) throw notKnown(operation, rules.endpoint);
        throw error;
      }
    };
  };

  stack.add(errors, { step: 'initialize', priority: 'high', name: 'slipwayErrors' });
  // Inside the retries, so that each attempt has its token; before the signature, which does not keep forever.
  stack.addRelativeTo(tokens, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'slipwayTokens',
  });
}

/** AWS's name of an error that other credentials may help against: not where the clock of this machine is wrong. */
function refusalOfCredentials(error: unknown): string | undefined {
  if (!(error instanceof SlipwayError) || error.code !== 'AUTH_REQUIRED') return undefined;
  return error.detail.clock === undefined ? awsErrorName(error) : undefined;
}

/** Those that the request was signed with. */
function credentialsIn(context: HandlerExecutionContext): AwsCredentialIdentity | undefined {
  const identity: unknown = context[SMITHY_CONTEXT_KEY]?.selectedHttpAuthScheme?.identity;
  return typeof identity === 'object' && identity !== null && 'accessKeyId' in identity
    ? (identity as AwsCredentialIdentity)
    : undefined;
}

/** Logs the outcome of one attempt, never its input, which may contain secrets. */
function attemptLog(
  { logger, service, account }: RequestRules,
  operation: string,
  attempt: number,
): (outcome: unknown) => void {
  const start = performance.now();
  return (outcome) => {
    const ms = Math.round(performance.now() - start);
    const error = outcome instanceof Error ? outcome.name : undefined;
    logger.debug(
      { account, service, operation, attempt, ms, error, ...metadataOf(outcome) },
      'AWS was called',
    );
  };
}

/** The status and the request id that the SDK adds to an answer or an error. */
function metadataOf(outcome: unknown): Partial<Record<'requestId' | 'status', unknown>> {
  if (typeof outcome !== 'object' || outcome === null || !('$metadata' in outcome)) return {};
  const metadata: unknown = outcome.$metadata;
  if (typeof metadata !== 'object' || metadata === null) return {};
  return {
    requestId: Reflect.get(metadata, 'requestId') as unknown,
    status: Reflect.get(metadata, 'httpStatusCode') as unknown,
  };
}

function operationOf(context: HandlerExecutionContext): string {
  return (context.commandName ?? 'request').replace(/Command$/, '');
}

/** Where the SDK's own retry middleware finds the signal, too. */
function signalOf(context: HandlerExecutionContext): AbortSignal | undefined {
  const signal: unknown = context[SMITHY_CONTEXT_KEY]?.abortSignal;
  return signal instanceof AbortSignal ? signal : undefined;
}

/** True when a request got no answer, or an answer of the 500s: it may have been carried out anyway. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof SlipwayError || isThrottling(error)) return false;
  const code = networkErrorCode(error);
  if (code !== undefined) return !wasNotSent(code);
  return '$fault' in error && error.$fault === 'server';
}

/** Has no cause: the SDK's retries look through an error at its cause, and would send the request again. */
function notKnown(operation: string, endpoint: string): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `${endpoint} did not answer ${operation}, so AWS may have carried it out. Check the service and its revisions before you try again.`,
    { detail: { carriedOut: 'unknown' } },
  );
}
