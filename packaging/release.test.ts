import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/checkout.mjs';
import { releaseNotes, withRelease } from './changelog.ts';
import { nextVersion } from './next-version.ts';
import { versionOf, withVersion } from './package-version.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Waves.

## [1.0.0] - 2026-01-31

### Fixed

- Names.
`;

describe('the next version', () => {
  it.each([
    ['a patch after fixes', '1.4.2', ['fix: a', 'docs: b'], '1.4.3'],
    [
      'a patch after messages of no convention',
      '1.4.2',
      ['Names are shown in full', 'feat without a colon'],
      '1.4.3',
    ],
    ['a minor one after a feature', '1.4.2', ['fix: a', 'feat(engine): b'], '1.5.0'],
    ['a major one after a breaking change', '1.4.2', ['feat!: a', 'fix: b'], '2.0.0'],
    ['a major one after a footer that says so', '1.4.2', ['fix: a\n\nWhy.\n\nBREAKING CHANGE: b'], '2.0.0'],
    ['a minor one after a breaking change before 1.0.0', '0.4.2', ['refactor(api)!: a'], '0.5.0'],
  ])('is %s', (_title, current, messages, next) => {
    expect(nextVersion(current, messages)).toBe(next);
  });

  it('cannot be told of something that is no version', () => {
    expect(() => nextVersion('next', [])).toThrow('next is not a version of three numbers');
  });
});

describe('the changelog', () => {
  it('of the repository has a place for what is unreleased', () => {
    const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toMatch(/^## \[Unreleased\]$/m);
  });

  it('gets a heading for what was unreleased', () => {
    const released = withRelease(CHANGELOG, '1.1.0', '2026-02-28');
    expect(released).toContain('## [Unreleased]\n\n## [1.1.0] - 2026-02-28\n\n### Added\n\n- Waves.');
    expect(releaseNotes(released, '1.1.0')).toBe('### Added\n\n- Waves.');
    expect(releaseNotes(released, '1.0.0')).toBe('### Fixed\n\n- Names.');
  });

  it('is refused when it says nothing about the version', () => {
    expect(() => releaseNotes(CHANGELOG, '1.1.0')).toThrow('no section for 1.1.0');
    const released = withRelease(CHANGELOG, '1.1.0', '2026-02-28');
    expect(() => withRelease(released, '1.2.0', '2026-03-31')).toThrow('Nothing stands under');
  });
});

it('a version is set in package.json and twice in package-lock.json', () => {
  const lock = JSON.stringify({
    name: 'a',
    version: '1.0.0',
    packages: { '': { version: '1.0.0' }, b: { version: '3.0.0' } },
  });
  expect(JSON.parse(withVersion(lock, '1.1.0'))).toEqual({
    name: 'a',
    version: '1.1.0',
    packages: { '': { version: '1.1.0' }, b: { version: '3.0.0' } },
  });
  const packageJson = readFileSync(join(ROOT, 'package.json'), 'utf8');
  expect(withVersion(packageJson, versionOf(packageJson))).toBe(packageJson);
});
