type Change = 'breaking' | 'feature' | 'fix';

/** `feat(engine)!: ` and the like, at the start of a commit message. */
const SUBJECT = /^(?<type>[a-z]+)(?:\([^()\n]*\))?(?<breaking>!)?: /;
const BREAKING_FOOTER = /^BREAKING[ -]CHANGE: /m;

/**
 * The version after one, as the messages of its commits ask for it: https://www.conventionalcommits.org/en/v1.0.0/
 * What does not follow that convention counts as a fix. Before 1.0.0 a breaking change is a minor version.
 *
 * @param current such as 1.4.2
 */
export function nextVersion(current: string, messages: readonly string[]): string {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(current)?.slice(1).map(Number);
  const [major, minor, patch] = parts ?? [];
  if (major === undefined || minor === undefined || patch === undefined) {
    throw new Error(`${current} is not a version of three numbers. Set one in package.json.`);
  }
  const changes = new Set(messages.map(changeOf));
  if (changes.has('breaking') && major > 0) return `${major + 1}.0.0`;
  if (changes.has('breaking') || changes.has('feature')) return `${major}.${minor + 1}.0`;
  return `${major}.${minor}.${patch + 1}`;
}

function changeOf(message: string): Change {
  const { type, breaking } = SUBJECT.exec(message)?.groups ?? {};
  if (breaking !== undefined || BREAKING_FOOTER.test(message)) return 'breaking';
  return type === 'feat' ? 'feature' : 'fix';
}
