import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIncluded } from '../testing/list-included.ts';
import { type Judgement, readIgnoreRules } from './ignore-patterns.ts';

function ignores(lines: string, path: string): boolean {
  const rules = readIgnoreRules(lines, '.dockerignore');
  const folders = path.split('/');
  let judgement: Judgement | undefined;
  for (const index of folders.keys()) {
    judgement = rules.judge(folders.slice(0, index + 1).join('/'), judgement);
  }
  return judgement?.isIgnored === true;
}

describe('a pattern of .dockerignore', () => {
  // What Docker does with each is fixed by the tests of github.com/moby/patternmatcher and of Go's path/filepath.
  it.each([
    ['**', ['file', 'dir/file'], []],
    ['**/', ['file', 'dir/file'], []],
    ['**/**', ['file', 'dir/file'], []],
    ['dir/**', ['dir/file', 'dir/a/b'], ['dir', 'other/file']],
    ['**/dir', ['dir', 'a/dir', 'a/b/dir', 'a/dir/file'], ['adir', 'a/dirs']],
    ['**dir', ['dir', 'a/dir', 'adir', 'a/adir'], ['dirs']],
    ['**/a/*', ['a/b', 'x/y/a/b', 'a/b/c'], ['a', 'b/c']],
    ['**/*.txt', ['a.txt', 'x/y/a.txt'], ['a.txt2', 'txt']],
    ['a**/*.txt', ['a/f.txt', 'a/x/f.txt'], ['b/f.txt', 'ab/f.md']],
    ['a/*.txt', ['a/f.txt'], ['a/b/f.txt', 'f.txt']],
    ['a/*.txt**', ['a/f.txt', 'a/f.txt2'], ['a/f']],
    ['a*b*c*/f', ['axbxc/f', 'abcxx/f'], ['axb/c/f', 'abc/ff']],
    ['a[b-d]e', ['ace', 'ade/file'], ['ae', 'aae', 'abde']],
    ['a[^b-d]e', ['aze', 'a☺e'], ['ace']],
    ['[a-ζ]x', ['αx'], ['Ax']],
    ['[\\]a]', [']', 'a'], ['b']],
    ['[x\\-z]', ['x', '-', 'z'], ['y']],
    ['a?b', ['a☺b', 'a.b'], ['ab', 'a/b', 'a..b']],
    ['a\\*b', ['a*b'], ['axb', 'ab']],
    ['a\\\\', ['a\\'], ['a']],
    ['.*', ['.foo', '.a/b'], ['foo', 'a/.foo']],
    ['abc.def', ['abc.def'], ['abcZdef']],
    ['a(b).|)$(}+{bc', ['a(b).|)$(}+{bc'], ['ab']],
    ['dist/*.whl', ['dist/proxy-2.4+g0-any.whl'], ['dist/x/proxy.whl']],
    ['/docs/', ['docs', 'docs/a'], ['a/docs']],
    ['./a/../docs', ['docs/b'], ['a']],
    ['  docs  ', ['docs'], []],
    // U+0085 is a space for Go and none for JavaScript, and the mark of a byte order the other way round.
    ['\u0085docs\u00a0', ['docs'], []],
    ['docs\n\uFEFFa', ['docs', '\uFEFFa'], ['a']],
    ['../up', [], ['up']],
    ['a^b', ['a^b'], ['ab']],
  ])('%s leaves out what Docker leaves out', (pattern, ignored, kept) => {
    for (const path of ignored) expect([path, ignores(pattern, path)]).toEqual([path, true]);
    for (const path of kept) expect([path, ignores(pattern, path)]).toEqual([path, false]);
  });

  it('is a comment only where the line begins with #', () => {
    expect(ignores('#a', '#a')).toBe(false);
    expect(ignores(' #a', '#a')).toBe(true);
  });

  it.each(['[', 'a[', '[^', '[^bc', '[]a]', '[-x]', '[x-]', '[a-b-c]', 'a\\', '!', '! '])(
    'is refused with its line where Docker refuses it: %s',
    (pattern) => {
      const error = expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('Line 2 of .dockerignore'),
      });
      expect(() => readIgnoreRules(`ok\n${pattern}`, '.dockerignore')).toThrow(error);
    },
  );
});

