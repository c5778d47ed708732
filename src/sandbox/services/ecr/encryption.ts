import { type EncryptionConfiguration, KmsException$ } from '@aws-sdk/client-ecr';
import { awsError, type CallContext } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import { invalidParameter } from './invalid-parameter.ts';

const AMAZON_S3_KEYS: EncryptionConfiguration = { encryptionType: 'AES256' };

/** The id of the AWS managed key for ECR, `aws/ecr`, in every region of the sandbox. */
const MANAGED_KEY_ID = '5a4d8b0e-0000-4000-8000-0000000000ec';

const KEY_ARN = /^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\d{12}:(?:key|alias)\/.+$/;

/**
 * The encryption of a new repository, with its key as an ARN. Without one it is AES256, and KMS without a key uses the
 * AWS managed key for ECR. Nothing is encrypted here.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html
 *
 * @throws AwsError `InvalidParameterException` for a key of AES256, `KmsException` for a key of another region.
 */
export function encryptionOf(
  wanted: EncryptionConfiguration | undefined,
  context: CallContext,
): EncryptionConfiguration {
  if (wanted === undefined) return AMAZON_S3_KEYS;
  const { encryptionType, kmsKey } = wanted;
  if (encryptionType !== 'AES256') return { encryptionType, kmsKey: keyArn(kmsKey, context) };
  if (kmsKey === undefined) return AMAZON_S3_KEYS;
  throw invalidParameter(
    'encryptionConfiguration',
    'KmsKey can only be specified with the encryption types KMS and KMS_DSSE',
  );
}

/** "The alias, key ID, or full ARN of the KMS key can be specified. The key must exist in the same Region." */
function keyArn(key = MANAGED_KEY_ID, { region, accountId }: CallContext): string {
  const home = `arn:${partitionOf(region)}:kms:${region}:${accountId}`;
  if (!key.startsWith('arn:')) return `${home}:${key.startsWith('alias/') ? key : `key/${key}`}`;
  if (KEY_ARN.exec(key)?.groups?.region === region) return key;
  throw awsError(KmsException$, `The KMS key '${key}' does not exist in the region ${region}`, {
    members: { kmsError: 'NotFoundException' },
  });
}

/** The encryption that a repository shows. */
export function shownEncryption(encryption: EncryptionConfiguration | undefined): EncryptionConfiguration {
  return encryption ?? AMAZON_S3_KEYS;
}
