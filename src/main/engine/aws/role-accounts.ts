import type { STSClientConfig } from '@aws-sdk/client-sts';
import { getDefaultRoleAssumer } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import { AccountId, profileOfEnvironment } from '../../../shared/model/account.ts';
import { type ProjectEnvironment, projectAccountId } from '../../../shared/model/project.ts';
import { environmentOfNames } from '../environments/name-rule.ts';
import type { KnownAccount } from './known-account.ts';
import type { Variables } from './shared-config.ts';

/** An environment of slipway.yml with its name, as far as its account goes. */
export interface RoleEnvironment {
  readonly name: string;
  readonly environment: Pick<ProjectEnvironment, 'role' | 'profile' | 'region'>;
}

/**
 * The accounts of the roles that slipway.yml names, each once. A role is assumed with the credentials of its profile, or
 * else with those that the AWS CLI would take. One whose profile doesn't exist is left out.
 */
export function roleAccounts(
  environments: readonly RoleEnvironment[],
  known: readonly KnownAccount[],
  variables: Variables,
): readonly KnownAccount[] {
  const found = environments.flatMap(({ name, environment }) => {
    const { role, profile, region } = environment;
    const id = AccountId.safeParse(projectAccountId(environment)).data;
    const base = baseOf(profile, known, variables);
    if (role === undefined || id === undefined || base === undefined) return [];
    const accountNumber = /^\d{12}$/.exec(role.split(':')[4] ?? '')?.[0];
    const opened = region ?? base.account.region;
    const account: KnownAccount['account'] = {
      id,
      name: `${name} (${roleName(role)})`,
      kind: 'profile',
      environment: environmentOfNames({ kind: 'profile', name }),
      credentials: 'role',
      ...(accountNumber === undefined ? {} : { accountNumber }),
      ...(opened === undefined ? {} : { region: opened }),
      ...(base.account.endpoint === undefined ? {} : { endpoint: base.account.endpoint }),
      ...(base.account.problem === undefined ? {} : { problem: base.account.problem }),
    };
    return [{ ...base, account, source: { kind: 'role' as const, role, base } }];
  });
  return [...new Map(found.map((each) => [each.account.id, each])).values()];
}

/** What the AWS CLI takes, in its order, where the file names no profile. */
function baseOf(
  profile: string | undefined,
  known: readonly KnownAccount[],
  environment: Variables,
): KnownAccount | undefined {
  const find = (id: string): KnownAccount | undefined => known.find(({ account }) => account.id === id);
  if (profile !== undefined) return find(`profile:${profile}`);
  const chosen = profileOfEnvironment(environment);
  if (environment.AWS_ACCESS_KEY_ID) return find('environment');
  if (chosen !== undefined) return find(`profile:${chosen}`);
  if (environment.AWS_WEB_IDENTITY_TOKEN_FILE) return find('environment');
  return find('profile:default') ?? find('environment') ?? find('instance');
}

function roleName(role: string): string {
  return role.slice(role.lastIndexOf('/') + 1);
}

/** Assumes a role of slipway.yml. Throws AUTH_REQUIRED where the role does not allow it. */
export async function assumeProjectRole(
  role: string,
  base: { readonly name: string; readonly credentials: AwsCredentialIdentity },
  stsConfig: STSClientConfig,
): Promise<AwsCredentialIdentity> {
  try {
    const assume = getDefaultRoleAssumer(stsConfig);
    return await assume(base.credentials, { RoleArn: role, RoleSessionName: `slipway-${Date.now()}` });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDenied') throw error;
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `The role ${role} of slipway.yml can't be assumed with the credentials of ${base.name}. Check the trust policy of the role, and that they allow sts:AssumeRole.`,
      { cause: error },
    );
  }
}
