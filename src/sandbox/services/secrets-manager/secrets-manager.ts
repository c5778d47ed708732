import { type AwsJsonService, operationsByName } from '../../aws-api/service.ts';
import { secretOperations } from './secret-operations.ts';
import type { Secrets } from './secrets.ts';
import { valueOperations } from './value-operations.ts';

/** Secrets Manager. Nothing rotates and nothing is encrypted: the values of a sandbox are no secrets. */
export function createSecretsManager(
  secretsIn: (region: string) => Secrets,
  now: () => Date,
): AwsJsonService {
  return {
    name: 'SecretsManager',
    targetPrefix: 'secretsmanager',
    operations: operationsByName([...secretOperations(secretsIn, now), ...valueOperations(secretsIn, now)]),
  };
}
