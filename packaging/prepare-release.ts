import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/checkout.mjs';
import { withRelease } from './changelog.ts';
import { nextVersion } from './next-version.ts';
import { versionOf, withVersion } from './package-version.ts';

/** Between two commit messages: they hold no NUL. */
const SEPARATOR = '%x00';

/** What `npm run release` does: puts the next version into the changelog and the package files, and commits nothing. */
function prepareRelease(root: string): string {
  const current = versionOf(readFileSync(join(root, 'package.json'), 'utf8'));
  const lastTag = lastReleaseTag(root);
  // The first release is the version that stands in package.json.
  const version = lastTag === undefined ? current : nextVersion(current, messagesSince(root, lastTag));

  const date = new Date().toISOString().slice(0, 10);
  rewrite(join(root, 'CHANGELOG.md'), (text) => withRelease(text, version, date));
  rewrite(join(root, 'package.json'), (text) => withVersion(text, version));
  rewrite(join(root, 'package-lock.json'), (text) => withVersion(text, version));
  return version;
}

function lastReleaseTag(root: string): string | undefined {
  const tags = git(root, ['tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname']);
  return tags.split('\n')[0] || undefined;
}

function messagesSince(root: string, tag: string): readonly string[] {
  return git(root, ['log', `--format=%B${SEPARATOR}`, `${tag}..HEAD`])
    .split('\0')
    .map((message) => message.trim())
    .filter((message) => message !== '');
}

function git(root: string, args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

try {
  const version = prepareRelease(ROOT);
  process.stdout.write(
    `Slipway ${version} is prepared. Read the changelog, then:\n\n` +
      `  git commit --all --message "chore: release ${version}"\n` +
      `  git tag --annotate v${version} --message "Slipway ${version}"\n` +
      '  git push --follow-tags\n',
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
