import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../start.ts';

const DOCKER_HOST = process.env.SLIPWAY_TEST_DOCKER_HOST;
const run = promisify(execFile);

describe.skipIf(DOCKER_HOST === undefined)('Docker and skopeo', () => {
  let sandbox: Sandbox;
  let ecr: ECRClient;
  let folder: string;
  let registry: string;
  let login: string;
  const builtImages: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty' });
    const { endpoint, region, credentials } = sandbox;
    ecr = new ECRClient({ endpoint, region, credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    login = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    registry = new URL(endpoint).host;

    folder = await mkdtemp(join(tmpdir(), 'slipway-clients-'));
    await copyFile('/bin/busybox', join(folder, 'busybox'));
    // What `docker login` leaves behind; in a folder of its own, so that nobody's real login is touched.
    const auths = { [registry]: { auth: Buffer.from(login).toString('base64') } };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  });

  afterAll(async () => {
    for (const image of builtImages) await docker('image', 'rm', '--force', image).catch(() => undefined);
    await rm(folder, { recursive: true });
    await sandbox.close();
  });

  async function docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('docker', ['--config', folder, ...args], {
      env: { ...process.env, DOCKER_HOST, DOCKER_BUILDKIT: '0' },
    });
    return stdout;
  }

  async function build(repository: string, tag: string, revision: string): Promise<string> {
    const dockerfile = `FROM scratch\nCOPY busybox /bin/sh\nLABEL org.opencontainers.image.revision=${revision}\nCMD ["/bin/sh", "-c", "echo ${revision}"]\n`;
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    const image = `${registry}/${repository}:${tag}`;
    await docker('build', '--quiet', '--tag', image, folder);
    builtImages.push(image);
    return image;
  }

  async function describeImage(repositoryName: string, imageTag: string) {
    const answer = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
    return answer.imageDetails?.[0];
  }

  it('push an image, and run it after pulling it again', async () => {
    const image = await build('shop/web', 'v1', 'first');
    const pushed = await docker('push', image);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    expect(await describeImage('shop/web', 'v1')).toMatchObject({
      imageDigest: digest,
      imageTags: ['v1'],
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      artifactMediaType: 'application/vnd.docker.container.image.v1+json',
    });

    await docker('image', 'rm', '--force', image);
    const pulled = `${registry}/shop/web@${digest ?? ''}`;
    await docker('pull', pulled);
    builtImages.push(pulled);
    expect(await docker('run', '--rm', '--network', 'none', pulled)).toBe('first\n');
  });

  it('get the reason of a refused push', async () => {
    const image = await build('fixed', 'v1', 'fixed');
    await docker('push', image);
    await expect(docker('push', image)).rejects.toThrow(
      "tag invalid: The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the repository is immutable.",
    );
    const unknown = await build('nobody', 'v1', 'unknown');
    await expect(docker('push', unknown)).rejects.toThrow(
      "name unknown: The repository with name 'nobody' does not exist in the registry with id '123456789012'",
    );
  });

  it('copy images out and in again, in Docker format and in OCI format', async () => {
    await docker('push', await build('shop/web', 'v2', 'second'));
    const skopeo = (...args: readonly string[]) => run('skopeo', [...args]);
    const remote = (tag: string) => `docker://${registry}/shop/web:${tag}`;
    const access = (side: string) => [`--${side}-tls-verify=false`, `--${side}-creds=${login}`];

    const layout = `oci:${join(folder, 'layout')}:v2`;
    await skopeo('copy', ...access('src'), remote('v2'), layout);
    await skopeo('copy', ...access('dest'), layout, remote('v2-oci'));
    await skopeo(
      'copy',
      ...access('src'),
      ...access('dest'),
      '--format',
      'v2s2',
      remote('v2-oci'),
      remote('v2-back'),
    );

    const digestOf = async (tag: string) => (await describeImage('shop/web', tag))?.imageDigest;
    expect(await describeImage('shop/web', 'v2-oci')).toMatchObject({
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    const { stdout } = await skopeo('inspect', '--tls-verify=false', `--creds=${login}`, remote('v2-oci'));
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: await digestOf('v2-oci'),
      Labels: { 'org.opencontainers.image.revision': 'second' },
      RepoTags: ['v1', 'v2', 'v2-back', 'v2-oci'],
    });
  });

  it('pull seeded images, layer by layer', async () => {
    const demo = await startSandbox({ scenario: 'demo' });
    const { endpoint, region, credentials } = demo;
    const demoEcr = new ECRClient({ endpoint, region, credentials });
    const { authorizationData } = await demoEcr.send(new GetAuthorizationTokenCommand({}));
    const host = new URL(endpoint).host;
    const auths = { [host]: { auth: authorizationData?.[0]?.authorizationToken } };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
    const { imageDetails } = await demoEcr.send(new DescribeImagesCommand({ repositoryName: 'checkout' }));
    const [image] = imageDetails ?? [];

    const reference = `${host}/checkout@${image?.imageDigest ?? ''}`;
    builtImages.push(reference);
    await docker('pull', reference);
    const [inspected] = JSON.parse(await docker('image', 'inspect', reference)) as [InspectedImage];
    expect(inspected.RepoDigests).toEqual([reference]);
    expect(inspected.Config.Labels).toHaveProperty(['org.opencontainers.image.revision']);
    await demo.close();
  });
});

interface InspectedImage {
  readonly RepoDigests: readonly string[];
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}
