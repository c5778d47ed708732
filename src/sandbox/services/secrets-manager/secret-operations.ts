import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  InvalidNextTokenException$,
  InvalidParameterException$,
  InvalidRequestException$,
  ListSecretsCommand,
  ResourceExistsException$,
  RestoreSecretCommand,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import { pageByKey } from '../../aws-api/pages.ts';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import { newSecret } from './new-secret.ts';
import { filterOf } from './secret-filters.ts';
import { findSecret } from './secret-lookup.ts';
import { type SecretRecord, type Secrets, type SecretVersion, secretOf } from './secrets.ts';

type SecretValue = Pick<SecretVersion, 'text' | 'bytes'>;

const NAME = /^[\w/+=.@-]{1,512}$/;
const MOST_LISTED = 100;
const DAY_MS = 86_400_000;
const USUAL_RECOVERY_DAYS = 30;

/** Secrets themselves; what they say is in `value-operations.ts`. */
export function secretOperations(
  secretsIn: (region: string) => Secrets,
  now: () => Date,
): readonly Operation[] {
  return [
    operation(CreateSecretCommand, (input, { region, accountId }) => {
      const { Name: name = '', SecretString: text, SecretBinary: bytes, ClientRequestToken } = input;
      if (!NAME.test(name)) {
        throw awsError(
          InvalidParameterException$,
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (SecretString)
      if (text !== undefined && bytes !== undefined) {
        throw awsError(
          InvalidParameterException$,
          "You can't specify both SecretString and SecretBinary in a request.",
        );
      }
      const secrets = secretsIn(region);
      const existing = secretOf(secrets, name, now());
      if (existing?.deletion !== undefined) {
        throw awsError(
          InvalidRequestException$,
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      const repeated = existing?.versions.find(({ id }) => id === ClientRequestToken);
      // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, "ClientRequestToken".
      if (existing !== undefined && repeated !== undefined && isSameValue(repeated, { text, bytes })) {
        return { ARN: existing.arn, Name: name, VersionId: repeated.id };
      }
      if (existing !== undefined) {
        throw awsError(
          ResourceExistsException$,
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const versionId = ClientRequestToken ?? randomUUID();
      const { Description: description, KmsKeyId: kmsKeyId, Tags: tags } = input;
      const secret = newSecret({
        home: { region, accountId },
        name,
        createdAt: now(),
        value: { versionId, text, bytes },
        details: { description, kmsKeyId, tags },
      });
      secrets.put(secret);
      const VersionId = secret.versions.length === 0 ? undefined : versionId;
      return { ARN: secret.arn, Name: name, VersionId };
    }),

    operation(DescribeSecretCommand, ({ SecretId }, { region }) => {
      const secret = findSecret(secretsIn(region), SecretId, now());
      return { ...shownSecret(secret), VersionIdsToStages: stagesByVersion(secret) };
    }),

    operation(ListSecretsCommand, (input, { region }) => {
      const {
        IncludePlannedDeletion = false,
        MaxResults: limit = MOST_LISTED,
        NextToken,
        Filters = [],
      } = input;
      const isListed = filterOf(Filters);
      const there = [...secretsIn(region).all()].filter(
        ({ deletion }) => deletion === undefined || (IncludePlannedDeletion && deletion.goneAt > now()),
      );
      const page = pageByKey(
        there.filter(isListed),
        ({ name }) => name,
        { limit, token: NextToken },
        () => awsError(InvalidNextTokenException$, 'The NextToken value is invalid.'),
      );
      return { SecretList: page.items.map(listedSecret), NextToken: page.nextToken };
    }),

    operation(DeleteSecretCommand, (input, { region }) => {
      const { SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery = false } = input;
      if (days !== undefined && ForceDeleteWithoutRecovery) {
        throw awsError(
          InvalidParameterException$,
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        );
      }
      if (days !== undefined && (days < 7 || days > 30)) {
        throw awsError(
          InvalidParameterException$,
          'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
        );
      }
      const secrets = secretsIn(region);
      const secret = findSecret(secrets, SecretId, now());
      if (secret.deletion !== undefined && !ForceDeleteWithoutRecovery) {
        throw awsError(
          InvalidRequestException$,
          "You can't perform this operation on the secret because it was already scheduled for deletion.",
        );
      }
      const markedAt = now();
      if (ForceDeleteWithoutRecovery) {
        secrets.delete(secret.name);
        return { ARN: secret.arn, Name: secret.name, DeletionDate: markedAt };
      }
      const goneAt = new Date(markedAt.getTime() + (days ?? USUAL_RECOVERY_DAYS) * DAY_MS);
      secrets.put({ ...secret, deletion: { markedAt, goneAt } });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: goneAt };
    }),

    operation(RestoreSecretCommand, ({ SecretId }, { region }) => {
      const secrets = secretsIn(region);
      const secret = findSecret(secrets, SecretId, now());
      secrets.put({ ...secret, deletion: undefined });
      return { ARN: secret.arn, Name: secret.name };
    }),
  ];
}

function isSameValue(one: SecretValue, other: SecretValue): boolean {
  const bytesOf = ({ bytes }: SecretValue) => Buffer.from(bytes ?? []);
  return one.text === other.text && bytesOf(one).equals(bytesOf(other));
}

/** What DescribeSecret and ListSecrets tell alike. Nothing of it is secret. */
function shownSecret(secret: SecretRecord) {
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

function listedSecret(secret: SecretRecord): SecretListEntry {
  return { ...shownSecret(secret), SecretVersionsToStages: stagesByVersion(secret) };
}

/** The versions that have a stage. */
function stagesByVersion({ versions }: SecretRecord): Record<string, string[]> {
  const staged = versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]]));
}
