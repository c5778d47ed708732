import {
  type DaemonDeploymentSummary,
  type DaemonDetail,
  type DaemonRevision,
  DescribeDaemonCommand,
  DescribeDaemonRevisionsCommand,
  DescribeDaemonTaskDefinitionCommand,
  type ECSClient,
  ListDaemonDeploymentsCommand,
  ListDaemonsCommand,
  ListDaemonTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { awsErrorName } from '../aws/errors.ts';
import { inBatches } from './batches.ts';
import { requireOnlyMissing } from './described-failures.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

const PER_PAGE = 100;
/** DescribeDaemonRevisions takes no more. */
const REVISIONS_PER_CALL = 20;

/**
 * How AWS says that a region has no managed daemons: its ECS does not know the operation, or says that the feature is
 * not supported there. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListDaemons.html
 */
const NOT_AVAILABLE: ReadonlySet<string> = new Set([
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
  'UnsupportedFeatureException',
]);

/**
 * What `read` answers, or nothing where this region's ECS has no managed daemons. A denial and every other error are
 * thrown: what may not be seen may be there.
 */
export async function whereAvailable<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (NOT_AVAILABLE.has(awsErrorName(error) ?? '')) return [];
    throw error;
  }
}

/** ARNs of the daemons of a cluster. */
export async function listDaemons({ ecs, signal }: Read, clusterArn: string): Promise<readonly string[]> {
  const found = await everyPage(async (nextToken) => {
    const command = new ListDaemonsCommand({ clusterArn, maxResults: PER_PAGE, ...nextToken });
    const page = await ecs.send(command, { abortSignal: signal });
    return { items: page.daemonSummariesList, nextToken: page.nextToken };
  });
  return found.flatMap(({ daemonArn }) => daemonArn ?? []);
}

/** Undefined when it was deleted meanwhile. */
export async function describeDaemon(
  { ecs, signal }: Read,
  daemonArn: string,
): Promise<DaemonDetail | undefined> {
  try {
    const command = new DescribeDaemonCommand({ daemonArn });
    return (await ecs.send(command, { abortSignal: signal })).daemon;
  } catch (error) {
    if (awsErrorName(error) === 'DaemonNotFoundException') return undefined;
    throw error;
  }
}

/** The deployments of a daemon, the newest first. */
export async function listDaemonDeployments(
  { ecs, signal }: Read,
  daemonArn: string,
): Promise<readonly DaemonDeploymentSummary[]> {
  const found = await everyPage(async (nextToken) => {
    const command = new ListDaemonDeploymentsCommand({ daemonArn, maxResults: PER_PAGE, ...nextToken });
    const page = await ecs.send(command, { abortSignal: signal });
    return { items: page.daemonDeployments, nextToken: page.nextToken };
  });
  return found.toSorted((one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0));
}

/** Revisions of daemons by their ARNs. What is gone by now is left out; throws when ECS hides one. */
export function describeDaemonRevisions(
  { ecs, signal }: Read,
  arns: readonly string[],
): Promise<readonly DaemonRevision[]> {
  return inBatches(arns, REVISIONS_PER_CALL, async (daemonRevisionArns) => {
    const command = new DescribeDaemonRevisionsCommand({ daemonRevisionArns });
    const { daemonRevisions = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
    requireOnlyMissing(failures);
    return daemonRevisions;
  });
}

/** ARNs of the daemon task definitions that exist, also of those that are being deleted. */
export async function listDaemonTaskDefinitions({ ecs, signal }: Read): Promise<readonly string[]> {
  const found = await everyPage(async (nextToken) => {
    const command = new ListDaemonTaskDefinitionsCommand({
      status: 'ALL',
      maxResults: PER_PAGE,
      ...nextToken,
    });
    const page = await ecs.send(command, { abortSignal: signal });
    return { items: page.daemonTaskDefinitions, nextToken: page.nextToken };
  });
  return found.filter(({ status }) => status !== 'DELETED').flatMap(({ arn }) => arn ?? []);
}

/** The images that the containers of a daemon task definition name. Throws when it cannot be described. */
export async function imagesOfDaemonTaskDefinition(
  { ecs, signal }: Read,
  arn: string,
): Promise<readonly string[]> {
  const command = new DescribeDaemonTaskDefinitionCommand({ daemonTaskDefinition: arn });
  const { daemonTaskDefinition } = await ecs.send(command, { abortSignal: signal });
  return (daemonTaskDefinition?.containerDefinitions ?? []).flatMap(({ image }) => image ?? []);
}

/** The SDK has no paginators for daemons. A page may be empty and still have a token. */
async function everyPage<T>(
  readPage: (nextToken: { readonly nextToken?: string }) => Promise<{
    readonly items: readonly T[] | undefined;
    readonly nextToken: string | undefined;
  }>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let nextToken: string | undefined;
  do {
    const page = await readPage(nextToken === undefined ? {} : { nextToken });
    found.push(...(page.items ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
