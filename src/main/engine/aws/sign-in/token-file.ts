import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../../../make-folder.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import { replacePrivateFile } from '../../storage/private-files.ts';
import { readRegularFile } from '../../storage/regular-file.ts';

/** A time as the AWS CLI writes it. */
export const Moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

/**
 * A token of IAM Identity Center as the AWS CLI keeps it, so that both share one sign-in. Client and refresh token are
 * missing in the older form.
 */
export const SsoToken = lazyObject(() => ({
  accessToken: z.string().min(1),
  expiresAt: Moment,
  startUrl: z.string().optional(),
  region: z.string().optional(),
  refreshToken: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  registrationExpiresAt: Moment.optional(),
}));
export type SsoToken = Readonly<z.infer<typeof SsoToken>>;

/** Tokens have a few kilobytes. */
const MOST_BYTES = 256 * 1024;

/** The token in a file of the CLI's cache; undefined where there is none that can be read. */
export function readTokenFile<Token>(file: string, shape: z.ZodType<Token>): Token | undefined {
  try {
    return shape.safeParse(JSON.parse(readRegularFile(file, MOST_BYTES))).data;
  } catch {
    // No file, one of somebody else's or a damaged one: each time a person signs in, and the file is written again.
    return undefined;
  }
}

/** Writes it for its owner alone. Throws what the system throws. */
export function writeTokenFile(file: string, token: object): void {
  makeFolder(dirname(file));
  replacePrivateFile(file, JSON.stringify(token));
}
