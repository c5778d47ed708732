import { isAbsolute } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { BuildSecret } from '../../../shared/model/docker.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import { readRegularFile } from '../storage/regular-file.ts';

/** Each is looked for in all that a build prints, so it is kept in pieces. */
const LARGEST_SECRET_KIB = 32;

interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secrets: KnownSecrets;
}

/** A secret as the Docker command line takes it: a variable of its environment, or a file. */
export type ReadSecret =
  | { readonly id: string; readonly value: string }
  | { readonly id: string; readonly file: string };

/**
 * Reads the secrets of a build before it starts, so that a missing one is reported first and a step that prints one has it
 * hidden in the log. Throws INVALID_INPUT for a variable that is not set and a file that cannot be read.
 */
export function readBuildSecrets(
  wanted: readonly BuildSecret[],
  { environment, secrets }: SecretSources,
): readonly ReadSecret[] {
  return wanted.map((secret) => {
    const value = 'variable' in secret ? environment[secret.variable] : contentOf(secret);
    if (value === undefined || value === '') throw missing(secret);
    // A step prints a key line by line.
    secrets.add(value.trim(), ...value.split(/\r?\n/).map((line) => line.trim()));
    return 'variable' in secret ? { id: secret.id, value } : { id: secret.id, file: secret.file };
  });
}

function contentOf({ file }: Extract<BuildSecret, { readonly file: string }>): string | undefined {
  if (!isAbsolute(file)) return undefined;
  try {
    return readRegularFile(file, LARGEST_SECRET_KIB * 1024);
  } catch {
    return undefined;
  }
}

function missing(secret: BuildSecret): SlipwayError {
  const why =
    'variable' in secret
      ? `the variable ${secret.variable} is not set in the environment that Slipway was started in`
      : `${secret.file} is not a file with content of at most ${LARGEST_SECRET_KIB} KiB that can be read`;
  return new SlipwayError(
    'INVALID_INPUT',
    `The build secret ${secret.id} has no value: ${why}. Nothing was built.`,
  );
}
