/** An ARN's account number; '' for none. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** An ARN's region; '' for what has none. */
export function regionOfArn(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The caller, as far as IAM can be asked about what they may do. */
export type Caller =
  | { readonly kind: 'user'; readonly arn: string }
  /** Of a role that was assumed STS tells the name and not the path. */
  | { readonly kind: 'role'; readonly name: string }
  /** The account itself: no policy of the account limits it. */
  | { readonly kind: 'root' }
  | { readonly kind: 'other' };

const USER = /^arn:[a-z-]+:iam::\d{12}:user\//;
const ROOT = /^arn:[a-z-]+:iam::\d{12}:root$/;
const ASSUMED_ROLE = /^arn:[a-z-]+:sts::\d{12}:assumed-role\/(?<name>[^/]+)\//;

/**
 * Reads what GetCallerIdentity answers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function callerOf(arn: string): Caller {
  if (USER.test(arn)) return { kind: 'user', arn };
  if (ROOT.test(arn)) return { kind: 'root' };
  const name = ASSUMED_ROLE.exec(arn)?.groups?.name;
  return name === undefined ? { kind: 'other' } : { kind: 'role', name };
}
