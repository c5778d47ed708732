const UNRELEASED = '## [Unreleased]';

/**
 * The section of a version in a changelog (https://keepachangelog.com/en/1.1.0/), without its heading. Throws a
 * sentence where the version has none, or an empty one.
 */
export function releaseNotes(changelog: string, version: string): string {
  const notes = sectionOf(changelog, `## [${version}]`);
  if (notes === undefined)
    throw new Error(`CHANGELOG.md has no section for ${version}. Run npm run release first.`);
  if (notes === '')
    throw new Error(`The section for ${version} in CHANGELOG.md is empty. Write what has changed.`);
  return notes;
}

/**
 * The changelog with what is unreleased under a heading of its own, and an empty `Unreleased` above it. Throws a
 * sentence where there is nothing to release.
 *
 * @param date of the release, such as 2026-11-28
 */
export function withRelease(changelog: string, version: string, date: string): string {
  const unreleased = sectionOf(changelog, UNRELEASED);
  if (unreleased === undefined) throw new Error(`CHANGELOG.md has no heading "${UNRELEASED}".`);
  if (unreleased === '') {
    throw new Error(
      `Nothing stands under "${UNRELEASED}" in CHANGELOG.md. Write there what people will notice.`,
    );
  }
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${date}`);
}

/** The lines below a heading, up to the next one of its level. */
function sectionOf(changelog: string, heading: string): string | undefined {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line === heading || line.startsWith(`${heading} `));
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}
