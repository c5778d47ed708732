import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { expect, it } from 'vitest';
import { eventually } from '../shared/testing/eventually.ts';
import { digestOf } from './registry/digest.ts';
import { MEDIA_TYPES } from './registry/manifest.ts';
import { startSandbox } from './start.ts';
import { SANDBOX_PROCESS } from './testing/sandbox.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function runSandbox(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    env: SANDBOX_PROCESS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  if (child.stdout === null || child.stderr === null) throw new Error('The child has no output.');
  const [output, errors, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: exit[0] as number | null, output, errors };
}

it('the sandbox prints its address when it is ready, and ends on a signal', async () => {
  const child = runSandbox('--port', '0', '--scenario', 'empty');
  const end = ended(child);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const address = /^Slipway sandbox listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1];
  expect((await fetch(`${address}/v2/`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await end).toEqual({ code: 0, output: line.toString(), errors: '' });
});

it.skipIf(process.platform === 'win32')(
  'the sandbox ends with npm, whose shell passes no signal on',
  async () => {
    const npm = spawn('npm', ['run', '--silent', 'sandbox', '--', '--scenario', 'empty'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(npm.stdout, 'data')) as [Buffer];
    const address = line.toString().trim().split(' ').at(-1) ?? '';
    npm.kill('SIGTERM');
    const isUp = () =>
      fetch(`${address}/v2/`).then(
        () => true,
        () => false,
      );
    await eventually(async () => expect(await isUp()).toBe(false));
  },
);

it('the sandbox names a port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output, errors } = await ended(runSandbox('--port', String(port)));
  other.close();
  expect(code).toBe(1);
  expect(output).toBe('');
  expect(errors).toContain(`Port ${port} of 127.0.0.1 is in use.`);
});

it.each([
  [['--port', 'many'], "--port takes a number from 0 to 65535, not 'many'."],
  [['--port', '70000'], '--port takes a number'],
  [['--scenario', 'nowhere'], "There is no scenario 'nowhere'."],
  [['--speed', '0'], '--speed takes a number above 0'],
  [['--profile', 'azure'], "There is no profile 'azure'. Choose one of: aws."],
  [['--faults', 'throttle=2'], "'throttle=2' needs a share from 0 to 1"],
  [
    ['--deny', 'PassRole'],
    "--deny takes actions of IAM such as iam:PassRole,secretsmanager:*, not 'PassRole'.",
  ],
  [
    ['--allow-host', 'a:80'],
    "--allow-host takes names without a port, such as host.docker.internal, not 'a:80'.",
  ],
  [['--colour'], "Unknown option '--colour'"],
  [['--scenario', 'empty', '--data', '/dev/null/here'], 'The sandbox cannot keep its data in /dev/null/here'],
])('refuses %j', async (args, sentence) => {
  const { code, output, errors } = await ended(runSandbox(...args));
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(errors).toContain(sentence);
  expect(errors).not.toContain('    at ');
});

it('the sandbox keeps complete pushes when it is killed during others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-killed-'));
  const child = runSandbox('--scenario', 'empty', '--data', folder);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const endpoint = line.toString().trim().split(' ').at(-1) ?? '';
  const pushes = pushImages(endpoint);
  await eventually(() => expect(pushes.acknowledged.length).toBeGreaterThan(20));
  child.kill('SIGKILL');
  await pushes.ended;

  const survivor = await startSandbox({ scenario: 'empty', dataFolder: folder });
  const { region, credentials } = survivor;
  const ecr = new ECRClient({ endpoint: survivor.endpoint, region, credentials });
  const { imageIds = [] } = await ecr.send(
    new ListImagesCommand({ repositoryName: 'web', maxResults: 1000 }),
  );
  const tags = new Set(imageIds.map(({ imageTag }) => imageTag));
  expect(pushes.acknowledged.filter((tag) => !tags.has(tag))).toEqual([]);
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: 'web', imageIds: imageIds.slice(-100) }),
  );
  const layerDigests = images.map(({ imageManifest = '' }) => readConfigDigest(imageManifest));
  const { layers } = await ecr.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName: 'web', layerDigests }),
  );
  expect(layers?.filter(({ layerAvailability }) => layerAvailability !== 'AVAILABLE')).toEqual([]);
  await survivor.close();
  await rm(folder, { recursive: true });
});

/** Pushes one image after the other until the sandbox is gone. */
function pushImages(endpoint: string): { readonly acknowledged: string[]; readonly ended: Promise<void> } {
  const acknowledged: string[] = [];
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const ecr = new ECRClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const push = async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const headers = { authorization: `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}` };
    for (let build = 1; ; build += 1) {
      const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', build }));
      const digest = digestOf(config);
      const url = `${endpoint}/v2/web/blobs/uploads/?digest=${digest}`;
      await fetch(url, { method: 'POST', body: config, headers });
      const descriptor = { mediaType: MEDIA_TYPES.ociConfig, digest, size: config.length };
      const mediaType = MEDIA_TYPES.ociManifest;
      const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config: descriptor, layers: [] });
      const imageTag = `build-${build}`;
      await ecr.send(new PutImageCommand({ repositoryName: 'web', imageManifest, imageTag }));
      acknowledged.push(imageTag);
    }
  };
  // It ends with an error when the sandbox is gone.
  return { acknowledged, ended: push().catch(() => undefined) };
}

function readConfigDigest(manifest: string): string {
  return (JSON.parse(manifest) as { config: { digest: string } }).config.digest;
}
