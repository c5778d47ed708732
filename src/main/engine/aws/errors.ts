import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { cancelled, type ErrorCode, SlipwayError } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/is-object.ts';
import { type KnownSecrets, withoutSecrets } from '../ports/known-secrets.ts';
import { isPassing, networkAdvice, networkErrorCode, networkReason } from './network-errors.ts';
import { refusalIn } from './refused-calls.ts';

/** The request that an error belongs to. */
export interface FailedRequest {
  /** `DescribeServices`. */
  readonly operation: string;
  readonly input: unknown;
  /** The name of the account or profile. */
  readonly account: string;
  /** `AWS in eu-west-1`, or the host of another endpoint. */
  readonly endpoint: string;
  /** The time of this machine, to compare with the time of AWS. */
  readonly now: Date;
  /** Hidden in what AWS says: some errors quote the request with its session token. */
  readonly secrets: KnownSecrets;
}

type AwsError = Error & Pick<SdkError, '$fault' | '$metadata'>;

const CREDENTIALS_REFUSED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
]);
/** The time of a signature is too far from the time of AWS. */
const CLOCK_SKEWED = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired']);
const FORBIDDEN = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'NotAuthorized',
  'KmsAccessDeniedException',
]);
const CONFLICT = new Set([
  'ConflictException',
  'UpdateInProgressException',
  'ServiceNotActiveException',
  'ResourceInUseException',
  'ImageAlreadyExistsException',
  'ImageTagAlreadyExistsException',
  'RepositoryAlreadyExistsException',
]);

/** AWS's own name of an error, such as `ServiceNotFoundException`; undefined for what AWS did not say. */
export function awsErrorName(error: unknown): string | undefined {
  return error instanceof SlipwayError ? error.detail.awsError : undefined;
}

/** Whether AWS throttled the request. Never true for Slipway's own errors. */
export function isThrottling(error: unknown): boolean {
  return isSdkError(error) && isThrottlingError(error);
}

/** Whether AWS refused the request for want of a permission. */
export function isForbidden(error: Error): boolean {
  return FORBIDDEN.has(error.name);
}

function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && !(error instanceof SlipwayError);
}

/**
 * The sentence for an error of the AWS SDK. Codes: AUTH_REQUIRED, FORBIDDEN (detail.action is the missing IAM
 * action), THROTTLED, UNAVAILABLE, NOT_FOUND, CONFLICT, INVALID_INPUT with AWS's own sentence, CANCELLED, and
 * INTERNAL for what is none of these. `detail.awsError` is AWS's name of it.
 */
export function sentenceOfSdkError(error: unknown, request: FailedRequest): SlipwayError {
  return withoutSecrets(sentenceOf(error, request), request.secrets);
}

function sentenceOf(error: unknown, request: FailedRequest): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const what = labelOf(request);
  if (!(error instanceof Error))
    return new SlipwayError('INTERNAL', `Slipway failed to ${what}.`, { cause: error });
  if (error.name === 'AbortError') return cancelled(`The request to ${what}`);

  const code = networkErrorCode(error);
  if (code !== undefined) return unreachable(code, error, what, request);
  if (isUnreadable(error)) return unreadable(error, what, request);
  return sentenceOfAwsError(error, what, request);
}

function sentenceOfAwsError(error: AwsError, what: string, request: FailedRequest): SlipwayError {
  const said = wordsOfAws(request.secrets.hide(error.message));
  const make = (
    code: ErrorCode,
    message: string,
    detail: Readonly<Record<string, string>> = {},
  ): SlipwayError =>
    new SlipwayError(code, message, {
      retryable: code === 'THROTTLED' || code === 'UNAVAILABLE',
      detail: { ...detail, awsError: error.name },
      cause: error,
    });

  const clock = clockSkewOf(error, request.now);
  if (clock !== undefined) return make('AUTH_REQUIRED', clock, { clock: 'skewed' });
  if (CREDENTIALS_REFUSED.has(error.name)) return make('AUTH_REQUIRED', credentialsSentence(error, request));
  if (isForbidden(error)) {
    const action = refusalIn(error.message)?.action;
    if (action === undefined)
      return make('FORBIDDEN', `${request.account} is not allowed to ${what}.${said}`);
    return make(
      'FORBIDDEN',
      `${request.account} is not allowed to ${what}: its policies don't allow ${action}. Ask for this permission, or choose another account.`,
      { action },
    );
  }
  if (/Too many concurrent attempts/i.test(error.message)) {
    return make('CONFLICT', `Someone else is registering a revision of the same family.${said}`);
  }
  if (isThrottling(error) && error.name !== 'LimitExceededException') {
    return make(
      'THROTTLED',
      `AWS asked to slow down when Slipway tried to ${what}. Try again in a few seconds.`,
    );
  }
  const cluster = missingCluster(error, request);
  if (cluster !== undefined)
    return make('NOT_FOUND', `The cluster ${cluster} doesn't exist in this account and region.`);
  if (
    /NotFound(Exception)?$/.test(error.name) ||
    error.message.startsWith('Unable to describe task definition')
  ) {
    return make('NOT_FOUND', `AWS couldn't ${what}: not found.${said}`);
  }
  if (CONFLICT.has(error.name)) return make('CONFLICT', `AWS couldn't ${what} right now.${said}`);
  if (error.$fault === 'client') return make('INVALID_INPUT', `AWS refused to ${what}.${said}`);
  if (error.$fault === 'server') {
    return make('UNAVAILABLE', `AWS failed to ${what}.${said} Try again in a moment.`);
  }
  return make('INTERNAL', `Slipway failed to ${what}: unexpected error.`);
}

