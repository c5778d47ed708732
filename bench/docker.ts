import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, median } from './figure.ts';

const execute = promisify(execFile);
const CLI = join(import.meta.dirname, '..', 'out', 'main', 'cli.js');
const PAIRS = 5;
const IMAGE_LISTS = 5;
const LARGE_FILES = 30;
const LARGE_FILE_BYTES = 10 * 1024 * 1024;
const FOLDERS = 500;
const FILES_PER_FOLDER = 100;
const LOCAL_IMAGES = 300;
const IMPORTS_AT_ONCE = 4;
const DOCKERFILE = 'FROM scratch\nCOPY Dockerfile /\n';
const REPOSITORY = 'slipway-bench';

/**
 * Builds and the list of local images through the built command, the builds alternating with the classic builder of the
 * installed Docker command line. Says why and returns nothing where there is no Engine or no command line.
 */
export async function run(): Promise<readonly Figure[]> {
  const problem = await docker('version').then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message.split('\n').at(1) : String(error)),
  );
  if (problem !== undefined) {
    process.stderr.write(`Docker is not measured, because it does not answer: ${problem}\n`);
    return [];
  }
  const root = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const large = await writeLarge(join(root, 'large'));
    const many = await writeMany(join(root, 'many'));
    return [
      { figure: 'build.ratio-large', value: await buildRatio(large), unit: 'ratio' },
      { figure: 'build.ratio-many', value: await buildRatio(many), unit: 'ratio' },
      { figure: 'docker.images-ms', value: await imagesMs(root), unit: 'ms' },
    ];
  } finally {
    await rm(root, { recursive: true });
  }
}

/** The median of the ratios of pairs. */
async function buildRatio(folder: string): Promise<number> {
  const input = { folder, dockerfile: 'Dockerfile', repository: REPOSITORY, tag: 'slipway' };
  // Slipway labels the image with its time, which is a step of its own.
  const label = (): string => `org.opencontainers.image.created=${new Date().toISOString()}`;
  const args = ['build', '--quiet', '--tag', `${REPOSITORY}:docker`];
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const theirs = await measure(() => docker(...args, '--label', label(), folder));
    const ours = await measure(() => slipway('docker.build', input));
    process.stderr.write(`${folder}: Slipway ${ours.toFixed(0)} ms, docker ${theirs.toFixed(0)} ms\n`);
    ratios.push(ours / theirs);
  }
  return Number(median(ratios).toFixed(2));
}

/** With 300 more images in the Engine, which are removed afterwards. */
async function imagesMs(root: string): Promise<number> {
  const archive = join(root, 'empty.tar');
  await writeFile(archive, Buffer.alloc(1024));
  const names = Array.from({ length: LOCAL_IMAGES }, (_, each) => `${REPOSITORY}-images:${each}`);
  try {
    for (let at = 0; at < names.length; at += IMPORTS_AT_ONCE) {
      const some = names.slice(at, at + IMPORTS_AT_ONCE);
      await Promise.all(
        some.map((name) => docker('import', '--change', `LABEL name=${name}`, archive, name)),
      );
    }
    const times: number[] = [];
    for (let time = 0; time < IMAGE_LISTS; time += 1)
      times.push(await measure(() => slipway('docker.images', {})));
    return Math.round(median(times));
  } finally {
    await docker('rmi', ...names);
  }
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function docker(...args: readonly string[]): Promise<unknown> {
  return execute('docker', [...args], { env: { ...process.env, DOCKER_BUILDKIT: '0' } });
}

function slipway(method: string, input: object): Promise<unknown> {
  return execute(process.execPath, [CLI, 'call', method, JSON.stringify(input)], { maxBuffer: 2 ** 26 });
}

async function writeLarge(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  for (let file = 0; file < LARGE_FILES; file += 1) {
    await writeFile(join(folder, `${file}.bin`), randomBytes(LARGE_FILE_BYTES));
  }
  return folder;
}

async function writeMany(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  for (let each = 0; each < FOLDERS; each += 1) {
    const inner = join(folder, String(each));
    await mkdir(inner);
    for (let file = 0; file < FILES_PER_FOLDER; file += 1) {
      await writeFile(join(inner, `${file}.js`), `// ${each} ${file}\n`.repeat(100));
    }
  }
  return folder;
}
