import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../../make-folder.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import type { ReadSecret } from './build-secrets.ts';
import { createBuildKitProgress } from './buildkit-progress.ts';
import { runDockerClient } from './client-process.ts';
import { type DockerConfig, dockerConfigFolder, type Machine } from './docker-config.ts';
import { addressOf, contextPaths, type DockerEndpoint, type EngineTls } from './endpoint.ts';
import type { RegistryLogins } from './registry-logins.ts';

export interface BuildKitRequest {
  /** Both absolute. */
  readonly folder: string;
  readonly dockerfile: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly secrets: readonly ReadSecret[];
  /** Images whose inline cache is used, as far as they have one. */
  readonly cacheFrom: readonly string[];
  readonly target?: string;
  readonly platform?: string;
  /** Of the steps; BuildKit's own choice, `bridge`, where it is missing. */
  readonly network?: 'none';
}

interface BuildKitContext {
  readonly endpoint: DockerEndpoint;
  readonly machine: Machine;
  readonly config: DockerConfig;
  readonly logins: RegistryLogins;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/** What steers the Docker command line itself, and what it reads secrets from. A build argument of such a name would change it. */
const OF_CLIENT =
  /^(?:DOCKER_|SLIPWAY_BUILD_SECRET_|BUILDX_|BUILDKIT_|PATH$|HOME$|USERPROFILE$|TMP|TEMP$|SYSTEMROOT$|LD_|DYLD_)/i;

/** Whether the installed Docker command line can build with BuildKit; if not, why, as the end of a sentence. */
export async function findBuildKit(
  { machine }: Pick<BuildKitContext, 'machine'>,
  signal: AbortSignal,
): Promise<{ readonly missing?: string }> {
  const environment = machine.environment;
  const lines: string[] = [];
  const call = { environment, cwd: tmpdir() };
  const version = await runDockerClient({ ...call, args: ['--version'] }, signal, (line) => lines.push(line));
  if (version.kind === 'missing') return { missing: 'the Docker command line is not installed' };
  const [, major] = /version (\d+)\./.exec(lines.join('\n')) ?? [];
  // Up to 22, BuildKit is a part of the command line; then of its plug-in buildx.
  if (major !== undefined && Number(major) < 23) return {};
  const buildx = await runDockerClient({ ...call, args: ['buildx', 'version'] }, signal, () => undefined);
  const hasBuildx = buildx.kind === 'ended' && buildx.exitCode === 0;
  return hasBuildx ? {} : { missing: 'the Docker command line has no buildx' };
}

/**
 * Builds with BuildKit through the installed Docker command line, which speaks BuildKit's session protocol. It gets the same
 * Engine, and a configuration of its own in a private folder: logins are in a file that only this user reads, values of build
 * arguments and secrets in its environment, and neither in its arguments. Throws BUILD_FAILED and INVALID_INPUT like the classic builder.
 */
export async function buildWithBuildKit(
  request: BuildKitRequest,
  { endpoint, machine, config, logins, signal, emit }: BuildKitContext,
): Promise<void> {
  const refused = Object.keys(request.buildArguments).find((name) => OF_CLIENT.test(name));
  if (refused !== undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `The build argument ${refused} has the name of a variable that steers the Docker command line. Rename it in the Dockerfile.`,
    );
  }
  const progress = createBuildKitProgress(emit);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-buildkit-'));
  try {
    await writeFile(join(folder, 'config.json'), configFile(machine, config, logins), { mode: 0o600 });
    const environment = {
      ...machine.environment,
      ...request.buildArguments,
      ...Object.fromEntries(request.secrets.flatMap(variableOf)),
      ...(await connectionOf(endpoint, folder, machine.platform)),
      DOCKER_CONFIG: folder,
      // Its logins are in the configuration too, where they count after those of the chosen account.
      DOCKER_AUTH_CONFIG: undefined,
      DOCKER_BUILDKIT: '1',
      DOCKER_CLI_HINTS: 'false',
      // Attestations would make an index of the image, with another digest for each build.
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      BUILDX_BUILDER: undefined,
      NO_COLOR: '1',
    };
    const call = { args: argumentsOf(request), environment, cwd: folder };
    const end = await runDockerClient(call, signal, progress.push);
    if (end.kind === 'missing' || end.exitCode !== 0) throw progress.failure();
  } finally {
    progress.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsOf(request: BuildKitRequest): readonly string[] {
  const { folder, dockerfile, name, labels, buildArguments, secrets, cacheFrom, target, platform, network } =
    request;
  return [
    'build',
    '--progress=plain',
    '--file',
    dockerfile,
    '--tag',
    name,
    ...Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    // Without a value the command line takes it from its environment, which other users do not see.
    ...Object.keys(buildArguments).flatMap((argument) => ['--build-arg', argument]),
    ...secrets.flatMap((secret, index) => ['--secret', secretArgument(secret, index)]),
    ...cacheFrom.flatMap((image) => ['--cache-from', image]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...(network === undefined ? [] : ['--network', network]),
    folder,
  ];
}

/** A line of CSV, as the command line takes it. */
function secretArgument(secret: ReadSecret, index: number): string {
  const source = 'file' in secret ? `src=${secret.file}` : `env=${secretVariable(index)}`;
  return [`id=${secret.id}`, source]
    .map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

function variableOf(secret: ReadSecret, index: number): readonly (readonly [string, string])[] {
  return 'value' in secret ? [[secretVariable(index), secret.value]] : [];
}

/** Its own name: a build argument may have the one of the secret. */
function secretVariable(index: number): string {
  return `SLIPWAY_BUILD_SECRET_${index + 1}`;
}

function configFile(machine: Machine, config: DockerConfig, logins: RegistryLogins): string {
  const auths = Object.fromEntries(
    Object.entries(logins).map(([registry, { username, password, identitytoken, registrytoken }]) => [
      registry,
      {
        ...(username === undefined
          ? {}
          : { auth: Buffer.from(`${username}:${password ?? ''}`).toString('base64') }),
        ...(identitytoken === undefined ? {} : { identitytoken }),
        ...(registrytoken === undefined ? {} : { registrytoken }),
      },
    ]),
  );
  // Plug-ins of this user lie in the folder that is not used now.
  const plugins = [...config.cliPluginsExtraDirs, join(dockerConfigFolder(machine), 'cli-plugins')];
  const proxies = config.proxies === undefined ? {} : { proxies: config.proxies };
  return JSON.stringify({
    auths,
    ...proxies,
    HttpHeaders: config.httpHeaders,
    cliPluginsExtraDirs: plugins,
  });
}

/**
 * The variables that lead the command line to the same Engine. What it asks over TLS is a context of the private folder, because
 * the variables take no part of the three files.
 */
async function connectionOf(
  endpoint: DockerEndpoint,
  folder: string,
  platform: NodeJS.Platform,
): Promise<Readonly<Record<string, string | undefined>>> {
  const address = addressOf(endpoint, platform);
  const none = { DOCKER_TLS: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };
  if (endpoint.kind !== 'tcp' || endpoint.tls === undefined) {
    return { ...none, DOCKER_HOST: address, DOCKER_CONTEXT: undefined };
  }
  await writeContext(CONTEXT, { address, tls: endpoint.tls }, folder);
  return { ...none, DOCKER_HOST: undefined, DOCKER_CONTEXT: CONTEXT };
}

const CONTEXT = 'slipway';

async function writeContext(
  name: string,
  { address, tls }: { readonly address: string; readonly tls: EngineTls },
  configuration: string,
): Promise<void> {
  const { meta, files } = contextPaths(configuration, name);
  const docker = { Host: address, SkipTLSVerify: !tls.verify };
  makeFolder(dirname(meta));
  makeFolder(files);
  await writeFile(meta, JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }));
  for (const [file, path] of Object.entries({ ca: tls.ca, cert: tls.cert, key: tls.key })) {
    if (path !== undefined) await copyFile(path, join(files, `${file}.pem`));
  }
}
