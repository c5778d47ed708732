import {
  DescribeServicesCommand,
  type ECSClient,
  paginateListServices,
  type Service,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { isConfirmedByName } from '../../../shared/model/environment.ts';
import type { FleetCandidate } from '../../../shared/model/fleet.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { eachOfFew, inBatches } from '../ecs/batches.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import type { DescribedRevision } from '../ecs/describe-revision.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { describeCached } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';

/** DescribeServices takes up to 10. */
const BATCH = 10;

export interface CandidateDependencies extends Pick<ReleaseDependencies, 'aws'> {
  readonly catalog: Pick<Handlers, 'clusters.list'>;
  readonly caches: RevisionCaches;
}

/**
 * The services of all clusters whose task definition runs an image of a repository: its name, or its URI when only
 * images of that registry are meant. By cluster and name, those in production last, as waves go.
 */
export async function findCandidates(
  { aws, catalog, caches }: CandidateDependencies,
  { account, region, repository }: Scope & { readonly repository: string },
  signal: AbortSignal,
): Promise<FleetCandidate[]> {
  const wanted = parseImageReference(repository);
  if (wanted === undefined) {
    throw new SlipwayError('INVALID_INPUT', `${repository} is not the name of a repository.`);
  }
  const scope = { account, region };
  const ecs = aws.ecs(scope, 'visible');
  const clusters = await catalog['clusters.list'](scope, { signal, emit: () => {} });
  const found = await eachOfFew(clusters, async (cluster) => {
    const services = await readServices(ecs, cluster.name, signal);
    return services.map((service) => ({ cluster, service }));
  });
  const services = found.flat();
  const arns = [...new Set(services.flatMap(({ service }) => service.taskDefinition ?? []))];
  const revisions = await describeCached({ ecs, cache: await caches.of(ecs, scope) }, arns, signal);
  const byArn = new Map(revisions.map((revision) => [revision?.taskDefinition.taskDefinitionArn, revision]));
  return services
    .flatMap(({ cluster, service }) =>
      candidateOf(cluster, service, byArn.get(service.taskDefinition), wanted),
    )
    .toSorted(guardedLast);
}

async function readServices(
  ecs: ECSClient,
  cluster: string,
  signal: AbortSignal,
): Promise<readonly Service[]> {
  const arns: string[] = [];
  const pages = paginateListServices({ client: ecs, pageSize: 100 }, { cluster }, { abortSignal: signal });
  for await (const page of pages) arns.push(...(page.serviceArns ?? []));
  return inBatches(arns, BATCH, async (services) => {
    const answer = await ecs.send(new DescribeServicesCommand({ cluster, services }), {
      abortSignal: signal,
    });
    return (answer.services ?? []).map(withDeployedRevision);
  });
}

/** One candidate, or none. */
function candidateOf(
  { name: cluster, environment }: Pick<Cluster, 'name' | 'environment'>,
  { serviceName, desiredCount = 0 }: Service,
  revision: DescribedRevision | undefined,
  wanted: ImageReference,
): FleetCandidate[] {
  const containers = (revision?.taskDefinition.containerDefinitions ?? []).flatMap(({ name, image }) => {
    const reference = parseImageReference(image ?? '');
    if (name === undefined || image === undefined || !isOf(reference, wanted)) return [];
    return [{ name, image, ...(reference?.tag === undefined ? {} : { tag: reference.tag }) }];
  });
  if (serviceName === undefined || containers.length === 0) return [];
  return [{ cluster, service: serviceName, environment, desired: desiredCount, containers }];
}

function isOf(reference: ImageReference | undefined, wanted: ImageReference): boolean {
  if (reference?.repository !== wanted.repository) return false;
  return wanted.registry === undefined || reference.registry === wanted.registry;
}

function guardedLast(one: FleetCandidate, other: FleetCandidate): number {
  const isGuarded = ({ environment }: FleetCandidate): number => Number(isConfirmedByName(environment));
  return (
    isGuarded(one) - isGuarded(other) ||
    one.cluster.localeCompare(other.cluster) ||
    one.service.localeCompare(other.service)
  );
}
