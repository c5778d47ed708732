import {
  DescribeImagesCommand,
  type ECRClient,
  type PullThroughCacheRule,
  paginateDescribePullThroughCacheRules,
} from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Repository } from '../../../shared/model/image.ts';
import type { ImageReference } from '../../../shared/model/image-reference.ts';
import type { Aws } from '../aws/aws.ts';
import { ecrHost } from '../aws/partitions.ts';
import { registryAccountOf } from './image-address.ts';
import { listRepositories } from './list-images.ts';
import { similarNames } from './similar-names.ts';

/** Why the own registry does not have an image. */
export type MissingImage =
  /** The repository does not have it. `similarTags`: those that it has and that are most like it. */
  | { readonly state: 'missing'; readonly repository: string; readonly similarTags: readonly string[] }
  | {
      readonly state: 'no-repository';
      readonly repository: string;
      readonly similarRepositories: readonly string[];
    }
  /** A pull-through cache rule covers the repository: ECR gets it from there when it is first pulled. */
  | { readonly state: 'pulled-through'; readonly upstream: string };

interface MissingImageDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
}

/** What to say of an image that its repository, which is there, does not have (DescribeImages, pull-through rules). */
export async function missingFromRepository(
  { aws }: MissingImageDependencies,
  scope: Scope,
  { repository, tag, digest }: ImageReference,
  signal: AbortSignal,
): Promise<MissingImage> {
  const ecr = aws.ecr(scope, 'visible');
  const upstream = await upstreamOf(ecr, repository, signal);
  if (upstream !== undefined) return { state: 'pulled-through', upstream };
  const tags = digest === undefined ? await newestTags(ecr, repository, signal) : [];
  return { state: 'missing', repository, similarTags: similarNames(tag ?? 'latest', tags) };
}

/**
 * What to say of an image whose repository doesn't exist; undefined when its registry is not that of the account and
 * region.
 */
export async function missingRepository(
  { aws }: MissingImageDependencies,
  scope: Scope,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<MissingImage | undefined> {
  const ecr = aws.ecr(scope, 'visible');
  const repositories = await listRepositories(ecr, signal);
  const isOwn =
    isInOneOf(repositories, reference) || (await isOfCaller(aws, scope, reference, repositories, signal));
  if (!isOwn) return undefined;
  const { repository } = reference;
  const upstream = await upstreamOf(ecr, repository, signal);
  if (upstream !== undefined) return { state: 'pulled-through', upstream };
  const names = repositories.map(({ name }) => name);
  return { state: 'no-repository', repository, similarRepositories: similarNames(repository, names) };
}

function isInOneOf(repositories: readonly Repository[], { registry }: ImageReference): boolean {
  return repositories.some(({ uri }) => uri.startsWith(`${registry}/`));
}

/** Where the registry of a reference is: another region when the reference names one of the account's own registries there. */
export async function ownRegistryScope(
  { aws }: MissingImageDependencies,
  scope: Scope,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<Scope> {
  const region = ecrHost(reference.registry ?? '')?.region ?? scope.region;
  if (region === scope.region || !(await isOfCaller(aws, scope, reference, [], signal))) return scope;
  return { account: scope.account, region };
}

/** The account number comes from any repository; without one, STS is asked. */
async function isOfCaller(
  aws: Pick<Aws, 'sts'>,
  scope: Scope,
  reference: ImageReference,
  [first]: readonly Repository[],
  signal: AbortSignal,
): Promise<boolean> {
  const account = registryAccountOf(reference);
  if (account === undefined) return false;
  if (first !== undefined) return first.arn.split(':')[4] === account;
  const command = new GetCallerIdentityCommand({});
  const { Account } = await aws.sts(scope, 'visible').send(command, { abortSignal: signal });
  return Account === account;
}

/** The registry that a pull-through cache rule gets a repository from. `ROOT` is the prefix of every repository. */
export async function upstreamOf(
  ecr: ECRClient,
  repository: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const covers = ({ ecrRepositoryPrefix: prefix }: PullThroughCacheRule): boolean =>
    prefix === 'ROOT' || repository.startsWith(`${prefix}/`);
  const pages = paginateDescribePullThroughCacheRules(
    { client: ecr, pageSize: 1000 },
    {},
    { abortSignal: signal },
  );
  for await (const { pullThroughCacheRules: rules = [] } of pages) {
    const rule = rules.find(covers);
    if (rule !== undefined) return rule.upstreamRegistryUrl ?? '';
  }
  return undefined;
}

/** The tags of a page of images: enough for a slip of the keyboard. */
async function newestTags(
  ecr: ECRClient,
  repositoryName: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const command = new DescribeImagesCommand({
    repositoryName,
    filter: { tagStatus: 'TAGGED' },
    maxResults: 1000,
  });
  const { imageDetails = [] } = await ecr.send(command, { abortSignal: signal });
  return imageDetails
    .toSorted((one, other) => (other.imagePushedAt?.getTime() ?? 0) - (one.imagePushedAt?.getTime() ?? 0))
    .flatMap(({ imageTags = [] }) => imageTags);
}