describe('several patterns of .dockerignore', () => {
  it.each([
    [['**', '!util/web'], 'util/web/foo', false],
    [['**', '!util/web', 'util/web/foo'], 'util/web/foo', true],
    [['docs', '!docs/README.md'], 'docs/README.md', false],
    [['docs/*', '!docs/README.md'], 'docs/other.md', true],
    [['!a.go', '*.go'], 'a.go', true],
    [['*.go', '! a.go'], 'a.go', false],
    [['logs/*', '!logs'], 'logs/1.log', true],
    [['logs', '!logs', 'logs/2.log'], 'logs/1.log', false],
    [['logs', '!logs', 'logs/2.log'], 'logs/2.log', true],
    [['*', '!**/*.txt'], 'a/b.txt', false],
  ])('apply the last one that matches: %j', (patterns, path, isIgnored) => {
    expect(ignores(patterns.join('\r\n'), path)).toBe(isIgnored);
  });

  it('say whether one of them is an exception', () => {
    expect(readIgnoreRules('a\n!b', 'x').hasExceptions).toBe(true);
    expect(readIgnoreRules('a\n\n#!b', 'x').hasExceptions).toBe(false);
  });

  it('are refused where together they are longer than 64 KiB', () => {
    const text = 'a-folder-of-mine\n'.repeat(5000);
    expect(() => readIgnoreRules(text, '.dockerignore')).toThrow('80000 characters together');
  });
});

it('a pattern is matched at once where backtracking would take minutes', async () => {
  const hostile = '*a*a*a*a*a*a*a*a*b\n**/*a**/*a**/*a**/*a**/*a**/*b\n[^b]*[^b]*[^b]*[^b]*[^b]*[^b]*b\n';
  const folder = await mkdtemp(join(tmpdir(), 'slipway-ignore-'));
  const name = 'a'.repeat(250);
  await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'aaaaaaaab'), '');
  await writeFile(join(folder, '.dockerignore'), hostile);
  const paths = await listIncluded(folder, 'Dockerfile', new AbortController().signal);
  expect([...paths].sort()).toEqual(['.dockerignore', name]);
  await rm(folder, { recursive: true });
});

it('a pattern matches like Docker’s regular expression for it, for short paths', () => {
  const parts = fc.constantFrom('a', 'b', '.', '/', '*', '**', '**/', '?', '[ab]', '[^a]', '\\*', '+');
  const pattern = fc.array(parts, { minLength: 1, maxLength: 6 }).map((each) => each.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', '.', '*', '+'), { minLength: 1, maxLength: 3 });
  const path = fc
    .array(name, { minLength: 1, maxLength: 3 })
    .map((names) => names.map((each) => each.join('')).join('/'));
  fc.assert(
    fc.property(pattern, path, (text, file) => {
      const clean = readClean(text);
      fc.pre(clean !== undefined && !file.split('/').some((each) => /^\.+$/.test(each)));
      expect(ignores(text, file)).toBe(matchesAsDocker(clean ?? '', file));
    }),
    { numRuns: 5000 },
  );
});

/** Undefined: cleaning would change it, which has a test of its own. */
function readClean(pattern: string): string | undefined {
  return /^\/|\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\*{3}/.test(pattern) ? undefined : pattern;
}

/** The rules of github.com/moby/patternmatcher with JavaScript's regular expressions: exponential for long patterns. */
function matchesAsDocker(pattern: string, path: string): boolean {
  const folders = path.split('/');
  const paths = folders.map((_, index) => folders.slice(0, index + 1).join('/'));
  const isSuffix = pattern.startsWith('**') && !/[*?[\]\\]/.test(pattern.slice(2));
  if (isSuffix) {
    const suffix = pattern.slice(2);
    return paths.some((each) => each.endsWith(suffix) || `/${each}` === suffix);
  }
  const source = pattern.replaceAll(/\\.|\[[^\]]*\]|\*\*\/?$|\*\*\/?|[*?.+()|{}$^]/g, (part) => {
    if (part.startsWith('\\') || part.startsWith('[')) return part;
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (!part.startsWith('**')) return `\\${part}`;
    return '(.*/)?';
  });
  const whole = new RegExp(`^${source.endsWith('(.*/)?') ? `${source.slice(0, -6)}.*` : source}$`, 's');
  return paths.some((each) => whole.test(each));
}
