import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { addressOf } from './host-process.ts';

const ROOT = join(import.meta.dirname, '..');
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** An account with a registry, in a process of its own. */
export interface Registry {
  readonly endpoint: string;
  readonly host: string;
  readonly login: string;
  readonly ecr: ECRClient;
}

/** A sandbox in a process of its own, so that what is measured has its own memory and core. */
export function startSandboxProcess(scenario: string): ChildProcess {
  const args = [join(ROOT, 'src', 'sandbox', 'main.ts'), '--port', '0', '--scenario', scenario];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function registryOf(sandbox: ChildProcess): Promise<Registry> {
  const endpoint = new URL(await addressOf(sandbox)).origin;
  const ecr = new ECRClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const login = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  return { endpoint, host: new URL(endpoint).host, login, ecr };
}

/** A profile for each registry, in a configuration of its own. */
export async function writeProfiles(
  folder: string,
  registries: Readonly<Record<string, Registry>>,
): Promise<NodeJS.ProcessEnv> {
  const sections = Object.entries(registries).map(
    ([name, { endpoint }]) =>
      `[profile ${name}]\nregion = ${REGION}\nendpoint_url = ${endpoint}\naws_access_key_id = ${CREDENTIALS.accessKeyId}\naws_secret_access_key = ${CREDENTIALS.secretAccessKey}\n`,
  );
  const config = join(folder, 'config');
  await writeFile(config, sections.join('\n'));
  return { ...process.env, AWS_CONFIG_FILE: config, SLIPWAY_DATA: join(folder, 'data') };
}

/** Without a layer of the run before. */
export async function inNewRepository<T>(
  { ecr }: Registry,
  repositoryName: string,
  work: () => Promise<T>,
): Promise<T> {
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  try {
    return await work();
  } finally {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  }
}
