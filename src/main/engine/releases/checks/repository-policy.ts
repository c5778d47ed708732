import { GetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { ecrHost, partitionOf } from '../../aws/partitions.ts';
import { about, failUnlessOverridden, pass, type Reading, unknown } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import { decisionOf, type PullDecision, type Puller } from '../../images/pull-policy.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { FoundImage } from './image-checks.ts';

/** A repository in the ECR of another account than the one of the service. */
export interface SharedRepository {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
}

/** The repositories of images in ECRs of other accounts, each once. `account`: the number of the service's account. */
export function sharedRepositories(
  images: readonly FoundImage[],
  account: string,
): readonly SharedRepository[] {
  const found = images.flatMap(({ reference }): SharedRepository[] => {
    const { registry = '', repository = '' } = parseImageReference(reference) ?? {};
    const host = ecrHost(registry);
    return host === undefined || host.account === account ? [] : [{ ...host, repository }];
  });
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * Whether the policies of repositories in other accounts let the tasks pull (ECR GetRepositoryPolicy with the connection
 * of that account). A pull from another account needs both: this policy, and the policies of the role.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export async function otherAccountsAllowPull(
  dependencies: Pick<ReleaseDependencies, 'aws' | 'connectionTo'>,
  repositories: readonly SharedRepository[],
  puller: Puller,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return Promise.all(
    repositories.map(async (repository) => {
      const decision = await readDecision(dependencies, repository, puller, signal);
      return about(repository.repository, repositoryMayBePulled(repository, puller, decision));
    }),
  );
}

async function readDecision(
  { aws, connectionTo }: Pick<ReleaseDependencies, 'aws' | 'connectionTo'>,
  { account, region, repository }: SharedRepository,
  puller: Puller,
  signal: AbortSignal,
): Promise<Reading<PullDecision>> {
  const connection = connectionTo?.(account);
  if (connection === undefined) {
    return {
      state: 'unreadable',
      reason: `No profile that Slipway has used belongs to the account ${account}, so the policy of the repository can't be read.`,
    };
  }
  const command = new GetRepositoryPolicyCommand({ repositoryName: repository });
  return reading(async () => {
    try {
      const ecr = aws.ecr({ account: connection, region }, 'clicked');
      const { policyText = '' } = await ecr.send(command, { abortSignal: signal });
      return decisionOf(policyText, puller);
    } catch (error) {
      if (awsErrorName(error) === 'RepositoryPolicyNotFoundException') return 'not-allowed';
      throw error;
    }
  });
}

/** The check of one repository. */
export function repositoryMayBePulled(
  { account: owner, region, repository }: SharedRepository,
  { account, role }: Puller,
  decision: Reading<PullDecision>,
): Check {
  const cannotTell = `Couldn't verify that the account ${owner} lets the account ${account} pull from ${repository}`;
  const needed = `The policy of the repository has to allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to ${role ?? `the account ${account}`}.`;
  if (decision.state === 'unreadable')
    return unknown('repository-policy', cannotTell, `${decision.reason} ${needed}`);
  switch (decision.value) {
    case 'allowed':
      return pass(
        'repository-policy',
        `The account ${owner} lets the account ${account} pull from ${repository}`,
      );
    case 'conditional':
      return unknown(
        'repository-policy',
        cannotTell,
        `Its policy has conditions that only a real pull meets. ${needed}`,
      );
    case 'denied':
    case 'not-allowed': {
      const verb = decision.value === 'denied' ? 'denies' : "doesn't allow";
      const check = failUnlessOverridden(
        'repository-policy',
        `Tasks can't pull from ${repository} of the account ${owner}: its policy ${verb} it to the account ${account}`,
        `Add the statement below to the policy of the repository in the account ${owner}, or push the image to a repository of the account ${account}.`,
      );
      return { ...check, policy: neededPolicy(region, account, role) };
    }
  }
}

function neededPolicy(region: string, account: string, role: string | undefined): string {
  const statement = {
    Sid: 'PullFromAnotherAccount',
    Effect: 'Allow',
    Principal: { AWS: role ?? `arn:${partitionOf(region)}:iam::${account}:root` },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  };
  return `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, undefined, 2)}\n`;
}
