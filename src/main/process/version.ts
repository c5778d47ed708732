import packageJson from '../../../package.json' with { type: 'json' };

interface PackageFacts {
  readonly version: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
}

const facts: PackageFacts = packageJson;

/** The version of this build. */
export const VERSION: string = facts.version;

/** Where the documentation is, if the package names a place. */
export const HOMEPAGE: string | undefined = facts.homepage;

/** Where problems are reported, if the package names a place. */
export const ISSUES: string | undefined = facts.bugs?.url;
