import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/is-object.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { trimEndOf } from '../../../shared/trim-end.ts';
import { ecrHost } from '../aws/partitions.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { DockerConfig } from './docker-config.ts';
import { readRegistryLogin } from './registry-login.ts';

/** What the Docker Engine signs in to a registry with. Every field of it is a secret. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress: string;
}

/** By the name that the Engine looks them up with: the host, or DOCKER_HUB. */
export type RegistryLogins = Readonly<Record<string, RegistryLogin>>;

/** The key of Docker Hub in the Docker configuration and in X-Registry-Config. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

interface LoginSources {
  readonly config: DockerConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** ECR of a region with the chosen account; undefined where none was chosen. */
  readonly ecr: (region: string | undefined) => ECRClient | undefined;
  readonly secrets: KnownSecrets;
  readonly signal: AbortSignal;
  /** Told in a sentence why a login is missing; the build may not need it. */
  readonly warn: (sentence: string) => void;
}

const HELPER_TIMEOUT_MS = 30_000;

/**
 * The logins for the registries that images come from, as `docker build` takes them: of `auths`, `credHelpers` and
 * `credsStore` of the Docker configuration, and of ECR for the chosen account. ECR's own is fresh and comes first for the
 * account's registry; for registries of other accounts the Docker configuration does. A registry without a
 * login is left out. Rejects only when the signal aborts.
 */
export async function readRegistryLogins(
  images: readonly string[],
  sources: LoginSources,
): Promise<RegistryLogins> {
  const logins: Record<string, RegistryLogin> = {};
  for (const registry of new Set(images.map(registryOf))) {
    const login = await readLogin(registry, sources);
    sources.signal.throwIfAborted();
    if (login === undefined) continue;
    const { username: _username, serveraddress: _address, ...secret } = login;
    sources.secrets.add(...Object.values(secret));
    logins[registry] = login;
  }
  return logins;
}

/**
 * The login of the Docker configuration for a registry that images are pushed to. Throws INVALID_INPUT where it has none: an
 * image is never sent to a registry that this person has not signed in to.
 */
export async function requireConfiguredLogin(
  registry: string,
  sources: Omit<LoginSources, 'ecr' | 'warn'>,
): Promise<RegistryLogin> {
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const logins = await readRegistryLogins([`${registry}/image`], { ...sources, ecr: () => undefined, warn });
  const [login] = Object.values(logins);
  if (login !== undefined) return login;
  const why = warnings.map((sentence) => `${sentence} `).join('');
  throw new SlipwayError(
    'INVALID_INPUT',
    `${why}The Docker configuration has no login for ${registry}, so no image is pushed to it. Sign in with “docker login ${registry}”.`,
  );
}

/**
 * The registry of an image as a key of the logins. A first part with a dot, a port or capital letters is a host, as for
 * Docker.
 */
function registryOf(image: string): string {
  const first = image.includes('/') ? (image.split('/')[0] ?? '') : '';
  const isHost = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? DOCKER_HUB : first;
}

async function readLogin(registry: string, sources: LoginSources): Promise<RegistryLogin | undefined> {
  const ecr = await readEcrLogin(registry, sources);
  if (ecr?.isOwn) return ecr.login;
  return (await readConfiguredLogin(registry, sources)) ?? ecr?.login;
}

interface EcrLogin {
  readonly login: RegistryLogin;
  /** Whether it is the registry of the account itself. */
  readonly isOwn: boolean;
}

/** A login of ECR is good for every registry of its region that lets the account in. */
async function readEcrLogin(
  registry: string,
  { ecr, secrets, signal, warn }: LoginSources,
): Promise<EcrLogin | undefined> {
  const region = ecrHost(registry)?.region;
  if (region === undefined && !isLoopback(registry)) return undefined;
  const client = ecr(region);
  if (client === undefined) return undefined;
  try {
    const { username, password, serveraddress } = await readRegistryLogin(client, secrets, signal);
    const isOwn = URL.parse(serveraddress)?.host === registry;
    // A registry on this machine is ECR's only where ECR says so, as the sandbox does.
    if (region === undefined && !isOwn) return undefined;
    return { login: { username, password, serveraddress: registry }, isOwn };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? secrets.hide(error.message) : '';
    warn(`Couldn't sign in to ${registry} with the chosen account. ${reason}`.trim());
    return undefined;
  }
}

