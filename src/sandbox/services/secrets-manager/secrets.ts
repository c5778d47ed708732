import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

/** One value of a secret. */
export interface SecretVersion {
  readonly id: string;
  /** For example `AWSCURRENT`. A version without any is deprecated. */
  readonly stages: readonly string[];
  readonly text: string | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly createdAt: Date;
}

export interface SecretRecord {
  readonly name: string;
  /** Ends with six random characters that the name does not have. */
  readonly arn: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  /** Since when nobody can read it, and from when on it is gone. */
  readonly deletion: { readonly markedAt: Date; readonly goneAt: Date } | undefined;
}

/** The secrets of a region by their names. */
export type Secrets = Table<SecretRecord>;

export function createSecrets(stored: StoredTable = KEEPS_NOTHING): Secrets {
  return createTable<SecretRecord>(
    ({ name }) => name,
    () => '',
    stored,
  );
}

/**
 * The secret of a name, of an ARN, or of an ARN without its six characters at the end. Undefined when there is none, or
 * its recovery window has ended.
 */
export function secretOf(secrets: Secrets, id: string, now: Date): SecretRecord | undefined {
  const found = secrets.get(nameIn(id)) ?? [...secrets.all()].find(({ arn }) => arn === id);
  if (found === undefined || (id.startsWith('arn:') && !found.arn.startsWith(id))) return undefined;
  return found.deletion !== undefined && found.deletion.goneAt <= now ? undefined : found;
}

const ARN = /^arn:aws[a-z-]*:secretsmanager:[^:]+:\d{12}:secret:(?<name>.+)$/;

function nameIn(id: string): string {
  return ARN.exec(id)?.groups?.name ?? id;
}
