import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';
import { withTag } from './tag-from.ts';

let cli: CliEngine;
let folder: string;

beforeAll(async () => {
  cli = await openCliEngine();
  folder = await mkdtemp(join(tmpdir(), 'slipway-tag-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "web", "version": "2.0.0" }');
  await writeFile(join(folder, 'VERSION'), '2.0.0\r\nbuilt today\n');
});
afterAll(async () => {
  await cli.close();
  await rm(folder, { recursive: true });
});

function plan(source: string, image = 'web:whatever') {
  const args = ['plan', '-c', 'staging', '-n', 'web', '-i', image, '--tag-from', source];
  return cli.slipway(args, { folder, environment: { CI_TAG: '2.0.0', BAD: 'a b' } });
}

describe('--tag-from', () => {
  it.each(['env:CI_TAG', 'package', 'file:VERSION'])(
    '%s gives the tag of the images of -i',
    async (source) => {
      const { code, out } = await plan(source);
      expect(out).toContain('Deploy web:2.0.0 to web');
      expect(code).toBe(0);
    },
  );

  it.each([
    ['env:NONE', '--tag-from env:NONE gives no tag.'],
    ['env:BAD', '--tag-from env:BAD gives a b, which is not an image tag.'],
    ['file:GONE', "GONE can't be read, so it gives no tag."],
    ['git', 'Use another --tag-from.'],
    ['svn', 'Give git, git-full, env:VAR, file:PATH, package or time.'],
  ])('%s that gives none is refused with exit code 2', async (source, sentence) => {
    const { code, err } = await plan(source);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
  });

  it('is refused without -i', async () => {
    const { code, err } = await cli.slipway([
      'plan',
      '-c',
      'staging',
      '-n',
      'web',
      '--force',
      '--tag-from',
      'time',
    ]);
    expect(err).toContain('--tag-from needs an image: name its repository with -i.');
    expect(code).toBe(2);
  });
});

describe('an image with another tag', () => {
  it.each([
    ['web', 'web:9'],
    ['localhost:5000/shop/web:1', 'localhost:5000/shop/web:9'],
    [`app=web@sha256:${'a'.repeat(64)}`, 'app=web:9'],
  ])('%s becomes %s', (wanted, tagged) => {
    expect(withTag(wanted, '9')).toBe(tagged);
  });
});
