import { SlipwayError } from '../../../shared/errors.ts';
import {
  type Account,
  AccountId,
  type CredentialKind,
  NewProfile,
  profileOfEnvironment,
  Region,
} from '../../../shared/model/account.ts';
import { environmentOfNames } from '../environments/name-rule.ts';
import { createKnownSecrets, type KnownSecrets } from '../ports/known-secrets.ts';
import type { FixedAccount, Ports } from '../ports/ports.ts';
import {
  configuredEndpoints,
  type Endpoints,
  endpointForAll,
  endpointVariants,
  shownEndpoint,
  USUAL_ENDPOINTS,
} from './endpoints.ts';
import { environmentKind, halfOfKeys } from './environment-credentials.ts';
import type { CredentialSource, KnownAccount } from './known-account.ts';
import { accountNumberOf, credentialKindOf, fingerprintOf, sourceChain, usesSso } from './profile-kind.ts';
import { endpointProblem, missingSsoSetting, problemOfProfile } from './profile-problems.ts';
import { type RoleEnvironment, roleAccounts } from './role-accounts.ts';
import { shareWithSdk } from './sdk-config.ts';
import {
  loginOfProfile,
  sessionNamed,
  sessionNameOf,
  sessionOfProfile,
  tokenFilesOf,
} from './session-of-profile.ts';
import {
  plainSettings,
  readSharedConfig,
  type SharedConfig,
  type SharedSection,
  sharedFilePaths,
  type Variables,
} from './shared-config.ts';
import type { SsoSession } from './sign-in/sso-session.ts';

export interface Accounts {
  /** The credentials of the accounts, to be hidden wherever others repeat them. */
  readonly secrets: KnownSecrets;
  /** The accounts as they were read last. */
  list(): readonly KnownAccount[];
  /** Why the shared files could not be read in full, if they could not. */
  problem(): string | undefined;
  /** Fails with NOT_FOUND for an account that doesn't exist. */
  find(id: string): KnownAccount;
  /** Reads the shared files again. */
  reload(): Promise<void>;
  /** Lists an account of the host, which no file names, from now on. */
  add(account: FixedAccount): Promise<void>;
  /** Forgets an account that was added. */
  remove(id: string): Promise<void>;
  /** Calls back after `add` and `remove`, until the returned function is called. */
  onChange(tell: () => void): () => void;
  /** A session of IAM Identity Center as it was read last. Fails with NOT_FOUND for one that isn't in the config file. */
  session(name: string): SsoSession;
  /** The names of all sessions that `session` finds, also of those that no profile signs in with. */
  sessions(): readonly string[];
  /** The shared files. */
  readonly files: readonly string[];
  /** The files of tokens that the accounts sign in with, which other programs write too. */
  tokenFiles(): readonly string[];
}

/**
 * The host's own accounts, the keys of the environment, every profile of the shared AWS files, and the roles of
 * slipway.yml.
 */
