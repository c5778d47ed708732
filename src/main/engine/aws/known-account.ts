import type { Account } from '../../../shared/model/account.ts';
import type { FixedAccount } from '../ports/ports.ts';
import type { Endpoints, EndpointVariants } from './endpoints.ts';
import type { EnvironmentKind } from './environment-credentials.ts';
import type { LoginSession } from './sign-in/login-session.ts';
import type { SsoSession } from './sign-in/sso-session.ts';

/** Where the credentials of an account come from. */
export type CredentialSource =
  | { readonly kind: 'fixed'; readonly credentials: FixedAccount['credentials'] }
  | { readonly kind: 'environment'; readonly from: EnvironmentKind }
  /** The role of the EC2 instance. Nothing tells whether there is one before it is asked for. */
  | { readonly kind: 'instance' }
  | {
      readonly kind: 'profile';
      readonly profile: string;
      /** Whether its role is taken on with an MFA code. */
      readonly asksForCode: boolean;
      /** Whether its credentials come from a program (`credential_process`), which may ask a person for anything. */
      readonly runsProcess?: boolean;
      /** Changes with the settings that its credentials depend on. */
      readonly fingerprint: string;
      /** The session of IAM Identity Center that its credentials come from. */
      readonly session?: SsoSession;
      /** The session of `aws login` that its credentials come from. */
      readonly login?: LoginSession;
    }
  /** A role of slipway.yml, assumed with the credentials of another account. */
  | { readonly kind: 'role'; readonly role: string; readonly base: KnownAccount };

/** An account as the engine knows it; only `account` is for other eyes. */
export interface KnownAccount {
  readonly account: Account;
  readonly source: CredentialSource;
  readonly endpoints: Endpoints;
  readonly variants: EndpointVariants;
  /** The file of further certificates that its profile names (`ca_bundle`). */
  readonly caBundle?: string;
  /** The speed of its clock: how many of its minutes pass per real minute; 1 by default. */
  readonly pace?: number;
}

/** Whether an account that was read again still goes to the same place with the same credentials. */
export function isSameAccount(one: KnownAccount, other: KnownAccount): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
