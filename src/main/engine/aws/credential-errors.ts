import { SSOOIDCServiceException } from '@aws-sdk/client-sso-oidc';
import { SlipwayError } from '../../../shared/errors.ts';
import { clockSkewOf, wordsOfAws } from './errors.ts';
import { isPassing, networkAdvice, networkErrorCode, networkReason } from './network-errors.ts';
import type { SsoSession } from './sign-in/sso-session.ts';

/** Whether STS has refused an MFA code, and not the device or the role. */
export function isWrongCode(error: unknown): boolean {
  return error instanceof Error && /invalid MFA one time pass code/i.test(error.message);
}

/** Whether a person has said no to a question. */
export function isDeclined(error: unknown): boolean {
  if (!(error instanceof SlipwayError)) return false;
  return error.code === 'CANCELLED' || isDeclined(error.cause);
}

/** A person was asked to sign in and did not, or nobody can be asked. */
export function notSignedIn(
  login: 'aws sso login' | 'aws login',
  account: string,
  cause: unknown,
): SlipwayError {
  const { command } = signInWith(login, account);
  return new SlipwayError(
    'AUTH_REQUIRED',
    `${account} is not signed in. Sign in when Slipway asks, or run \`${login} --profile ${account}\`, and try again.`,
    { cause, ...(command === undefined ? {} : { detail: { command } }) },
  );
}

/**
 * Why an account could not give credentials. The provider's own text is not shown: it can quote the command of
 * a `credential_process` with what that command is given.
 */
export function credentialsRefused(error: unknown, account: string, now: Date): SlipwayError {
  if (error instanceof SlipwayError) return promptRefused(error, account);
  const text = error instanceof Error ? error.message : '';
  const clock = clockSkewOf(error, now);
  if (clock !== undefined)
    return new SlipwayError('AUTH_REQUIRED', clock, { cause: error, detail: { clock: 'skewed' } });

  const code = networkErrorCode(error);
  if (code !== undefined && !isPassing(code)) {
    return new SlipwayError(
      'UNAVAILABLE',
      `The credentials of ${account} could not be fetched: ${networkReason(code)}. ${networkAdvice(code)}`,
      { cause: error },
    );
  }
  if (code !== undefined) {
    return new SlipwayError(
      'UNAVAILABLE',
      `The credentials of ${account} could not be fetched, because the sign-in service did not answer. Check the network and try again.`,
      { retryable: true, cause: error },
    );
  }
  // Not by `MFA` alone: AWS repeats the name of the role.
  if (/MultiFactorAuthentication failed|multi-factor authentication/i.test(text)) {
    return new SlipwayError(
      'MFA_REQUIRED',
      `AWS did not accept the MFA code for ${account}. Wait for the next code and try again.`,
      { cause: error },
    );
  }
  const { sentence, command } = reasonOf(error, account);
  return new SlipwayError('AUTH_REQUIRED', sentence, {
    cause: error,
    ...(command === undefined ? {} : { detail: { command } }),
  });
}

/**
 * What a session of IAM Identity Center answers to a start URL or a scope that it doesn't have, and a region that does not
 * answer: they are typed by hand. The error itself for all else.
 */
export function ssoRefused(error: unknown, { title, region }: SsoSession): unknown {
  if (error instanceof SlipwayError) return error;
  const code = networkErrorCode(error);
  if (code !== undefined) {
    const advice = isPassing(code)
      ? `Check the network and the sso_region of ${title}.`
      : networkAdvice(code);
    return new SlipwayError(
      'UNAVAILABLE',
      `IAM Identity Center in ${region} did not answer for ${title}: ${networkReason(code)}. ${advice}`,
      { retryable: isPassing(code), cause: error },
    );
  }
  if (!(error instanceof SSOOIDCServiceException) || error.$fault === 'server') return error;
  const said = 'error_description' in error ? String(error.error_description) : error.message;
  return new SlipwayError(
    'AUTH_REQUIRED',
    `IAM Identity Center refused the sign-in to ${title}.${wordsOfAws(said)} Check sso_start_url, sso_region and sso_registration_scopes of ${title}.`,
    { cause: error },
  );
}

/** Why a session of IAM Identity Center did not list its roles. */
export function sessionRefused(error: unknown, session: string): SlipwayError {
  if (isDeclined(error)) {
    return new SlipwayError('AUTH_REQUIRED', `${session} is not signed in. Sign in when Slipway asks.`, {
      cause: error,
    });
  }
  if (error instanceof SlipwayError) return error;
  return new SlipwayError(
    'UNAVAILABLE',
    `IAM Identity Center did not list the roles of ${session}. Check the network, and sso_region and sso_start_url of the session.`,
    { retryable: true, cause: error },
  );
}

function promptRefused(error: SlipwayError, account: string): SlipwayError {
  if (error.code !== 'CANCELLED') return error;
  return new SlipwayError(
    'MFA_REQUIRED',
    `${account} needs an MFA code, and none was entered. Try again to enter one.`,
    { cause: error },
  );
}

/** Why there are no credentials, and the command that signs in, where one does. */
interface Reason {
  readonly sentence: string;
  readonly command?: string;
}

function reasonOf(error: unknown, account: string): Reason {
  const text = error instanceof Error ? error.message : '';
  if (/not authorized to perform: sts:AssumeRole/i.test(text)) {
    return {
      sentence: `The profile ${account} isn't allowed to assume its role (sts:AssumeRole). Check role_arn, external_id and mfa_serial of the profile, and the role's trust policy.`,
    };
  }
  if (/DurationSeconds exceeds/i.test(text)) {
    return {
      sentence: `The profile ${account} asks for a longer session than its role gives. Lower its duration_seconds: to the maximum of the role, or to 3600 where another role assumes it.`,
    };
  }
  if (/sso/i.test(text) || /token is expired/i.test(text)) return signInWith('aws sso login', account);
  if (/login session|aws login/i.test(text)) return signInWith('aws login', account);
  if (/Could not resolve credentials using profile/i.test(text)) {
    return {
      sentence: `The profile ${account} has no credentials. Add keys, a role or an SSO session to it in the shared AWS files.`,
    };
  }
  const answer = answerOf(error);
  const next =
    answer === ''
      ? `Run \`aws sts get-caller-identity --profile ${account}\` to see the reason.`
      : 'Correct the profile and try again.';
  return { sentence: `The profile ${account} couldn't provide credentials.${answer} ${next}` };
}

/** What AWS says about a refusal; nothing for errors that are not from AWS, which may quote a command. */
export function answerOf(error: unknown): string {
  return error instanceof Error && '$fault' in error ? wordsOfAws(error.message) : '';
}

/** A name with other characters is quoted by whoever runs it: nothing is copied that a shell reads in another way. */
const PLAIN_NAME = /^[\w.@/+-]+$/;

function signInWith(login: string, account: string): Reason {
  const command = `${login} --profile ${account}`;
  return {
    sentence: `The sign-in of ${account} has expired. Run \`${command}\` and try again.`,
    ...(PLAIN_NAME.test(account) ? { command } : {}),
  };
}
