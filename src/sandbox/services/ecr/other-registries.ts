import { type AwsError, awsError, type CallContext, type Operation } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';

/** Makes what it names, so that no lookup finds out that the repository is in the registry of another account. */
const CREATES = 'CreateRepository';

/**
 * An operation that refuses the registry of another account where it names none of its repositories. The sandbox has no
 * other account, so no policy of one allows anything. An operation on repositories answers for itself that the other
 * registry has none of that name.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
 */
export function refusingOtherRegistries(operation: Operation): Operation {
  const [, , name] = operation.schema;
  return {
    ...operation,
    run(input, context) {
      const members = new Map<string, unknown>(Object.entries(input));
      const registryId = members.get('registryId');
      const namesRepositories = members.has('repositoryName') || members.has('repositoryNames');
      const isOther = typeof registryId === 'string' && registryId !== context.accountId;
      if (isOther && (!namesRepositories || name === CREATES)) throw refusal(name, registryId, context);
      return operation.run(input, context);
    },
  };
}

function refusal(operation: string, registryId: string, { principalArn, region }: CallContext): AwsError {
  const resource = `arn:${partitionOf(region)}:ecr:${region}:${registryId}:repository/*`;
  return awsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: ecr:${operation} on resource: ${resource} because no resource-based policy allows the ecr:${operation} action`,
  );
}
