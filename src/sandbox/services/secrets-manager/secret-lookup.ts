import { InvalidRequestException$, ResourceNotFoundException$ } from '@aws-sdk/client-secrets-manager';
import { awsError } from '../../aws-api/service.ts';
import { type SecretRecord, type Secrets, secretOf } from './secrets.ts';

/** @throws AwsError `ResourceNotFoundException`. */
export function findSecret(secrets: Secrets, id = '', now: Date): SecretRecord {
  const secret = secretOf(secrets, id, now);
  if (secret !== undefined) return secret;
  throw awsError(ResourceNotFoundException$, "Secrets Manager can't find the specified secret.");
}

/** @throws AwsError `ResourceNotFoundException`, or `InvalidRequestException` for one that is to be deleted. */
export function findUsableSecret(secrets: Secrets, id: string | undefined, now: Date): SecretRecord {
  const secret = findSecret(secrets, id, now);
  if (secret.deletion === undefined) return secret;
  throw awsError(
    InvalidRequestException$,
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}
