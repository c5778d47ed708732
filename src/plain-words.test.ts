import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const TEXT = /\.(?:tsx?|mts|mjs|css|html|md)$/;
/** This list of what was replaced. */
const NOT_HELD = join('src', 'plain-words.test.ts');

/** Old wording that cannot be mistaken for ordinary English, with the wording that replaces it in docs/glossary.md. */
const REPLACED: readonly (readonly [old: string, now: string])[] = [
  ['UNBROKEN', 'NEVER_ABORTED'],
  ['patiently', 'withRetry'],
  ['surely(', 'retryIdempotent('],
  ['niceToKnow', 'optionalReads'],
  ['brokenOff', 'interrupted'],
  ['guilty', 'failed'],
  ['InWords', 'Label'],
  ['List anew', 'Refresh'],
  ['Look again', 'Refresh'],
  ['Plan again', 'Refresh'],
  ['Delete for good', 'Delete permanently'],
  ['deleted for good', 'deleted permanently'],
  ['broken off', 'interrupted'],
  ['not there any more', 'no longer exists'],
  ['not known whether', "couldn't verify"],
  ['See to it', 'Fix it'],
  ['Release to many', 'Bulk release'],
  ['Other sides', 'Change selection'],
  ['Ran before', 'Previous revision'],
  ['What would help', 'Next steps'],
  ['The house', 'Modules'],
  ['The rooms', 'Modules'],
  ['goOnAfter', 'resumeAfter'],
  ['mayGoOn', 'mayContinue'],
  ['isUnderWay', 'isInProgress'],
  ['becameOf', 'outcomeOf'],
  ['tellService', 'startRollout'],
  [' anew', ' again'],
  ['under way', 'in progress'],
  ['broken-off', 'interrupted'],
  ['release to many services', 'bulk release'],
  ['no known state', 'an unknown state'],
  ['gives no reason', 'gave no reason'],
  ['keeps nothing this time', 'is kept in memory'],
  ['a task of its own runs', 'a standalone task runs'],
  ['## What it does not', '## Limitations'],
  ['Who is answered', 'Access'],
];

const FILES = [
  'README.md',
  ...['src', 'docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && TEXT.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  ),
].filter((file) => file !== NOT_HELD);

it('the wording that docs/glossary.md replaced is gone from the source and the docs', () => {
  const found = FILES.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return REPLACED.filter(([old]) => text.includes(old)).map(([old, now]) => `${file}: ${old} → ${now}`);
  });
  expect(FILES.length).toBeGreaterThan(500);
  expect(found).toEqual([]);
});
