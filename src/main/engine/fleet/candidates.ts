import {
  DescribeServicesCommand,
  ListServicesCommand,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { isConfirmedByName } from '../../../shared/model/environment.ts';
import type { FleetCandidate } from '../../../shared/model/fleet.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { DeploymentCaches } from '../catalog/deployment-cache.ts';
import type { Read } from '../catalog/deployments.ts';
import { createNeverChanging } from '../catalog/immutable-answers.ts';
import { optionalRead } from '../catalog/optional-reads.ts';
import { currentRevisionArns } from '../catalog/service-row.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import type { DescribedRevision } from '../ecs/describe-revision.ts';
import { gatherReads } from '../ecs/gathered-reads.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { describeCached } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';

/** DescribeServices takes up to 10. */
const BATCH = 10;
/** ListServices lists up to 100. */
const PER_PAGE = 100;
/** DescribeServiceRevisions takes up to 20. */
const REVISIONS_PER_CALL = 20;
/** Task definitions that are read before what they have brought is sent. */
const REVISIONS_AT_A_TIME = 20;

export interface CandidateDependencies extends Pick<ReleaseDependencies, 'aws'> {
  readonly catalog: Pick<Handlers, 'clusters.list'>;
  readonly caches: RevisionCaches;
  readonly deploymentCaches: DeploymentCaches;
}

/**
 * The services of all clusters whose task definition runs an image of a repository: its name, or its URI when only
 * images of that registry are meant. By cluster and name, those in production last, as waves go. Sends those that are
 * found as the services are read.
 */
export async function findCandidates(
  { aws, catalog, caches, deploymentCaches }: CandidateDependencies,
  { account, region, repository }: Scope & { readonly repository: string },
  { signal, emit }: CallContext<'fleet.candidates'>,
): Promise<FleetCandidate[]> {
  const wanted = parseImageReference(repository);
  if (wanted === undefined) {
    throw new SlipwayError('INVALID_INPUT', `${repository} is not the name of a repository.`);
  }
  const scope = { account, region };
  const ecs = aws.ecs(scope, 'visible');
  const read = { ecs, signal };
  const kept = createNeverChanging(await deploymentCaches.of(ecs, scope));
  const releasesOf = gatherReads({
    size: REVISIONS_PER_CALL,
    read: (arns) => optionalRead(kept.revisions(read, arns), new Map<string, ServiceRevision>()),
  });
  const clusters = await catalog['clusters.list'](scope, { signal, emit: () => {} });
  let done = 0;
  let total = 0;
  let listed = 0;
  const report = (found: FleetCandidate[]): void =>
    emit({ found, done, total, clusters: { listed, total: clusters.length } });
  report([]);

  // A service revision says what its containers run, twenty in a call; a task definition takes a call for each.
  const readBatch = async (cluster: Cluster, names: readonly string[]): Promise<Found> => {
    // Two batches side by side, since one request reads the service revisions of both.
    const described = await Promise.all(
      batchesOf(names, BATCH).map((batch) => describeServices(read, cluster.name, batch)),
    );
    const services = described.flat();
    const releases = await releasesOf(services.flatMap(currentRevisionArns));
    const found: FleetCandidate[] = [];
    const unknown: ServiceOfCluster[] = [];
    for (const service of services) {
      const images = releasedImages(service, releases);
      if (images === undefined) unknown.push({ cluster, service });
      else found.push(...candidateOf(cluster, service, images, wanted));
    }
    done += names.length - unknown.length;
    report(found);
    return { found, unknown };
  };
  /** A page is described while the next one is listed, so that the first candidates come soon. */
  const readFrom = async (cluster: Cluster, nextToken: string | undefined): Promise<readonly Found[]> => {
    const page = await listServices(read, cluster.name, nextToken);
    total += page.names.length;
    if (page.nextToken === undefined) listed += 1;
    report([]);
    const [here, further] = await Promise.all([
      eachOfFew(batchesOf(likelyFirst(page.names, wanted), 2 * BATCH), (batch) => readBatch(cluster, batch)),
      page.nextToken === undefined ? [] : readFrom(cluster, page.nextToken),
    ]);
    return [...here, ...further];
  };
  const perCluster = await eachOfFew(clusters, (cluster) => readFrom(cluster, undefined));
  const batches = perCluster.flat();

  const source = { ecs, cache: await caches.of(ecs, scope) };
  const later: FleetCandidate[] = [];
  for (const some of batchesOf(
    batches.flatMap((batch) => batch.unknown),
    REVISIONS_AT_A_TIME,
  )) {
    const arns = [...new Set(some.flatMap(({ service }) => service.taskDefinition ?? []))];
    const revisions = await describeCached(source, arns, signal);
    const byArn = new Map(
      revisions.map((revision) => [revision?.taskDefinition.taskDefinitionArn, revision]),
    );
    const found = some.flatMap(({ cluster, service }) =>
      candidateOf(cluster, service, definedImages(byArn.get(service.taskDefinition)), wanted),
    );
    later.push(...found);
    done += some.length;
    report(found);
  }
  return [...batches.flatMap((batch) => batch.found), ...later].toSorted(guardedLast);
}

interface ServiceOfCluster {
  readonly cluster: Cluster;
  readonly service: Service;
}

interface Found {
  readonly found: readonly FleetCandidate[];
  /** Services without a service revision of their task definition. */
  readonly unknown: readonly ServiceOfCluster[];
}

interface PageOfServices {
  readonly names: readonly string[];
  /** Missing on the last page. */
  readonly nextToken: string | undefined;
}

async function listServices(
  { ecs, signal }: Read,
  cluster: string,
  nextToken: string | undefined,
): Promise<PageOfServices> {
  const command = new ListServicesCommand({ cluster, maxResults: PER_PAGE, nextToken });
  const answer = await ecs.send(command, { abortSignal: signal });
  return { names: (answer.serviceArns ?? []).map(lastPartOf), nextToken: answer.nextToken };
}

/** Services that are named after the repository are likely to run its images. */
function likelyFirst(names: readonly string[], { repository }: ImageReference): readonly string[] {
  const base = lastPartOf(repository);
  return names.toSorted((one, other) => Number(other.includes(base)) - Number(one.includes(base)));
}

async function describeServices(
  { ecs, signal }: Read,
  cluster: string,
  names: readonly string[],
): Promise<readonly Service[]> {
  const command = new DescribeServicesCommand({ cluster, services: [...names] });
  const { services = [] } = await ecs.send(command, { abortSignal: signal });
  return services.map(withDeployedRevision);
}

/** A container and its image as the task definition writes it. */
interface NamedImage {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
}

/** By the service revision of the service's task definition; undefined where there is none. */
function releasedImages(
  service: Service,
  releases: ReadonlyMap<string, ServiceRevision>,
): readonly NamedImage[] | undefined {
  const release = currentRevisionArns(service)
    .map((arn) => releases.get(arn))
    .find((each) => each !== undefined && each.taskDefinition === service.taskDefinition);
  return release?.containerImages?.map(({ containerName, image }) => ({ name: containerName, image }));
}

function definedImages(revision: DescribedRevision | undefined): readonly NamedImage[] {
  return revision?.taskDefinition.containerDefinitions ?? [];
}

/** One candidate, or none. */
function candidateOf(
  { name: cluster, environment }: Pick<Cluster, 'name' | 'environment'>,
  { serviceName, desiredCount = 0 }: Service,
  images: readonly NamedImage[],
  wanted: ImageReference,
): FleetCandidate[] {
  const containers = images.flatMap(({ name, image }) => {
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
