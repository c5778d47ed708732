import { trimEndOf } from '../../../../shared/trim-end.ts';

/** Where an image's image version came from, by its labels. */
interface SourceCommit {
  readonly source?: string | undefined;
  readonly commit?: string | undefined;
}

const COMMIT = /^[0-9a-f]{7,64}$/;

/** Owner, groups and name, in the characters that the three allow. */
const PATH = /^(?:\/[\w.-]{1,100}){2,20}$/;

/**
 * An https address that shows the commits between two images, on github.com, gitlab.com or bitbucket.org. Undefined
 * unless both name the same source and different commits there. Labels are written by whoever builds an image: a host
 * that only starts like one of the three is none.
 */
export function commitsUrl(before: SourceCommit, after: SourceCommit): string | undefined {
  if (before.source === undefined || before.source !== after.source) return undefined;
  const { commit: from } = before;
  const { commit: to } = after;
  if (from === undefined || to === undefined || from === to) return undefined;
  if (!COMMIT.test(from) || !COMMIT.test(to)) return undefined;

  const repository = repositoryAddress(before.source);
  if (repository === undefined) return undefined;
  switch (new URL(repository).host) {
    case 'github.com':
      return `${repository}/compare/${from}...${to}`;
    case 'gitlab.com':
      return `${repository}/-/compare/${from}...${to}`;
    case 'bitbucket.org':
      return `${repository}/branches/compare/${to}%0D${from}`;
    default:
      return undefined;
  }
}

/** A label of an image may have megabytes. No browser is given more than this. */
const LONGEST_ADDRESS = 2048;

/** `https://host/owner/name` of a source label, without credentials, `.git`, query or fragment. */
function repositoryAddress(source: string): string | undefined {
  if (source.length > LONGEST_ADDRESS) return undefined;
  const address = URL.parse(source);
  if (address === null || address.protocol !== 'https:') return undefined;
  const path = trimEndOf(address.pathname, '/').replace(/\.git$/, '');
  return PATH.test(path) ? `https://${address.host}${path}` : undefined;
}