function isLoopback(registry: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/.test(registry);
}

async function readConfiguredLogin(
  registry: string,
  sources: LoginSources,
): Promise<RegistryLogin | undefined> {
  const { authsOfEnvironment = {}, credHelpers, credsStore, auths } = sources.config;
  const ofEnvironment = loginOfAuths(authsOfEnvironment, registry);
  if (ofEnvironment !== undefined) return ofEnvironment;
  const helper = credHelpers[registry] ?? credsStore ?? '';
  const login = helper === '' ? undefined : await askHelper(helper, registry, sources);
  return login ?? loginOfAuths(auths, registry);
}

const HelperAnswer = lazyObject(() => ({ Username: z.string(), Secret: z.string() }));
const NOTHING_STORED = /credentials not found|no credentials server URL|no credentials username/i;

/**
 * Asks a `docker-credential-…` program for one registry.
 * https://github.com/docker/docker-credential-helpers#development
 */
async function askHelper(
  helper: string,
  registry: string,
  { environment, signal, warn }: LoginSources,
): Promise<RegistryLogin | undefined> {
  const program = `docker-credential-${helper}`;
  const missing = (reason: string): undefined => {
    warn(`No login for ${registry} came from ${program}: ${reason}.`);
  };
  if (!/^[\w.-]+$/.test(helper)) return missing('its name has characters that no program has');
  const { error, stdout } = await runHelper(program, registry, environment, signal);
  signal.throwIfAborted();
  if (error !== null) {
    if (NOTHING_STORED.test(stdout)) return undefined;
    return missing(error.code === 'ENOENT' ? 'it is not installed' : 'it failed or took too long');
  }
  const answer = parseHelperAnswer(stdout);
  if (answer === undefined) return missing('its answer has no user name and no secret');
  const { Username, Secret } = answer;
  return Username === '<token>'
    ? { identitytoken: Secret, serveraddress: registry }
    : { username: Username, password: Secret, serveraddress: registry };
}

function parseHelperAnswer(text: string): z.infer<typeof HelperAnswer> | undefined {
  try {
    return HelperAnswer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

interface HelperEnd {
  readonly error: { readonly code?: unknown } | null;
  readonly stdout: string;
}

/** In no folder that is built from. The registry goes to its standard input, the secret comes from its standard output. */
function runHelper(
  program: string,
  registry: string,
  environment: LoginSources['environment'],
  signal: AbortSignal,
): Promise<HelperEnd> {
  const { promise, resolve } = Promise.withResolvers<HelperEnd>();
  const options = {
    cwd: tmpdir(),
    env: environment,
    signal,
    timeout: HELPER_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  } as const;
  const child = execFile(program, ['get'], options, (error, stdout) => resolve({ error, stdout }));
  // A helper that ends without reading closes the pipe; how it ended says why.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(registry);
  return promise;
}

/** Keys of `auths` may be addresses: `https://registry.example/v1/` is the host `registry.example`. */
function loginOfAuths(auths: DockerConfig['auths'], registry: string): RegistryLogin | undefined {
  const key = Object.keys(auths).find((each) => each === registry || hostOf(each) === hostOf(registry));
  const entry = key === undefined ? undefined : auths[key];
  if (!isObject(entry)) return undefined;
  const text = (name: string): string | undefined => {
    const value = entry[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [username, password] = decodeAuth(text('auth')) ?? [text('username'), text('password')];
  const identitytoken = text('identitytoken');
  const registrytoken = text('registrytoken');
  if ((username ?? identitytoken ?? registrytoken) === undefined) return undefined;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(identitytoken === undefined ? {} : { identitytoken }),
    ...(registrytoken === undefined ? {} : { registrytoken }),
    serveraddress: registry,
  };
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

/** `auth` is the base64 of `user:password`. */
function decodeAuth(auth: string | undefined): readonly [user: string, password: string] | undefined {
  if (auth === undefined) return undefined;
  const [user = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return user === '' || password.length === 0 ? undefined : [user, trimEndOf(password.join(':'), '\0')];
}
