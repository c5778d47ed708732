import { createHash } from 'node:crypto';
import { partitionOf } from '../../core/partition.ts';
import type { SecretRecord } from './secrets.ts';

/** The stage of the version that one gets who asks for none. */
export const CURRENT = 'AWSCURRENT';

interface NewSecret {
  readonly home: { readonly region: string; readonly accountId: string };
  readonly name: string;
  readonly createdAt: Date;
  /** Without a text and bytes, the secret has no version yet. */
  readonly value: {
    readonly versionId: string;
    readonly text: string | undefined;
    readonly bytes?: Uint8Array | undefined;
  };
  /** The six characters at the end of its ARN, where they are known. */
  readonly suffix?: string;
  readonly details?: {
    readonly description: string | undefined;
    readonly kmsKeyId: string | undefined;
    readonly tags: SecretRecord['tags'] | undefined;
  };
}

export function newSecret({ home, name, createdAt, value, suffix, details }: NewSecret): SecretRecord {
  const { versionId, text, bytes } = value;
  const version = { id: versionId, stages: [CURRENT], text, bytes, createdAt };
  const end = suffix ?? suffixOf(versionId);
  return {
    name,
    arn: `arn:${partitionOf(home.region)}:secretsmanager:${home.region}:${home.accountId}:secret:${name}-${end}`,
    description: details?.description,
    kmsKeyId: details?.kmsKeyId,
    tags: details?.tags ?? [],
    createdAt,
    changedAt: createdAt,
    versions: text === undefined && bytes === undefined ? [] : [version],
    deletion: undefined,
  };
}

/** Another one for each secret, so that one made again under the same name has another ARN, as in AWS. */
function suffixOf(versionId: string): string {
  const letters = createHash('sha256').update(versionId).digest('base64').replaceAll(/[+/=]/g, '');
  return letters.slice(0, 6);
}
