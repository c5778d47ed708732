import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOC = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');

/** The tests that a text names as `file › title`. */
function namedTests(text: string): readonly (readonly [file: string, title: string])[] {
  return [...text.matchAll(/`([^`›]+) › ([^`]+)`/g)].map(([, file = '', title = '']) => [file, title]);
}

describe('docs/security.md', () => {
  it('names a test for each of the 28 rules of the Electron security checklist', () => {
    const rows = DOC.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual(
      Array.from({ length: 28 }, (_, index) => index + 1),
    );
    for (const row of rows) expect([row, namedTests(row).length]).not.toEqual([row, 0]);
  });

  it.each(namedTests(DOC))('names a test that exists: %s › %s', (file, title) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    const source = readFileSync(join(ROOT, file), 'utf8');
    expect(isTitleIn(source, title)).toBe(true);
  });
});

/** A row of `it.each` gives the end of a title, and the table only its start. */
function isTitleIn(source: string, title: string): boolean {
  const [start = ''] = title.split(' that would ');
  return (
    source.includes(title) || (source.includes(`${start} that would %s'`) && source.includes(endOf(title)))
  );
}

function endOf(title: string): string {
  return `'${title.split(' that would ')[1] ?? ''}'`;
}
