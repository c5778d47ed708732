/** An SSO session of IAM Identity Center, as the shared AWS files describe it. Holds no secret. */
export interface SsoSession {
  /** What people call it: the name of the session, or the start URL of the older form. */
  readonly title: string;
  readonly startUrl: string;
  readonly region: string;
  /** None in the older form, which has a start URL in the profile: its tokens cannot be renewed. */
  readonly scopes: readonly string[];
  /** Where the AWS CLI keeps the token too. */
  readonly tokenFile: string;
  /** Endpoints that replace AWS's own. */
  readonly oidcEndpoint?: string;
  readonly portalEndpoint?: string;
  /** The file of further certificates that its profile names. */
  readonly caBundle?: string;
}
