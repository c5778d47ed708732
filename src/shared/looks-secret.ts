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
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /\b(?:gh[pousr]|xox[abeoprs]|sk|glpat)[-_]\w{8,}/,
  /:\/\/[^\s/:@]*:[^\s/@]+@/,
];

/** Whether a value has the form of a well-known secret. Another secret is not recognized. */
export function isSecretValue(value: string): boolean {
  return SECRET_VALUES.some((form) => form.test(value));
}
