import { DescribeRepositoriesCommand, type ECRClient, type Repository } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';

/** A repository by its name (ECR DescribeRepositories), or undefined when there is none. */
export async function findRepository(
  ecr: ECRClient,
  name: string,
  signal: AbortSignal,
): Promise<Repository | undefined> {
  try {
    const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
    const { repositories } = await ecr.send(command, { abortSignal: signal });
    return repositories?.[0];
  } catch (error) {
    if (awsErrorName(error) === 'RepositoryNotFoundException') return undefined;
    throw error;
  }
}

/** A repository that has to be there, with its URI. Throws NOT_FOUND. */
export async function requireRepository(
  ecr: ECRClient,
  name: string,
  signal: AbortSignal,
): Promise<Repository & { readonly repositoryUri: string }> {
  const repository = await findRepository(ecr, name, signal);
  if (repository?.repositoryUri === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `The repository ${name} doesn't exist in this account and region. Choose another one, or create it in ECR first.`,
    );
  }
  return { ...repository, repositoryUri: repository.repositoryUri };
}