export async function openAccounts(
  ports: Pick<Ports, 'environment' | 'accounts'> & Partial<Pick<Ports, 'secrets'>>,
  projectEnvironments: () => readonly RoleEnvironment[] = () => [],
): Promise<Accounts> {
  const { secrets = createKnownSecrets() } = ports;
  let known: readonly KnownAccount[] = [];
  let problem: string | undefined;
  let shared: SharedConfig | undefined;

  let ofHost: readonly FixedAccount[] = ports.accounts;
  const listeners = new Set<() => void>();
  let last: Promise<void> = Promise.resolve();

  /** One after the other, so that the newest state of the files counts. */
  function reload(): Promise<void> {
    last = last.then(read);
    return last;
  }

  async function read(): Promise<void> {
    const config = await readSharedConfig(ports.environment);
    shareWithSdk(sharedFilePaths(ports.environment), config);
    shared = config;
    const names = sortedNames(config, profileOfEnvironment(ports.environment));
    const sections = [config.profiles, config.ssoSessions, config.services].flatMap((of) => [...of.values()]);
    addSecretsOf(secrets, [ports.environment, ...sections.map(plainSettings)]);
    for (const { endpoint, credentials } of ofHost) {
      secrets.add(credentials.secretAccessKey, credentials.sessionToken);
      secrets.addUserInfoOf(endpoint);
    }
    const own = [
      ...ofHost.map(fromFixedAccount),
      ...fromEnvironment(ports.environment, config),
      ...names.flatMap((name) => fromProfile(name, config, ports.environment) ?? []),
    ];
    const bases = [...own, fromInstance(ports.environment, config)];
    known = [...own, ...roleAccounts(projectEnvironments(), bases, ports.environment)];
    const problems = [
      ...config.problems,
      ...[...config.profiles.values()].map((profile) => problemOfProfile(config, profile)),
      ...names.map((name) => regionProblem(config.profiles.get(name))),
      environmentRegionProblem(ports.environment),
    ];
    problem = problems.filter((text) => text !== undefined).join(' ') || undefined;
  }

  async function setOfHost(next: readonly FixedAccount[]): Promise<void> {
    ofHost = next;
    await reload();
    for (const tell of listeners) tell();
  }

  await reload();
  return {
    secrets,
    list: () => known,
    problem: () => problem,
    find(id) {
      const found = known.find(({ account }) => account.id === id);
      if (found) return found;
      // It isn't listed, because most machines have no such role.
      if (id === 'instance') return fromInstance(ports.environment, shared);
      throw new SlipwayError(
        'NOT_FOUND',
        id === 'sandbox'
          ? "The sandbox isn't running. Start it under All accounts, or on the command line name its address with --sandbox URL."
          : `The account ${id} doesn't exist. Choose the sandbox or a profile of the shared AWS files.`,
      );
    },
    reload,
    add: (account) => setOfHost([...ofHost.filter(({ id }) => id !== account.id), account]),
    remove: (removed) => setOfHost(ofHost.filter(({ id }) => id !== removed)),
    onChange(tell) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    session(name) {
      const session = shared && sessionNamed(shared, name, ports.environment);
      if (session !== undefined) return session;
      const { configFilepath } = sharedFilePaths(ports.environment);
      throw new SlipwayError(
        'NOT_FOUND',
        `${configFilepath} has no session [sso-session ${name}] with sso_start_url and sso_region. Add it, for example with \`aws configure sso-session\`.`,
      );
    },
    sessions() {
      if (shared === undefined) return [];
      const config = shared;
      return [...config.ssoSessions.keys()].filter(
        (name) =>
          NewProfile.shape.session.safeParse(name).success &&
          sessionNamed(config, name, ports.environment) !== undefined,
      );
    },
    files: Object.values(sharedFilePaths(ports.environment)),
    tokenFiles: () => (shared === undefined ? [] : tokenFilesOf(shared, ports.environment)),
  };
}

/** Settings and variables that hold a secret by their name, and user and password of the addresses among the others. */
const SECRET_SETTING = /secret_access_key|session_token|password|(?:^|_)token$/i;

function addSecretsOf(secrets: KnownSecrets, sources: readonly (Variables | undefined)[]): void {
  for (const [name, value] of sources.flatMap((source) => Object.entries(source ?? {}))) {
    if (SECRET_SETTING.test(name)) secrets.add(value);
    else if (value?.includes('://')) secrets.addUserInfoOf(value);
    // The address of a proxy can be without its scheme.
    else if (value?.includes('@') && /_proxy$/i.test(name)) secrets.addUserInfoOf(`http://${value}`);
  }
}

