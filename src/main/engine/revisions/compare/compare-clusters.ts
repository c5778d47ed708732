import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type {
  ClusterComparison,
  ClusterComparisonEvent,
  ComparedClusters,
  ComparedCommits,
  ComparedService,
} from '../../../../shared/model/cluster-comparison.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import { lastPartOf } from '../../aws/arns.ts';
import type { DeploymentCaches } from '../../catalog/deployment-cache.ts';
import type { Read } from '../../catalog/deployments.ts';
import { createNeverChanging } from '../../catalog/immutable-answers.ts';
import { concernsAll } from '../../catalog/optional-reads.ts';
import { describeServices, listServiceNames } from '../../catalog/service-list.ts';
import { type CommitDependencies, commitsBetween } from '../../commits/commit-handlers.ts';
import { batchesOf, eachOfFew } from '../../ecs/batches.ts';
import { gatherReads } from '../../ecs/gathered-reads.ts';
import { keepImageFacts } from '../cache/cached-image-facts.ts';
import { describeCached } from '../cache/cached-revisions.ts';
import { commitsUrl } from '../diff/commits-url.ts';
import type { TimelineDependencies } from '../history/timeline.ts';
import { factsOrNothing, isYounger } from '../read/container-images.ts';
import {
  comparedRow,
  differingImages,
  pairOf,
  type RunPair,
  type RunService,
  rowOf,
} from './compare-services.ts';
import { digestsOf, runningRevisionArn } from './compared-side.ts';
import { type PlaceWords, pairServices, placeWords, type ServicePair } from './service-pairs.ts';

/** DescribeServices takes up to 10. */
const BATCH = 10;
/** DescribeServiceRevisions takes up to 20. */
const REVISIONS_PER_CALL = 20;

export interface ClusterComparisonDependencies
  extends Pick<TimelineDependencies, 'aws' | 'images' | 'caches' | 'logger'>,
    CommitDependencies {
  readonly deploymentCaches: DeploymentCaches;
}

/**
 * Compares the services of two clusters. Sends all rows once the names are listed, then the rows of each ten pairs. A pair
 * that can't be read is told in its row; credentials that are refused end the comparison. Throws INVALID_INPUT where
 * both are one cluster.
 */
