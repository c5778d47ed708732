import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { type Figure, median } from './figure.ts';
import { stop } from './host-process.ts';
import {
  inNewRepository,
  type Registry,
  registryOf,
  startSandboxProcess,
  writeProfiles,
} from './registry-process.ts';

const execute = promisify(execFile);
const CLI = join(import.meta.dirname, '..', 'out', 'main', 'cli.js');
const REPOSITORY = 'bench/large';
const LAYERS = 20;
const LAYER_BYTES = 50 * 1024 * 1024;
const PAIRS = 5;
const MEMORY_INTERVAL_MS = 50;

/**
 * 1 GB in 20 layers from the registry of an account to that of another, by the built command and by `skopeo copy` in turn, and
 * the most memory that the command had. Both processes are measured from their start to their end.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(CLI)) throw new Error('The app is not built. Run npm run build first.');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const sandboxes = ['source', 'target'].map(() => startSandboxProcess('empty'));
  try {
    const [source, target] = await Promise.all(sandboxes.map(registryOf));
    if (source === undefined || target === undefined) throw new Error('Two registries are needed.');
    const environment = await writeProfiles(folder, { source, target });
    await source.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    await pushLargeImage(join(folder, 'image'), source);
    const ratios: number[] = [];
    const peaks: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const theirs = await inNewRepository(target, REPOSITORY, () => skopeoCopy(source, target));
      const ours = await inNewRepository(target, REPOSITORY, () => promote(environment));
      process.stderr.write(
        `Slipway ${ours.ms.toFixed(0)} ms and ${ours.peakMb.toFixed(0)} MB, skopeo ${theirs.ms.toFixed(0)} ms\n`,
      );
      ratios.push(ours.ms / theirs.ms);
      peaks.push(ours.peakMb);
    }
    return [
      { figure: 'promote.ratio-to-skopeo', value: Number(median(ratios).toFixed(2)), unit: 'ratio' },
      { figure: 'promote.rss-mb', value: Math.round(median(peaks)), unit: 'MB' },
    ];
  } finally {
    await Promise.all(sandboxes.map(stop));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Layers of bytes that no one can compress, as skopeo reads them from a folder. */
async function pushLargeImage(folder: string, { host, login }: Registry): Promise<void> {
  await mkdir(folder);
  const write = async (content: Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(folder, hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.length };
  };
  const layers = [];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    layers.push(await write(randomBytes(LAYER_BYTES), 'application/vnd.oci.image.layer.v1.tar'));
  }
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs }));
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await write(config, 'application/vnd.oci.image.config.v1+json'),
    layers,
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'version'), 'Directory Transport Version: 1.1\n');
  const to = ['--dest-tls-verify=false', `--dest-creds=${login}`];
  await execute('skopeo', ['copy', '--quiet', ...to, `dir:${folder}`, `docker://${host}/${REPOSITORY}:1`]);
}

function skopeoCopy(source: Registry, target: Registry) {
  const imageOf = ({ host }: Registry) => `docker://${host}/${REPOSITORY}:1`;
  return measure('skopeo', [
    'copy',
    '--quiet',
    '--src-tls-verify=false',
    '--dest-tls-verify=false',
    `--src-creds=${source.login}`,
    `--dest-creds=${target.login}`,
    imageOf(source),
    imageOf(target),
  ]);
}

function promote(environment: NodeJS.ProcessEnv) {
  const args = ['image', 'promote', `${REPOSITORY}:1`, '--profile', 'source', '--to-profile', 'target'];
  return measure(process.execPath, [CLI, ...args], environment);
}

/** How long a command takes, and the most memory that its process had, as Linux counts it. */
async function measure(command: string, args: readonly string[], environment = process.env) {
  const start = performance.now();
  const child = spawn(command, [...args], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  let peakMb = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    await Promise.race([exited, wait(MEMORY_INTERVAL_MS)]);
  }
  if (child.exitCode !== 0)
    throw new Error(`${command} ${args[0]} ended with ${child.exitCode ?? 'a signal'}.`);
  return { ms: performance.now() - start, peakMb };
}

/** See https://man7.org/linux/man-pages/man5/proc_pid_status.5.html, `VmHWM`. */
function peakOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