/** The cluster that a call of ECS names, where it has none of that name. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html#API_DescribeTasks_Errors */
function missingCluster({ name }: AwsError, { input }: FailedRequest): string | undefined {
  if (name !== 'ClusterNotFoundException' || !isObject(input)) return undefined;
  return typeof input.cluster === 'string' ? input.cluster : undefined;
}

function unreachable(code: string, error: Error, what: string, { endpoint }: FailedRequest): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `Couldn't reach ${endpoint} to ${what}: ${networkReason(code)}. ${networkAdvice(code)}`,
    { retryable: isPassing(code), detail: { unreachable: endpoint }, cause: error },
  );
}

/** AWS refuses signatures whose time is five minutes or more from its own. */
const ALLOWED_SKEW_MS = 5 * 60_000;

/**
 * A sentence with the difference of both clocks, where AWS refuses a signature because of it; undefined for other errors. The
 * SDK corrects the time of its signatures by the answers of AWS, so this is left where that does not help.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-clock-skew.html
 */
export function clockSkewOf(error: unknown, now: Date): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const difference = differenceToServer(error, now);
  const isFar = difference !== undefined && Math.abs(difference) >= ALLOWED_SKEW_MS;
  const isSkew =
    CLOCK_SKEWED.has(error.name) ||
    (CREDENTIALS_REFUSED.has(error.name) &&
      (/signature (?:expired|not yet current)/i.test(error.message) ||
        (isFar && /signature/i.test(error.name))));
  if (!isSkew) return undefined;
  const differs = isFar
    ? `is ${formatDifference(Math.abs(difference))} ${difference > 0 ? 'behind' : 'ahead of'} the clock of AWS`
    : 'differs too much from the clock of AWS';
  return `The clock of this machine ${differs}, so AWS refuses its requests. Correct the date and time of this machine and try again.`;
}

/** Milliseconds from now to the time in the answer. */
function differenceToServer(error: Error, now: Date): number | undefined {
  const response: unknown = Reflect.get(error, '$response');
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const text: unknown = Reflect.get(headers, 'date') ?? Reflect.get(headers, 'Date');
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time - now.getTime();
}

function formatDifference(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

/** An answer without the marks of AWS: a proxy's page, or a server that is something else. */
function isUnreadable(error: AwsError): boolean {
  if (error.name === 'SyntaxError' || error instanceof SyntaxError) return true;
  if (/^(?:Unknown|UnknownError|Error|TypeError)$/.test(error.name))
    return '$response' in error || error.$metadata !== undefined;
  return false;
}

function unreadable(error: AwsError, what: string, { endpoint }: FailedRequest): SlipwayError {
  const status = error.$metadata?.httpStatusCode;
  const aside = status === undefined || status === 200 ? '' : ` (HTTP ${status})`;
  return new SlipwayError(
    'UNAVAILABLE',
    `${endpoint} did not answer with JSON${aside} when Slipway tried to ${what}. Check the endpoint.`,
    { retryable: true, cause: error },
  );
}

function credentialsSentence(error: AwsError, { account }: FailedRequest): string {
  if (/expired/i.test(error.name) || /expired/i.test(error.message)) {
    return `The credentials of ${account} have expired. Renew them at their source (the shared AWS files, the environment or the profile's command), and try again.`;
  }
  return `AWS does not accept the credentials of ${account}. Check its keys in the shared AWS files, and the clock of this machine.`;
}

/** AWS's own sentence, to be put after ours. */
/** ` AWS says: …` with a space in front; nothing where it says nothing. */
export function wordsOfAws(message: string): string {
  const text = message.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  if (text === '' || text === 'UnknownError') return '';
  return ` AWS says: ${/[.!?]$/.test(text) ? text : `${text}.`}`;
}

/** The fields of an input that name what a request is about, the most telling first. */
const TARGETS = ['service', 'taskDefinition', 'family', 'repositoryName', 'serviceDeploymentArn'];

/** `describe service web` of DescribeServices: the operation and its target in a few words. */
function labelOf({ operation, input }: FailedRequest): string {
  const words = operation.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const target = targetOf(input);
  return target === undefined ? words : `${words} (${target})`;
}

/** `production/web` of a service, `production` where only the cluster is named. */
export function targetOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const target = TARGETS.find((member) => typeof Reflect.get(input, member) === 'string');
  const names = ['cluster', target ?? 'cluster']
    .map((member): unknown => Reflect.get(input, member))
    .filter((value) => typeof value === 'string')
    .map((value) => value.split('/').at(-1) ?? value);
  return names.length === 0 ? undefined : [...new Set(names)].join('/');
}
