/** A session of the AWS Management Console that `aws login` has made, as a profile names it. Holds no secret. */
export interface LoginSession {
  readonly profile: string;
  /** Who is signed in, such as `arn:aws:iam::123456789012:user/ana`. */
  readonly identity: string;
  readonly region: string;
  /** Where the AWS CLI keeps the token too. */
  readonly tokenFile: string;
  /** An endpoint that replaces AWS's own. */
  readonly endpoint?: string;
}