export async function compareClusters(
  dependencies: ClusterComparisonDependencies,
  { before, after }: ComparedClusters,
  emit: (event: ClusterComparisonEvent) => void,
  signal: AbortSignal,
): Promise<ClusterComparison> {
  if (placeKey(before) === placeKey(after)) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Both sides are the cluster ${before.cluster} of one account and region. Choose another one for one of them.`,
    );
  }
  const [one, other] = await Promise.all([
    openSide(dependencies, before, signal),
    openSide(dependencies, after, signal),
  ]);
  const [names, otherNames] = await Promise.all([one.names(), other.names()]);
  const words = placeWords(before.cluster, after.cluster);
  const pairs = pairServices(names, otherNames, words);
  const inBoth = pairs.filter((pair) => pair.before !== undefined && pair.after !== undefined);
  const rows = new Map(pairs.map((pair) => [pair, rowOf(pair, stateAtFirst(pair))]));
  let read = 0;
  const tell = (told: readonly ComparedService[]): void =>
    emit({ rows: [...told], read, total: inBoth.length });
  tell([...rows.values()]);

  await eachOfFew(batchesOf(inBoth, BATCH), async (batch) => {
    const compared = await compareBatch(dependencies, { one, other, words }, batch, signal);
    for (const [pair, row] of compared) rows.set(pair, row);
    read += batch.length;
    tell([...compared.values()]);
  });
  return { rows: [...rows.values()] };
}

function placeKey({ account, region, cluster }: ClusterRef): string {
  return JSON.stringify([account, region, cluster]);
}

function stateAtFirst({ before, after }: ServicePair): ComparedService['state'] {
  if (before === undefined) return 'only-after';
  return after === undefined ? 'only-before' : 'reading';
}

interface Sides {
  readonly one: Side;
  readonly other: Side;
  readonly words: PlaceWords;
}

/** The rows of ten pairs. What fails of the batch as a whole is the problem of each of its rows. */
async function compareBatch(
  dependencies: ClusterComparisonDependencies,
  { one, other, words }: Sides,
  batch: readonly ServicePair[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ServicePair, ComparedService>> {
  try {
    const [before, after] = await Promise.all([
      one.read(batch.flatMap((pair) => pair.before ?? [])),
      other.read(batch.flatMap((pair) => pair.after ?? [])),
    ]);
    const found = new Map(
      batch.flatMap((pair): [ServicePair, RunPair][] => {
        const [old, now] = [before.get(pair.before ?? ''), after.get(pair.after ?? '')];
        return old === undefined || now === undefined ? [] : [[pair, { before: old, after: now }]];
      }),
    );
    const differing = await withImageFacts({ one, other, words }, found);
    const rows = await eachOfFew(batch, async (pair): Promise<[ServicePair, ComparedService]> => {
      const run = differing.get(pair);
      return [
        pair,
        run === undefined ? rowOf(pair, 'unread', GONE) : await rowOfPair(dependencies, run, words, signal),
      ];
    });
    return new Map(rows);
  } catch (error) {
    if (!(error instanceof SlipwayError) || concernsAll(error)) throw error;
    return new Map(batch.map((pair) => [pair, rowOf(pair, 'unread', error.message)]));
  }
}

const GONE =
  'One of the two services or its task definition was deleted while the clusters were read. Refresh the comparison.';

/** The pairs with the names of their containers matched, and with what the registries say of images that differ. */
async function withImageFacts(
  { one, other, words }: Sides,
  found: ReadonlyMap<ServicePair, RunPair>,
): Promise<ReadonlyMap<ServicePair, RunPair>> {
  const pairs = [...found].map(([pair, run]) => [pair, run, pairOf(run.before, run.after, words)] as const);
  const differing = pairs.filter(([, , run]) => differingImages(run).length > 0);
  // One account often pulls from the registry of the other one: what its own does not have is asked for there.
  const before = await imagesOf(
    [one, other],
    differing.map(([, run]) => run.before),
  );
  const after = await imagesOf(
    [other, one],
    differing.map(([, run]) => run.after),
  );
  const withFacts = new Map(
    differing.map(([pair, run], index) => [
      pair,
      pairOf(
        { ...run.before, images: before[index] ?? run.before.images },
        { ...run.after, images: after[index] ?? run.after.images },
        words,
      ),
    ]),
  );
  return new Map(pairs.map(([pair, , run]) => [pair, withFacts.get(pair) ?? run]));
}

async function imagesOf(
  [own, other]: readonly [Side, Side],
  services: readonly RunService[],
): Promise<readonly (readonly ContainerImage[])[]> {
  const images = await own.images(services);
  const isKnown = images.every((containers) => containers.every(({ facts }) => facts !== undefined));
  if (isKnown) return images;
  const elsewhere = await other.images(services);
  return images.map((containers, index) =>
    containers.map((image, at) => (image.facts === undefined ? (elsewhere[index]?.[at] ?? image) : image)),
  );
}

async function rowOfPair(
  dependencies: CommitDependencies,
  pair: RunPair,
  words: PlaceWords,
  signal: AbortSignal,
): Promise<ComparedService> {
  const images = differingImages(pair);
  const commits = images.length === 0 ? undefined : await commitsOf(dependencies, images, signal);
  return comparedRow(pair, { images, commits, words });
}

/** The commits of the container whose images are the furthest apart. */
async function commitsOf(
  dependencies: CommitDependencies,
  images: readonly ImageDifference[],
  signal: AbortSignal,
): Promise<ComparedCommits | undefined> {
  const all = await Promise.all(images.map((image) => commitsOfImage(dependencies, image, signal)));
  const known = all.filter((each) => each !== undefined);
  const distance = ({ onlyBefore = 0, onlyAfter = 0 }: ComparedCommits): number => onlyBefore + onlyAfter;
  return known.toSorted((one, other) => distance(other) - distance(one))[0];
}

async function commitsOfImage(
  dependencies: CommitDependencies,
  { before, after }: ImageDifference,
  signal: AbortSignal,
): Promise<ComparedCommits | undefined> {
  if (before?.facts?.commit === undefined || after?.facts?.commit === undefined) return undefined;
  const pair = { running: after.facts, chosen: before.facts, reference: before.image };
  const { order, total, missing, problem } = await commitsBetween(dependencies, pair, signal);
  const isAhead = order === 'reverse';
  const url = isAhead ? commitsUrl(before.facts, after.facts) : commitsUrl(after.facts, before.facts);
  return {
    ...(order === 'unknown' ? {} : { onlyBefore: isAhead ? 0 : total, onlyAfter: isAhead ? total : missing }),
    ...(url === undefined ? {} : { url }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** One of the two clusters. */
interface Side {
  names(): Promise<readonly string[]>;
  /** What up to ten services run, by name. Those that are gone are missing. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, RunService>>;
  /** The images of services as the registries of this account have them, in their order. */
  images(services: readonly RunService[]): Promise<readonly (readonly ContainerImage[])[]>;
}

/** Reads a cluster: service revisions and task definitions that are cached are not asked for. */
async function openSide(
  { aws, images, caches, deploymentCaches, logger }: ClusterComparisonDependencies,
  { cluster, account, region }: ClusterRef,
  signal: AbortSignal,
): Promise<Side> {
  const scope: Scope = { account, region };
  const read: Read = { ecs: aws.ecs(scope, 'visible'), signal };
  const cache = await caches.of(read.ecs, scope);
  const kept = createNeverChanging(await deploymentCaches.of(read.ecs, scope));
  const revisions = gatherReads({ size: REVISIONS_PER_CALL, read: (arns) => kept.revisions(read, arns) });
  const keptImages = keepImageFacts(images, cache.answers);
  return {
    names: () => listServiceNames(read, cluster),
    async read(names) {
      const services = names.length === 0 ? [] : await describeServices(read, cluster, names);
      const released = await revisions(services.flatMap((service) => runningRevisionArn(service) ?? []));
      const runs = services.map((service) => {
        const serviceRevision = released.get(runningRevisionArn(service) ?? '');
        return { service, serviceRevision, revision: revisionArnOf(service, serviceRevision) };
      });
      const arns = [...new Set(runs.flatMap(({ revision }) => revision ?? []))];
      const described = new Map(
        (await describeCached({ ecs: read.ecs, cache }, arns, signal)).flatMap((each) =>
          each === undefined ? [] : [[each.taskDefinition.taskDefinitionArn, each] as const],
        ),
      );
      return new Map(
        runs.flatMap(({ service, serviceRevision, revision = '' }): [string, RunService][] => {
          const { serviceName, serviceArn: arn = '' } = service;
          const of = described.get(revision);
          const name = serviceName ?? lastPartOf(arn);
          if (of === undefined) return [];
          const images = containersOf(of.taskDefinition.containerDefinitions, serviceRevision);
          return [
            [name, { name, arn, described: of, serviceRevision, images, isDeploying: isDeploying(service) }],
          ];
        }),
      );
    },
    async images(services) {
      const wanted = services.flatMap(({ images: containers }) =>
        containers.map(({ image, digest }) => ({ reference: image, digest })),
      );
      const facts = await factsOrNothing({ images: keptImages, logger, scope }, wanted, signal);
      let next = 0;
      return services.map(({ images: containers, described }) =>
        containers.map((image): ContainerImage => {
          const answered = facts[next++];
          if (answered === undefined) return image;
          if (isYounger(answered, image.digest, described.taskDefinition.registeredAt)) return image;
          return { ...image, digest: image.digest ?? answered.digest, facts: answered };
        }),
      );
    },
  };
}

/** Services of another controller than ECS have task sets, and no service revisions. */
function revisionArnOf(service: Service, serviceRevision: ServiceRevision | undefined): string | undefined {
  const primary = service.taskSets?.find(({ status }) => status === 'PRIMARY');
  return serviceRevision?.taskDefinition ?? service.taskDefinition ?? primary?.taskDefinition;
}

function containersOf(
  containers: RunService['described']['taskDefinition']['containerDefinitions'],
  serviceRevision: ServiceRevision | undefined,
): readonly ContainerImage[] {
  const digests = digestsOf(serviceRevision);
  return (containers ?? []).map(({ name = '', image = '' }) => {
    const digest = digests.get(name) ?? parseImageReference(image)?.digest;
    return { container: name, image, ...(digest === undefined ? {} : { digest }) };
  });
}

function isDeploying({ deployments = [] }: Service): boolean {
  return deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS');
}
