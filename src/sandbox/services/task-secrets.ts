import { UNKNOWN_SECRET, unknownParameter } from './ecs/simulation/access-failures.ts';
import type { TaskSecrets } from './ecs/simulation/dependencies.ts';
import type { SecretReference } from './ecs/simulation/secret-reference.ts';
import { type Secrets, secretOf } from './secrets-manager/secrets.ts';
import { type Parameters, parameterOf } from './ssm/parameters.ts';

interface Kept {
  readonly secretsIn: (region: string) => Secrets;
  readonly parametersIn: (region: string) => Parameters;
  readonly now: () => Date;
}

/** What the simulated ECS sees of the secrets and parameters of the account. */
export function createTaskSecrets({ secretsIn, parametersIn, now }: Kept): TaskSecrets {
  function secretProblem({ arn, region }: SecretReference): string | undefined {
    const secret = secretOf(secretsIn(region), arn, now());
    if (secret === undefined) return UNKNOWN_SECRET;
    if (secret.deletion !== undefined) {
      return "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
    }
    if (secret.versions.length > 0) return undefined;
    return "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
  }

  return {
    problemOf(reference) {
      if (reference.kind === 'secret') return secretProblem(reference);
      const found = parameterOf(parametersIn(reference.region), reference.arn);
      return found === undefined ? unknownParameter(reference.name) : undefined;
    },
  };
}
