import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../../../sandbox/testing/installed-program.ts';
import { writeLayout } from '../../../sandbox/testing/oci-layout.ts';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { openSlipwayOf } from '../testing/slipway.ts';

const run = promisify(execFile);
// A program of the machine, which no package brings.
const SKOPEO = 'skopeo';
const skopeo = async (...args: readonly string[]) => (await run(SKOPEO, [...args])).stdout;
const HAS_SKOPEO = isInstalled(SKOPEO);
const REGION = 'us-east-1';

interface Registry extends ImagesSandbox {
  readonly login: string;
  /** An image as skopeo names it. */
  readonly image: (name: string) => string;
}

async function openRegistry(): Promise<Registry> {
  const images = await openImagesSandbox();
  const { authorizationData } = await images.ecr.send(new GetAuthorizationTokenCommand({}));
  const login = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const { host } = new URL(images.sandbox.endpoint);
  return { ...images, login, image: (name) => `docker://${host}/${name}` };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

describe.skipIf(!HAS_SKOPEO)('skopeo, asked about an image that was promoted', () => {
  let staging: Registry;
  let production: Registry;
  let folder: string;
  beforeAll(async () => {
    [staging, production] = await Promise.all([openRegistry(), openRegistry()]);
    folder = await mkdtemp(join(tmpdir(), 'slipway-judged-'));
  });
  afterAll(async () => {
    for (const { sandbox, ecr } of [staging, production]) {
      ecr.destroy();
      await sandbox.close();
    }
    await rm(folder, { recursive: true });
  });

  const raw = ({ login, image }: Registry, name: string) =>
    skopeo('inspect', '--raw', '--tls-verify=false', `--creds=${login}`, image(name));

  function promote(repository: string, image: string, tag: string) {
    return withFolder(async (data) => {
      const accounts = { staging: staging.sandbox, production: production.sandbox };
      const slipway = await openSlipwayOf(accounts, data);
      try {
        const to = { account: 'production', region: REGION, repository };
        const from = { account: 'staging', region: REGION, repository };
        return await slipway.client.call('images.promote', { ...from, image, to, tag });
      } finally {
        await slipway.close();
      }
    });
  }

  it('finds the same index, byte for byte, and every platform of it whole', async () => {
    await Promise.all([staging, production].map((each) => repositoryOf(each, 'shop/multi').create()));
    const digest = await writeLayout(join(folder, 'in'), ['amd64', 'arm64']);
    const to = ['--dest-tls-verify=false', `--dest-creds=${staging.login}`];
    const from = `oci:${join(folder, 'in')}:multi`;
    await skopeo('copy', '--all', '--quiet', ...to, from, staging.image('shop/multi:1'));

    expect(await promote('shop/multi', '1', 'stable')).toMatchObject({ digest });
    const index = await raw(production, 'shop/multi:stable');
    expect(digestOf(index)).toBe(digest);
    expect(index).toBe(await raw(staging, 'shop/multi:1'));
    // Reads all layers, and holds them against their digests.
    const source = ['--src-tls-verify=false', `--src-creds=${production.login}`];
    const out = `oci:${join(folder, 'out')}:multi`;
    await skopeo('copy', '--all', '--quiet', ...source, production.image('shop/multi:stable'), out);
    expect(await readFile(join(folder, 'out', 'index.json'), 'utf8')).toContain(digest);
    for (const architecture of ['amd64', 'arm64']) {
      const read = ['--tls-verify=false', `--creds=${production.login}`];
      const platform = `--override-arch=${architecture}`;
      const seen = JSON.parse(
        await skopeo(platform, 'inspect', ...read, production.image('shop/multi:stable')),
      );
      expect(seen).toMatchObject({ Architecture: architecture, Os: 'linux' });
    }
  });

  it('finds its signatures, by tag and by digest', async () => {
    await Promise.all([staging, production].map((each) => repositoryOf(each, 'shop/signed').create()));
    const source = repositoryOf(staging, 'shop/signed');
    const image = await source.image('amd64', [randomBytes(1000)], '1');
    const tag = `${image.digest.replace(':', '-')}.sig`;
    await source.image('unknown', [randomBytes(100)], tag);
    const referrer = await source.image('unknown', [randomBytes(100)], undefined, image);
    expect(await promote('shop/signed', image.digest, '1')).toMatchObject({ referrers: 2, warnings: [] });
    for (const name of [`shop/signed:${tag}`, `shop/signed@${referrer.digest}`])
      expect(await raw(production, name)).toBe(await raw(staging, name));
    expect(digestOf(await raw(production, `shop/signed@${referrer.digest}`))).toBe(referrer.digest);
  });
});
