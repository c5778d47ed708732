import { randomBytes } from 'node:crypto';
import { GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { type AwsJsonService, awsError, operation, operationsByName } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';

/** The data keys that were generated and not used yet. */
export interface DataKeys {
  readonly service: AwsJsonService;
  /** What an agent gets from KMS for an encrypted data key; undefined for another key or another encryption context. */
  readonly open: (encrypted: Buffer, context: Readonly<Record<string, string>>) => Buffer | undefined;
}

const BYTES = { AES_128: 16, AES_256: 32 } as const;

/**
 * KMS as far as encrypted sessions need it: every id is a key, and a data key can be opened once.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 */
export function createDataKeys(): DataKeys {
  const keys = new Map<string, { readonly plaintext: Buffer; readonly context: string }>();
  return {
    service: {
      name: 'KMS',
      targetPrefix: 'TrentService',
      operations: operationsByName([
        operation(
          GenerateDataKeyCommand,
          ({ KeyId = '', KeySpec, NumberOfBytes, EncryptionContext = {} }, { region, accountId }) => {
            const bytes = NumberOfBytes ?? (KeySpec === undefined ? undefined : BYTES[KeySpec]);
            if (bytes === undefined || (NumberOfBytes !== undefined && KeySpec !== undefined))
              throw awsError('ValidationException', 'Please specify either number of bytes or key spec.');
            const plaintext = randomBytes(bytes);
            const encrypted = randomBytes(bytes + 92);
            keys.set(encrypted.toString('base64'), { plaintext, context: asText(EncryptionContext) });
            const home = `arn:${partitionOf(region)}:kms:${region}:${accountId}`;
            const arn = `${home}:${KeyId.includes('/') ? KeyId : `key/${KeyId}`}`;
            return {
              CiphertextBlob: encrypted,
              Plaintext: plaintext,
              KeyId: KeyId.startsWith('arn:') ? KeyId : arn,
            };
          },
        ),
      ]),
    },
    open(encrypted, context) {
      const id = encrypted.toString('base64');
      const known = keys.get(id);
      if (known === undefined || known.context !== asText(context)) return undefined;
      keys.delete(id);
      return known.plaintext;
    },
  };
}

function asText(context: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(context).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
