import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../testing/installed-program.ts';
import { writeLayout } from '../testing/oci-layout.ts';
import { startTestRegistry, type TestRegistry } from '../testing/registry.ts';
import { MEDIA_TYPES } from './manifest.ts';

const run = promisify(execFile);
// A program of the machine, which no package brings.
const SKOPEO = 'skopeo';
const skopeo = (...args: readonly string[]) => run(SKOPEO, [...args]);
const HAS_SKOPEO = isInstalled(SKOPEO);

describe.skipIf(!HAS_SKOPEO)('skopeo', () => {
  let registry: TestRegistry;
  let folder: string;
  beforeAll(async () => {
    registry = await startTestRegistry([{ repositoryName: 'web' }]);
    folder = await mkdtemp(join(tmpdir(), 'slipway-multi-arch-'));
  });
  afterAll(async () => {
    await registry.close();
    await rm(folder, { recursive: true });
  });

  it('copies an image of two platforms in and out, in OCI format and in Docker format', async () => {
    const digest = await writeLayout(join(folder, 'in'), ['amd64', 'arm64']);
    const remote = (tag: string) => `docker://${new URL(registry.endpoint).host}/web:${tag}`;
    const access = (side: string) => [`--${side}-tls-verify=false`, `--${side}-creds=${registry.login}`];
    const copy = (...args: readonly string[]) => skopeo('copy', '--all', '--quiet', ...args);

    await copy(...access('dest'), `oci:${join(folder, 'in')}:multi`, remote('oci'));
    await copy(...access('src'), ...access('dest'), '--format', 'v2s2', remote('oci'), remote('docker'));
    await copy(...access('src'), remote('oci'), `oci:${join(folder, 'out')}:multi`);

    const typeOf = async (tag: string) => {
      const response = await registry.send('GET', `/v2/web/manifests/${tag}`);
      const { manifests } = (await response.json()) as { manifests: readonly { mediaType: string }[] };
      return [response.headers.get('content-type'), ...manifests.map(({ mediaType }) => mediaType)];
    };
    expect(await typeOf('oci')).toEqual([
      MEDIA_TYPES.ociIndex,
      MEDIA_TYPES.ociManifest,
      MEDIA_TYPES.ociManifest,
    ]);
    expect(await typeOf('docker')).toEqual([
      MEDIA_TYPES.dockerList,
      MEDIA_TYPES.dockerManifest,
      MEDIA_TYPES.dockerManifest,
    ]);
    const head = await registry.send('HEAD', '/v2/web/manifests/oci');
    expect(head.headers.get('docker-content-digest')).toBe(digest);
    expect(await readFile(join(folder, 'out', 'index.json'), 'utf8')).toContain(digest);
  });

  it('deletes an image', async () => {
    await registry.pushImage('web', 'short-lived', 'short-lived');
    const { host } = new URL(registry.endpoint);
    await skopeo(
      'delete',
      '--tls-verify=false',
      `--creds=${registry.login}`,
      `docker://${host}/web:short-lived`,
    );
    expect((await registry.send('HEAD', '/v2/web/manifests/short-lived')).status).toBe(404);
  });
});
