import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/checkout.mjs';
import { releaseNotes } from './changelog.ts';
import { versionOf } from './package-version.ts';

/** Prints the changelog's section for a tag such as v1.4.2. Fails where the tag is not the version of package.json. */
function notesForTag(root: string, tag: string | undefined): string {
  const version = versionOf(readFileSync(join(root, 'package.json'), 'utf8'));
  if (tag !== `v${version}`) {
    throw new Error(
      `The tag ${tag ?? '(none)'} is not v${version}, the version of package.json. Tag the commit of that version instead.`,
    );
  }
  return releaseNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
}

try {
  process.stdout.write(`${notesForTag(ROOT, process.argv[2])}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
