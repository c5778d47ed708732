import { join } from 'node:path';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { type Account, profileOfEnvironment, Region } from '../../../shared/model/account.ts';
import { projectAccountId } from '../../../shared/model/project.ts';
import type { NamedEnvironment } from '../../engine/environments/project-file.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** Where a command goes. */
export interface CommandScope {
  readonly account: string;
  readonly region: string;
  /** Of `-c`, or of the environment of slipway.yml. */
  readonly cluster?: string;
}

interface ScopeRequest {
  /** With the options of addScopeFlags. */
  readonly flags: Flags;
  readonly io: Pick<Io, 'environment'>;
  readonly client: Client;
  readonly project: NamedEnvironment | undefined;
  /** Of `-c`, where the command has that option. */
  readonly cluster: string | undefined;
}

/**
 * The account, region and cluster of a command. An option wins over the environment of slipway.yml, and that over what the
 * AWS CLI would choose: the keys of the environment, AWS_PROFILE, the profile `default`. Throws AUTH_REQUIRED where there
 * are no credentials, and INVALID_INPUT where no region is known.
 */
export async function scopeOf({ client, cluster: named, ...wanted }: ScopeRequest): Promise<CommandScope> {
  const { accounts, problem } = await client.call('accounts.list', {});
  const account = accountOf(accounts, wanted);
  const region = regionOf({ account, accounts, problem }, wanted);
  const cluster = named ?? wanted.project?.environment.cluster;
  return { account: account.id, region, ...(cluster === undefined ? {} : { cluster }) };
}

type Wanted = Pick<ScopeRequest, 'flags' | 'io' | 'project'>;

function accountOf(accounts: readonly Account[], { flags, io, project }: Wanted): Account {
  const find = (id: string): Account | undefined => accounts.find((each) => each.id === id);
  const sandbox = flags.isSet('sandbox') ? find('sandbox') : undefined;
  if (sandbox !== undefined) return sandbox;
  const ofRole = flags.text('profile') === undefined ? find(roleIdOf(project)) : undefined;
  if (ofRole !== undefined) return ofRole;
  const profile = flags.text('profile') ?? project?.environment.profile;
  if (profile !== undefined) {
    const found = find(`profile:${profile}`);
    if (found !== undefined) return found;
    const from = flags.text('profile') === undefined && project !== undefined ? ` of ${project.file}` : '';
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `The profile ${profile}${from} doesn't exist in the shared AWS files. Add it, or choose another one with -p.`,
    );
  }
  const chosen = firstOf(io.environment)
    .map(find)
    .find((each) => each !== undefined);
  if (chosen !== undefined) return chosen;
  const ofEnvironment = profileOfEnvironment(io.environment);
  if (ofEnvironment !== undefined) {
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `The profile ${ofEnvironment}, which AWS_PROFILE or AWS_DEFAULT_PROFILE chooses, doesn't exist in the shared AWS files. Add it, or choose another one with -p.`,
    );
  }
  if (io.environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true') return INSTANCE;
  throw new SlipwayError(
    'AUTH_REQUIRED',
    'There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with -p. The sandbox (--sandbox) needs none.',
  );
}

/** The id of the account of a role of slipway.yml; empty where it names none. */
function roleIdOf(project: NamedEnvironment | undefined): string {
  if (project?.environment.role === undefined) return '';
  return projectAccountId(project.environment) ?? '';
}

/** The role of the EC2 instance, which the AWS CLI asks for last. */
const INSTANCE: Account = { id: 'instance', name: 'instance', kind: 'profile', environment: 'unclassified' };

/**
 * What the AWS CLI takes, in its order: keys of the environment, AWS_PROFILE, a web identity, the profile `default`, the
 * role of the container.
 */
function firstOf(environment: Io['environment']): readonly string[] {
  const { AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE } = environment;
  const profile = profileOfEnvironment(environment);
  if (AWS_ACCESS_KEY_ID) return ['environment'];
  if (profile !== undefined) return [`profile:${profile}`];
  if (AWS_WEB_IDENTITY_TOKEN_FILE) return ['environment'];
  return ['profile:default', 'environment'];
}

interface Found {
  readonly account: Account;
  readonly accounts: readonly Account[];
  /** What is wrong with the shared AWS files. */
  readonly problem: string | undefined;
}

function regionOf({ account, accounts, problem }: Found, { flags, io, project }: Wanted): string {
  const isSandbox = account.kind === 'sandbox';
  const { AWS_REGION, AWS_DEFAULT_REGION } = io.environment;
  const ofEnvironment = isSandbox ? undefined : AWS_REGION || AWS_DEFAULT_REGION;
  // Also keys of the environment take the region of the profile.
  const profile = `profile:${profileOfEnvironment(io.environment) ?? 'default'}`;
  const ofProfile = account.id.startsWith('profile:')
    ? undefined
    : accounts.find(({ id }) => id === profile)?.region;
  const ofProject = isSandbox ? undefined : project?.environment.region;
  const region = flags.text('region') ?? ofProject ?? ofEnvironment ?? account.region ?? ofProfile;
  if (region === undefined) throw new SlipwayError('INVALID_INPUT', missingRegion(account, problem));
  const parsed = Region.safeParse(region);
  if (parsed.success) return parsed.data;
  throw new SlipwayError('INVALID_INPUT', `${region} is not the name of an AWS region. Correct it.`);
}

/** Who has no credentials at all mostly misses a profile, or has files that cannot be read. */
function missingRegion(account: Account, problem: string | undefined): string {
  if (account !== INSTANCE) {
    const missing = `The account ${account.name} names no region. Choose one with -r, or set AWS_REGION.`;
    return account.problem === undefined ? missing : `${account.problem} ${missing}`;
  }
  const advice =
    'There are no AWS credentials in the environment and no profile default. Choose a profile with -p, or set AWS_REGION to use the role of this machine. The sandbox (--sandbox) needs no account.';
  return problem === undefined ? advice : `${problem} ${advice}`;
}

/** The environment that `--env` names, of slipway.yml in the working folder or above it. Throws NOT_FOUND and INVALID_INPUT. */
export async function projectOf(name: string, folder: string): Promise<NamedEnvironment> {
  const { environmentOf, findProjectFile, PROJECT_FILE } = await import(
    '../../engine/environments/project-file.ts'
  );
  return environmentOf(findProjectFile(folder) ?? join(folder, PROJECT_FILE), name);
}
