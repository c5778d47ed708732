/** Where an image's software came from, by its labels. */
export interface SourceCommit {
  readonly source?: string | undefined;
  readonly commit?: string | undefined;
}

const COMMIT = /^[0-9a-f]{7,64}$/;

/**
 * An https address that shows the commits between two images, on GitHub, GitLab or Bitbucket. Undefined unless both
 * name the same source and different commits there.
 */
export function commitsUrl(before: SourceCommit, after: SourceCommit): string | undefined {
  if (before.source === undefined || before.source !== after.source) return undefined;
  const { commit: from } = before;
  const { commit: to } = after;
  if (from === undefined || to === undefined || from === to) return undefined;
  if (!COMMIT.test(from) || !COMMIT.test(to)) return undefined;

  const repository = repositoryAddress(before.source);
  if (repository === undefined) return undefined;
  const { host } = new URL(repository);
  if (isHostOf('github', host)) return `${repository}/compare/${from}...${to}`;
  if (isHostOf('gitlab', host)) return `${repository}/-/compare/${from}...${to}`;
  if (host === 'bitbucket.org') return `${repository}/branches/compare/${to}%0D${from}`;
  return undefined;
}

/** A label of an image may have megabytes. No browser is given more than this. */
const LONGEST_ADDRESS = 2048;

/** `https://host/owner/name` of a source label, without credentials, `.git`, query or fragment. */
function repositoryAddress(source: string): string | undefined {
  if (source.length > LONGEST_ADDRESS) return undefined;
  const address = URL.parse(source);
  if (address === null || address.protocol !== 'https:') return undefined;
  const path = address.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return path.split('/').length < 3 ? undefined : `https://${address.host}${path}`;
}

/** The public site, or one of a company's own such as `gitlab.example.com`. */
function isHostOf(product: 'github' | 'gitlab', host: string): boolean {
  return host === `${product}.com` || host.startsWith(`${product}.`);
}
