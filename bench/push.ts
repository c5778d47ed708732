import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { type Figure, median } from './figure.ts';
import { addressOf, stop } from './host-process.ts';
import {
  inNewRepository,
  type Registry,
  registryOf,
  startSandboxProcess,
  writeProfiles,
} from './registry-process.ts';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const CLI = join(ROOT, 'out', 'main', 'cli.js');
const SERVE = join(ROOT, 'out', 'main', 'serve.js');
const LAYERS = 20;
const LAYER_BYTES = 50 * 1024 * 1024;
const PAIRS = 5;
const LOCAL_IMAGE = 'slipway-bench-push:1';
const REPOSITORY = 'bench/push';
/** In the demo scenario, for the page. */
const SERVICE_PAGE = '/a/profile:registry/us-east-1/c/staging/s/web';

/**
 * 1 GB in 20 layers pushed to the registry of a sandbox by the built command and by `docker push` in turn, both from the start
 * to the end of their process; and the time between two frames of the page while it pushes the same. Needs a Docker Engine and its
 * command line.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(CLI)) throw new Error('The app is not built. Run npm run build first.');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const sandbox = startSandboxProcess('demo');
  try {
    const registry = await registryOf(sandbox);
    const environment = await writeProfiles(folder, { registry });
    const configuration = await writeDockerLogin(join(folder, 'docker'), registry);
    const docker: Docker = (...args) =>
      execute('docker', ['--config', configuration, ...args], {
        env: { ...process.env, DOCKER_BUILDKIT: '0' },
        maxBuffer: 2 ** 26,
      });
    await buildLargeImage(join(folder, 'context'), docker);
    try {
      // First, while the image has the one name under which it is looked for.
      const frameMs = await frameP95(registry, environment);
      const ratio = await pushRatio(registry, environment, docker);
      return [
        { figure: 'push.ratio-to-docker', value: ratio, unit: 'ratio' },
        { figure: 'push.frame-p95-ms', value: frameMs, unit: 'ms' },
      ];
    } finally {
      const { stdout } = await docker('image', 'ls', '--quiet', '--filter', 'reference=*/bench/push');
      await docker('image', 'rm', '--force', LOCAL_IMAGE, ...stdout.split('\n').filter(Boolean));
    }
  } finally {
    await stop(sandbox);
    await rm(folder, { recursive: true, force: true });
  }
}

type Docker = (...args: readonly string[]) => Promise<{ readonly stdout: string }>;

async function writeDockerLogin(folder: string, { host, login }: Registry): Promise<string> {
  await mkdir(folder);
  const auths = { [host]: { auth: Buffer.from(login).toString('base64') } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  return folder;
}

/** Layers of bytes that no one can compress. */
async function buildLargeImage(folder: string, docker: Docker): Promise<void> {
  await mkdir(folder);
  const lines = ['FROM scratch'];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    await writeFile(join(folder, `${layer}.bin`), randomBytes(LAYER_BYTES));
    lines.push(`COPY ${layer}.bin /`);
  }
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  await docker('build', '--quiet', '--tag', LOCAL_IMAGE, folder);
}

/** The median of the ratios of pairs. */
async function pushRatio(
  registry: Registry,
  environment: NodeJS.ProcessEnv,
  docker: Docker,
): Promise<number> {
  const remote = `${registry.host}/${REPOSITORY}:1`;
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const theirs = await inNewRepository(registry, REPOSITORY, () =>
      measure(async () => {
        await docker('tag', LOCAL_IMAGE, remote);
        await docker('push', '--quiet', remote);
      }),
    );
    const ours = await inNewRepository(registry, REPOSITORY, () =>
      measure(() => {
        const to = ['--repository', REPOSITORY, '--tag', '1', '--profile', 'registry'];
        return execute(process.execPath, [CLI, 'image', 'push', LOCAL_IMAGE, ...to], { env: environment });
      }),
    );
    process.stderr.write(`Slipway ${ours.toFixed(0)} ms, docker ${theirs.toFixed(0)} ms\n`);
    ratios.push(ours / theirs);
  }
  return Number(median(ratios).toFixed(2));
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The 95th percentile of the milliseconds between two frames from the click on Push to the end of the push. */
async function frameP95(registry: Registry, environment: NodeJS.ProcessEnv): Promise<number> {
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  const host = spawn(process.execPath, [SERVE, '--port', '0', '--no-open'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Without a limit to the rate of frames, the time between two is what a frame costs.
  const args = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(await addressOf(host));
    await page.goto(new URL(`${SERVICE_PAGE}?dialog=deploy`, page.url()).href);
    return await inNewRepository(registry, REPOSITORY, () => framesOfPush(page));
  } finally {
    await browser.close();
    await stop(host);
  }
}

async function framesOfPush(page: Page): Promise<number> {
  const section = page.getByRole('region', { name: 'Container app' });
  await section.getByText('Local image', { exact: true }).click();
  const image = section.getByRole('combobox', { name: 'Local image' });
  await image.fill('slipway-bench-push');
  await page.getByRole('option').filter({ hasText: LOCAL_IMAGE }).first().click();
  const repository = section.getByRole('combobox', { name: 'Repository' });
  await repository.fill(REPOSITORY);
  await page.getByRole('option').filter({ hasText: REPOSITORY }).first().click();
  await section.getByRole('textbox', { name: 'Tag', exact: true }).fill('1');
  const frames = page.evaluate(async () => {
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const isPushing = () => document.querySelector('progress') !== null;
    const times: number[] = [];
    while (!isPushing()) await nextFrame();
    while (isPushing()) times.push(await nextFrame());
    return times.slice(1).map((time, index) => time - (times[index] ?? time));
  });
  await section.getByRole('button', { name: 'Push', exact: true }).click();
  const sorted = (await frames).toSorted((a, b) => a - b);
  process.stderr.write(`${sorted.length} frames, the longest ${sorted.at(-1)?.toFixed(0)} ms\n`);
  return Number((sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN).toFixed(1));
}
