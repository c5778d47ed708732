import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

/** A moment in time, as ISO 8601 in UTC. */
export const Instant = textUpTo(40).check(z.iso.datetime());

/** `sandbox`, `environment`, `instance`, or `profile:` and the name of a profile of the shared AWS files. */
export const AccountId = textUpTo(300).min(1);

export const Region = textUpTo(40).regex(
  /^[a-z]{2,8}(-[a-z0-9]+)+-\d{1,2}$/,
  'is not the name of an AWS region',
);

/** The number of an AWS account. */
export const AccountNumber = textUpTo(12).regex(/^\d{12}$/, 'is not an AWS account ID: twelve digits');

/** Where a call goes: one account in one region. */
export const Scope = lazyStrictObject(() => ({ account: AccountId, region: Region }));
export type Scope = Immutable<z.infer<typeof Scope>>;

/** How careful Slipway is. Production and unclassified clusters require a name to be typed before a change. */
export const Environment = z.enum(['production', 'unclassified', 'staging', 'development', 'sandbox']);
export type Environment = z.infer<typeof Environment>;

/** What the credentials of an account come from, as the AWS CLI's user guide calls it. */
export const CredentialKind = z.enum([
  'static-keys',
  'role',
  'sso',
  'credential-process',
  'web-identity',
  'login',
  'container',
  'instance',
  'none',
]);
export type CredentialKind = z.infer<typeof CredentialKind>;

/** A role that a person may use in a session of IAM Identity Center. */
export const OfferedRole = lazyObject(() => ({
  accountId: AccountNumber,
  accountName: z.string().optional(),
  roleName: z.string(),
}));
export type OfferedRole = Immutable<z.infer<typeof OfferedRole>>;

/** A profile that signs in with a session. Each text fits into one line of the config file as it is. */
export const NewProfile = lazyStrictObject(() => ({
  /** The name of a section [sso-session NAME], or the sso_start_url that a profile of the older form has itself. */
  session: textUpTo(255).regex(/^[\w@+.%:/-][\w@+.%:/?#&=~-]*$/, 'is not the name of an SSO session'),
  name: textUpTo(128).regex(/^[\w@+.%:/-]+$/, 'may have letters, digits and _@+.%:/-'),
  accountId: AccountNumber,
  roleName: textUpTo(64).regex(/^[\w+=,.@-]+$/, 'is not the name of a role'),
  region: Region,
}));
export type NewProfile = Immutable<z.infer<typeof NewProfile>>;

export const Account = lazyObject(() => ({
  id: AccountId,
  name: z.string(),
  kind: z.enum(['sandbox', 'profile']),
  /**
   * The region that opens first: the profile's, or AWS_REGION. Absent where neither names a region, or where the profile's is
   * no region: then a person chooses one, because another region has other services.
   */
  region: Region.optional(),
  environment: Environment,
  /** Set when calls go to an endpoint other than AWS (`endpoint_url`, AWS_ENDPOINT_URL, the sandbox). */
  endpoint: z.string().optional(),
  /** What is wrong with its profile, with the line of the file. */
  problem: z.string().optional(),
  /** `none`: its profile names no credentials. */
  credentials: CredentialKind.optional(),
  /** The section [sso-session NAME] that its profile signs in with itself; of the older form, its sso_start_url. */
  session: z.string().optional(),
  /** The role that its profile uses in that session. */
  roleName: z.string().optional(),
  /**
   * The AWS account that its credentials belonged to when Slipway first used them: those of another one are refused. Before
   * that, the account that its profile names.
   */
  accountNumber: z.string().optional(),
  /** The alias of that account in IAM, where it has one and was read. */
  accountAlias: z.string().optional(),
  /** The caller identity, once AWS has named it. */
  arn: z.string().optional(),
  /** When the credentials that Slipway has expire, or else the sign-in of their session. Renewed before that where it can be. */
  expiresAt: Instant.optional(),
}));
export type Account = Immutable<z.infer<typeof Account>>;

/** The caller identity, as STS GetCallerIdentity returns it. */
export const Identity = lazyObject(() => ({
  accountNumber: z.string(),
  arn: z.string(),
  accountAlias: z.string().optional(),
}));
export type Identity = Immutable<z.infer<typeof Identity>>;

/** A token bucket of the account and region, as Slipway counts it. */
export const RequestBudget = lazyObject(() => ({
  bucket: z.string(),
  available: z.number(),
  burst: z.number(),
  perSecond: z.number(),
  waiting: z.number().int(),
}));
export type RequestBudget = Immutable<z.infer<typeof RequestBudget>>;

/** The profile that the environment of a process chooses, by the variables that the AWS CLI reads for it. */
export function profileOfEnvironment({
  AWS_PROFILE,
  AWS_DEFAULT_PROFILE,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  return AWS_PROFILE || AWS_DEFAULT_PROFILE || undefined;
}
