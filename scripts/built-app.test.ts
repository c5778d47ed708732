import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuilt, nameOfSources } from './built-app.ts';
import { ROOT } from './checkout.mjs';

describe('the build', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipway-build-'));
    mkdirSync(join(root, 'src', 'main'), { recursive: true });
    mkdirSync(join(root, 'out'));
    writeFileSync(join(root, 'package.json'), '{}');
    writeFileSync(join(root, 'src', 'main', 'index.ts'), 'one');
    writeFileSync(join(root, 'out', '.built-from'), nameOfSources(root));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is good until a source changes', () => {
    expect(isBuilt(root)).toBe(true);
    writeFileSync(join(root, 'src', 'main', 'index.ts'), 'two');
    expect(isBuilt(root)).toBe(false);
    writeFileSync(join(root, 'src', 'main', 'index.ts'), 'one');
    expect(isBuilt(root)).toBe(true);
  });

  it('is old when a source is new or has gone', () => {
    writeFileSync(join(root, 'src', 'main', 'new.ts'), '');
    expect(isBuilt(root)).toBe(false);
    rmSync(join(root, 'src', 'main', 'new.ts'));
    rmSync(join(root, 'src', 'main', 'index.ts'));
    expect(isBuilt(root)).toBe(false);
  });

  it('does not depend on tests', () => {
    writeFileSync(join(root, 'src', 'main', 'index.test.ts'), '');
    expect(isBuilt(root)).toBe(true);
  });

  it('is not there in a bare checkout', () => {
    rmSync(join(root, 'out'), { recursive: true });
    expect(isBuilt(root)).toBe(false);
  });
});

it('the built page holds nothing of the gallery', () => {
  const files = globSync('out/renderer/**/*.{html,js}', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(1);
  const ofGallery = files.filter((file) =>
    /gallery|a-very-long-name-that-somebody/i.test(file + readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(ofGallery).toEqual([]);
});
