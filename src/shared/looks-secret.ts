const SECRET_NAME = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i;

/** Whether the name of a variable says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

const SECRET_ARGUMENT = /(?:^|_)(?:KEY|PAT)(?:$|_)/i;

/** Whether the name of a build argument says that its value is a secret: also NPM_KEY and GITHUB_PAT. */
export function isSecretArgumentName(name: string): boolean {
  return isSecretName(name) || SECRET_ARGUMENT.test(name);
}

/** Access keys, tokens and keys by their form, and addresses with a password. */
const SECRET_VALUES: readonly RegExp[] = [
  /-----BEGIN /,
  // A token, or JSON in base64. Looking for all parts of a token takes minutes for a text of many beginnings.
  /\beyJ[\w-]{8}/,
  /\b(?:gh[pousr]|xox[abeoprs]|sk|glpat)[-_]\w{8,}/,
  /:\/\/[^\s/:@]*:[^\s/@]+@/,
  /AKIA|ASIA|^eyJ|^gh[pousr]_|^xox/,
  /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/_=-]{32,}$/,
];

const MAY_BE_SECRET_NAME =
  /pass|pwd|secret|token|credential|private|api[-_]?key|[-_]key$|Key$|auth|dsn|connection[-_]?string|cert|salt|signature|webhook|cookie/i;

/**
 * Whether a value may be a secret, so that a draft is stored without it. Rather too often than too seldom: somebody types
 * the value again then. An ARN is where a secret is, and not the secret.
 */
export function mayBeSecret(name: string, value: string): boolean {
  if (value === '' || value.startsWith('arn:')) return false;
  return MAY_BE_SECRET_NAME.test(name) || SECRET_VALUES.some((form) => form.test(value));
}
