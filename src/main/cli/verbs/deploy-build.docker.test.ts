import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ECRClient, type ImageTagMutability, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../../engine/testing/docker-images.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const run = promisify(execFile);
const BUILD = { dockerfile: 'Dockerfile', repository: 'my/own', tag: 'made-here' };
const STAGING = ['-c', 'staging', '-n', 'web'];

describe.skipIf(TEST_DOCKER_HOST === undefined)('slipway deploy with a real Docker Engine', () => {
  const images = createTestImages();
  let cli: CliEngine;

  beforeAll(async () => {
    cli = await openCliEngine({ DOCKER_HOST: TEST_DOCKER_HOST, PATH: process.env.PATH });
  });
  afterEach(() => images.removeAll());
  afterAll(() => cli.close());

  /** A folder in a git repository, and its commit. */
  async function committedFolder(dockerfile: string) {
    const folder = await images.folderWith(dockerfile);
    const git = ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
    await run('git', [...git, 'init', '--quiet']);
    await run('git', [...git, 'add', '.']);
    await run('git', [...git, 'commit', '--quiet', '-m', 'first']);
    const { stdout } = await run('git', [...git, 'rev-parse', 'HEAD']);
    return { folder, commit: stdout.trim(), git };
  }

  function willPush(tag: string): void {
    images.willMake(`web:${tag}`);
    images.willMake(`${cli.registry}/web:${tag}`);
  }

  /** What the task definition of the service names now. */
  async function imageOf(): Promise<string> {
    const { out } = await cli.slipwayAtStandstill(['status', ...STAGING, '--json']);
    const { service } = JSON.parse(out) as { service: { runs: readonly { image: string }[] } };
    return service.runs[0]?.image ?? '';
  }

  it('builds a folder, pushes it under the git commit, and deploys what was pushed', async () => {
    const { folder, commit } = await committedFolder(SMALL_DOCKERFILE);
    willPush(commit);
    const args = ['deploy', ...STAGING, '--build', '.', '--tag-from', 'git-full'];
    const { code, err, out } = await cli.slipway(args, { folder });
    expect(err).toContain(`Building ${folder} as web:${commit}.\nStep 1/`);
    expect(err.match(/COPY busybox \/bin\/busybox\n/g)).toHaveLength(1);
    expect(err).toMatch(new RegExp(`Layer \\w+: pushed\nPushed web:${commit}: sha256:`));
    expect(err).not.toContain('not committed');
    expect(out).toMatch(/^staging-web:\d+ deployed in /);
    expect(code).toBe(0);
    expect(await imageOf()).toMatch(`${cli.registry}/web:${commit}@sha256:`);

    const again = await cli.slipway(args, { folder });
    expect(again.err).toContain(`web:${commit} already is this image: sha256:`);
    expect(again.out).toContain('web runs this already, so nothing was sent.');
    expect(again.code).toBe(0);
  });

  it('takes the tag that git describe gives for the folder of --build, also the next time', async () => {
    const { folder, git } = await committedFolder(SMALL_DOCKERFILE);
    await run('git', [...git, 'tag', 'v9.0.0']);
    willPush('v9.0.0');
    const { code, err } = await cli.slipway([
      'deploy',
      ...STAGING,
      '--build',
      folder,
      '--tag-from',
      'describe',
    ]);
    expect(err).toContain(`Building ${folder} as web:v9.0.0.`);
    expect(code).toBe(0);
    expect(await imageOf()).toContain('/web:v9.0.0@');
    const again = await cli.slipway(['deploy', ...STAGING, '--build', folder]);
    expect(again.err).toContain('The tag of describe is v9.0.0; describe was used last for web.\n');
    expect(again.out).toContain('web runs this already, so nothing was sent.');
    const inCi = { environment: { CI: 'true' } };
    const args = ['image', 'push', 'web:v9.0.0', '--repository', 'web', '--tag-from', 'env:CI'];
    images.willMake(`${cli.registry}/web:true`);
    expect((await cli.slipway(args, inCi)).code).toBe(0);
    const { out } = await cli.slipway(['call', 'settings.read', '{}']);
    expect(out).toContain('"sandbox/us-east-1/web":"describe"');
  });

  it('names a tree that is not committed, also with --quiet', async () => {
    const { folder, commit } = await committedFolder(SMALL_DOCKERFILE);
    await writeFile(join(folder, 'new'), '');
    const tag = `${commit.slice(0, 7)}-dirty`;
    willPush(tag);
    const { code, err } = await cli.slipway(
      ['deploy', ...STAGING, '--build', folder, '-i', 'app=', '--quiet'],
      {},
    );
    expect(err).toContain(
      `${folder} has changes that are not committed, so the image is not the one of ${commit.slice(0, 12)}.`,
    );
    expect(code).toBe(0);
    expect(await imageOf()).toContain(`/web:${tag}@`);
  });

  it('pushes an image of the Docker Engine under its tag with --local, and deploys it', async () => {
    const { folder, commit } = await committedFolder(SMALL_DOCKERFILE);
    willPush('made-here');
    images.willMake('my/own:made-here');
    const client = ['call', 'docker.build', JSON.stringify({ ...BUILD, folder })];
    expect((await cli.slipway(client)).code).toBe(0);
    const { code, err, out } = await cli.slipway(['deploy', ...STAGING, '--local', 'my/own:made-here']);
    expect(err).toMatch(/^Pushing web:made-here\.\n(?:Layer \w+: .+\n)+Pushed web:made-here: sha256:/);
    expect(err).not.toContain(commit);
    expect(out).toMatch(/^staging-web:\d+ deployed in /);
    expect(code).toBe(0);
    expect(await imageOf()).toMatch(`${cli.registry}/web:made-here@sha256:`);
  });

  it('pushes the image under a second tag with --also-tag, and deploys the first', async () => {
    const folder = await images.folderWith(SMALL_DOCKERFILE);
    willPush('two-tags');
    images.willMake(`${cli.registry}/web:newest`);
    const args = ['deploy', ...STAGING, '--build', folder, '-i', 'web:two-tags', '--also-tag', 'newest'];
    const { code, err } = await cli.slipway(args);
    expect(err).toMatch(
      /\nPushed web:two-tags: (sha256:\w+)\nPushing web:newest\.\n.*\nPushed web:newest: \1\n/s,
    );
    expect(code).toBe(0);
    expect(await imageOf()).toMatch(`${cli.registry}/web:two-tags@sha256:`);
    const list = { account: 'sandbox', region: 'us-east-1', repository: 'web' };
    const listed = await cli.slipway(['call', 'images.list', JSON.stringify(list)]);
    const { result } = JSON.parse(listed.out) as { result: readonly { tags: readonly string[] }[] };
    const pushed = result.find(({ tags }) => tags.includes('two-tags'));
    expect(pushed?.tags).toContain('newest');
  });

  it('exits with 2 and changes nothing when the second tag is immutable and has another image', async () => {
    const before = await imageOf();
    const ecr = new ECRClient(cli.sandbox);
    const setMutability = (imageTagMutability: ImageTagMutability) =>
      ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'web', imageTagMutability }));
    await setMutability('IMMUTABLE');
    const folder = await images.folderWith(SMALL_DOCKERFILE);
    willPush('first-tag');
    const args = ['deploy', ...STAGING, '--build', folder, '-i', 'web:first-tag', '--also-tag', '2.0.0'];
    const { code, err } = await cli.slipway(args);
    expect(err).toContain('Pushed web:first-tag: sha256:');
    expect(err).toContain('The tag 2.0.0 of web has another image');
    expect(code).toBe(2);
    expect(await imageOf()).toBe(before);
    await setMutability('MUTABLE');
    ecr.destroy();
  });

  it('says that the image was pushed when a check then refuses the deploy', async () => {
    const before = await imageOf();
    const folder = await images.folderWith(SMALL_DOCKERFILE);
    willPush('refused');
    const args = [
      'deploy',
      ...STAGING,
      '--build',
      folder,
      '-i',
      'web:refused',
      '--min',
      '100',
      '--max',
      '100',
    ];
    const { code, err } = await cli.slipway(args);
    expect(err).toContain('The image was pushed, but the service was not changed. ');
    expect(err).not.toContain('Nothing was sent');
    expect(code).toBe(2);
    expect(await imageOf()).toBe(before);
  });

  it('exits with 2 for an image that the Docker Engine does not have', async () => {
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--local', 'no/such:1']);
    expect(err).toContain('The Docker Engine of this machine has no image no/such:1.');
    expect(code).toBe(2);
  });

  it('exits with 2 and the failing step when the build fails, and changes nothing', async () => {
    const before = await imageOf();
    const folder = await images.folderWith(
      'FROM scratch\nCOPY busybox /busybox\nRUN ["/busybox", "sh", "-c", "echo one; echo two; exit 3"]\n',
    );
    const { code, err, out } = await cli.slipway(
      ['deploy', ...STAGING, '--build', folder, '--tag-from', 'env:TAG'],
      { environment: { TAG: 'failing' } },
    );
    expect(err).toMatch(/Step 3 of \d+ \(RUN .+\) failed: .+ Its last lines:\none\ntwo\n$/s);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(await imageOf()).toBe(before);
  });
});
