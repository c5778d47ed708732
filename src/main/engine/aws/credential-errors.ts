import { SlipwayError } from '../../../shared/errors.ts';
import { networkErrorCode } from './network-errors.ts';

/**
 * Why an account could not give credentials. The provider's own text is not shown: it can quote the command of
 * a `credential_process` with what that command is given.
 */
export function credentialsRefused(error: unknown, account: string): SlipwayError {
  if (error instanceof SlipwayError) return promptRefused(error, account);
  const text = error instanceof Error ? error.message : '';

  if (networkErrorCode(error) !== undefined) {
    return new SlipwayError(
      'UNAVAILABLE',
      `The credentials of ${account} could not be fetched, because the sign-in service did not answer. Check the network and try again.`,
      { retryable: true, cause: error },
    );
  }
  if (/MultiFactorAuthentication|MFA/i.test(text)) {
    return new SlipwayError(
      'MFA_REQUIRED',
      `AWS did not accept the MFA code for ${account}. Wait for the next code and try again.`,
      { cause: error },
    );
  }
  return new SlipwayError('AUTH_REQUIRED', `${reasonOf(text, account)}`, { cause: error });
}

function promptRefused(error: SlipwayError, account: string): SlipwayError {
  if (error.code !== 'CANCELLED') return error;
  return new SlipwayError(
    'MFA_REQUIRED',
    `${account} needs an MFA code, and none was entered. Try again to enter one.`,
    { cause: error },
  );
}

function reasonOf(text: string, account: string): string {
  if (/sso/i.test(text) || /token is expired/i.test(text)) {
    return `The sign-in of ${account} has expired. Run \`aws sso login --profile ${account}\` and try again.`;
  }
  if (/login session|aws login/i.test(text)) {
    return `The sign-in of ${account} has expired. Run \`aws login --profile ${account}\` and try again.`;
  }
  if (/Could not resolve credentials using profile/i.test(text)) {
    return `The profile ${account} has no credentials. Add keys, a role or an SSO session to it in the shared AWS files.`;
  }
  if (/not authorized to perform: sts:AssumeRole/i.test(text)) {
    return `The profile ${account} isn't allowed to assume its role (sts:AssumeRole). Check role_arn and the role's trust policy.`;
  }
  return `The profile ${account} could not give credentials. See what \`aws sts get-caller-identity --profile ${account}\` says.`;
}