/** The profile that the environment names first, then `default`, then by name. */
function sortedNames({ profiles }: SharedConfig, chosen: string | undefined): readonly string[] {
  const rank = (name: string): number => (name === chosen ? 0 : name === 'default' ? 1 : 2);
  return [...profiles.keys()]
    .filter((name) => AccountId.safeParse(`profile:${name}`).success)
    .toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function fromFixedAccount({ id, name, region, endpoint, credentials, pace = 1 }: FixedAccount): KnownAccount {
  return {
    account: {
      id,
      name,
      kind: 'sandbox',
      region,
      environment: 'sandbox',
      endpoint: shownEndpoint(endpoint),
    },
    source: { kind: 'fixed', credentials },
    endpoints: endpointForAll(endpoint),
    variants: USUAL_ENDPOINTS,
    pace,
  };
}

function fromEnvironment(environment: Variables, config: SharedConfig): readonly KnownAccount[] {
  const from = environmentKind(environment);
  if (from === undefined) return [];
  const known = withoutProfile('environment', environment, config, { kind: 'environment', from });
  if (from !== 'keys' || environment.AWS_SECRET_ACCESS_KEY) return [known];
  return [{ ...known, account: { ...known.account, problem: halfOfKeys(environment) } }];
}

function fromInstance(environment: Variables, config: SharedConfig | undefined): KnownAccount {
  return withoutProfile('instance', environment, config, { kind: 'instance' });
}

type SourceWithoutProfile = Extract<CredentialSource, { readonly kind: 'environment' | 'instance' }>;

/** An account whose credentials no profile names. As in the AWS CLI, the chosen profile has its other settings. */
function withoutProfile(
  name: 'environment' | 'instance',
  environment: Variables,
  config: SharedConfig | undefined,
  source: SourceWithoutProfile,
): KnownAccount {
  const chosen = profileOfEnvironment(environment) ?? 'default';
  const profile = plainSettings(config?.profiles.get(chosen));
  const services = plainSettings(config?.services.get(profile.services ?? ''));
  const endpoints = configuredEndpoints({ environment, profile, services });
  const region = regionOfEnvironment(environment) ?? profile.region;
  const account = accountOf({ id: name, name, region, environment, endpoints });
  return {
    account: { ...account, credentials: kindOf(source) },
    source,
    endpoints,
    variants: endpointVariants({ environment, profile }),
    ...(profile.ca_bundle ? { caBundle: profile.ca_bundle } : {}),
  };
}

function kindOf(source: SourceWithoutProfile): CredentialKind {
  if (source.kind === 'instance') return 'instance';
  return source.from === 'keys' ? 'static-keys' : source.from;
}

function fromProfile(name: string, config: SharedConfig, environment: Variables): KnownAccount | undefined {
  const section = config.profiles.get(name);
  if (section === undefined) return undefined;
  const profile = plainSettings(section);
  const services = plainSettings(config.services.get(profile.services ?? ''));
  const endpoints = configuredEndpoints({ environment, profile, services });
  const account = accountOf({
    id: `profile:${name}`,
    name,
    region: profile.region,
    environment,
    endpoints,
  });
  const session = sessionOfProfile(config, section, environment);
  const login = loginOfProfile(config, section, environment);
  const chain = sourceChain(config, section);
  const signsInWith = sessionNameOf(section);
  const accountNumber = accountNumberOf(section);
  const problem =
    problemOfProfile(config, section) ??
    missingSsoSetting(config, section) ??
    endpointProblem(section, endpoints) ??
    regionProblem(section);
  return {
    account: {
      ...account,
      credentials: credentialKindOf(section),
      ...(signsInWith === undefined ? {} : { session: signsInWith }),
      ...(usesSso(section) && profile.sso_role_name ? { roleName: profile.sso_role_name } : {}),
      ...(accountNumber === undefined ? {} : { accountNumber }),
      ...(problem === undefined ? {} : { problem }),
    },
    source: {
      kind: 'profile',
      profile: name,
      asksForCode: chain.some(({ settings }) => asksForCode(settings)),
      ...(chain.some(({ settings }) => runsProcess(settings)) ? { runsProcess: true } : {}),
      fingerprint: fingerprintOf(config, section),
      ...(session === undefined ? {} : { session }),
      ...(login === undefined ? {} : { login }),
    },
    endpoints,
    variants: endpointVariants({ environment, profile }),
    ...(profile.ca_bundle ? { caBundle: profile.ca_bundle } : {}),
  };
}

type Settings = SharedSection['settings'];

/** A role needs a code when its profile, or one in its chain of source profiles, names an MFA device. */
function asksForCode(settings: Settings): boolean {
  return settings.has('role_arn') && settings.has('mfa_serial');
}

function runsProcess(settings: Settings): boolean {
  return settings.has('credential_process');
}

interface AccountParts {
  readonly id: string;
  readonly name: string;
  readonly region: string | undefined;
  readonly environment: Variables;
  readonly endpoints: Endpoints;
}

function accountOf({ id, name, region, environment, endpoints }: AccountParts): Account {
  const endpoint = endpoints.ecs ?? endpoints.ecr ?? endpoints.sts;
  const opened = region ? validRegion(region) : regionOfEnvironment(environment);
  return {
    id,
    name,
    kind: 'profile',
    environment: environmentOfNames({ kind: 'profile', name }),
    ...(opened === undefined ? {} : { region: opened }),
    ...(endpoint === undefined ? {} : { endpoint: shownEndpoint(endpoint) }),
  };
}

function validRegion(text: string | undefined): string | undefined {
  return Region.safeParse(text).data;
}

function regionOfEnvironment({ AWS_REGION, AWS_DEFAULT_REGION }: Variables): string | undefined {
  return validRegion(AWS_REGION || AWS_DEFAULT_REGION);
}

function environmentRegionProblem({ AWS_REGION, AWS_DEFAULT_REGION }: Variables): string | undefined {
  const region = AWS_REGION || AWS_DEFAULT_REGION;
  if (!region || validRegion(region) !== undefined) return undefined;
  return `${AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'} is not the name of an AWS region. Correct it and start Slipway again.`;
}

function regionProblem(profile: SharedSection | undefined): string | undefined {
  const region = profile?.settings.get('region');
  if (profile === undefined || !region?.text || validRegion(region.text) !== undefined) return undefined;
  return `The region of the profile ${profile.name} (${region.place}) is not the name of an AWS region. Correct it, or choose a region.`;
}
