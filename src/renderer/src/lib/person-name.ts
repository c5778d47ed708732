/** The last part of an IAM ARN: the user, or the session of a role. */
export function personName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
