import type { SecretListEntry } from '@aws-sdk/client-secrets-manager';
import type { SecretRecord } from './secrets.ts';

/** What DescribeSecret and ListSecrets tell alike. Nothing of it is secret. */
export function shownSecret(secret: SecretRecord) {
  const { arn, name, description, kmsKeyId, tags, createdAt, changedAt, deletion } = secret;
  return {
    ARN: arn,
    Name: name,
    Description: description,
    KmsKeyId: kmsKeyId,
    CreatedDate: createdAt,
    LastChangedDate: changedAt,
    DeletedDate: deletion?.goneAt,
    Tags: [...tags],
  };
}

export function listedSecret(secret: SecretRecord): SecretListEntry {
  return { ...shownSecret(secret), SecretVersionsToStages: stagesByVersion(secret) };
}

/** The versions that have a stage. */
export function stagesByVersion({ versions }: SecretRecord): Record<string, string[]> {
  const staged = versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]]));
}
