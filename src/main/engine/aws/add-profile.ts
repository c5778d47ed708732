import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../../make-folder.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { NewProfile } from '../../../shared/model/account.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import { readRegularFile } from '../storage/regular-file.ts';
import { sessionNameOf } from './session-of-profile.ts';
import { readSharedConfig, type SharedSection, sharedFilePaths, type Variables } from './shared-config.ts';

/**
 * Adds a profile at the end of the shared config file and returns its path; everything before stays as it is, with comments and access rights.
 * Throws CONFLICT for a name that there is in either file, or when the file was changed at the same moment, and UNAVAILABLE
 * when it cannot be written.
 */
export async function addProfile(
  { name, session, accountId, roleName, region }: NewProfile,
  environment: Variables,
): Promise<string> {
  const { configFilepath: file } = sharedFilePaths(environment);
  const before = textOf(file);
  const { profiles } = await readSharedConfig(environment);
  const existing = profiles.get(name);
  if (existing !== undefined) {
    throw new SlipwayError(
      'CONFLICT',
      `There is a profile ${name} already (${existing.place}). Choose another name; nothing was written.`,
    );
  }
  const like = [...profiles.values()].find((profile) => sessionNameOf(profile) === session);
  const section = [
    `[profile ${name}]`,
    ...signInLines(session, like),
    `sso_account_id = ${accountId}`,
    `sso_role_name = ${roleName}`,
    `region = ${region}`,
    ...settingsLike(like),
    '',
  ].join('\n');
  const gap = before === undefined || before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  try {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    makeFolder(dirname(file));
    replacePrivateFile(file, `${before ?? ''}${gap}${section}`, () => {
      if (textOf(file) !== before) throw changedMeanwhile(file);
    });
    if (mode !== undefined) chmodSync(file, mode & 0o777);
    return file;
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw new SlipwayError(
      'UNAVAILABLE',
      `${file} cannot be written, so the profile ${name} was not added. Check that you can write it.`,
      { cause: error },
    );
  }
}

/** The older form has the address and the region of the Identity Center in each profile. */
function signInLines(session: string, like: SharedSection | undefined): readonly string[] {
  const region = like?.settings.get('sso_region')?.text;
  return like === undefined || like.settings.has('sso_session') || region === undefined
    ? [`sso_session = ${session}`]
    : [`sso_start_url = ${session}`, `sso_region = ${region}`];
}

/** How the session is reached: other endpoints, and the certificates of a company's proxy. */
const OF_CONNECTION = [
  'endpoint_url',
  'services',
  'ignore_configured_endpoint_urls',
  'ca_bundle',
  'use_fips_endpoint',
  'use_dualstack_endpoint',
];

/** The lines of another profile of the session without which the AWS CLI would go elsewhere with the new one. */
function settingsLike(profile: SharedSection | undefined): readonly string[] {
  return OF_CONNECTION.flatMap((name) => {
    const text = profile?.settings.get(name)?.text ?? '';
    return text === '' ? [] : [`${name} = ${text}`];
  });
}

function changedMeanwhile(file: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `${file} was changed at the same moment. Nothing was written; try again.`,
  );
}

const MOST_BYTES = 8 * 1024 * 1024;

/** Undefined where there is no file. Throws UNAVAILABLE for one that cannot be read, such as a folder. */
function textOf(file: string): string | undefined {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  try {
    return readRegularFile(file, MOST_BYTES);
  } catch (cause) {
    throw new SlipwayError(
      'UNAVAILABLE',
      `${file} could not be read, so the profile was not added. Check that it is a file and that you can read it.`,
      { cause },
    );
  }
}
