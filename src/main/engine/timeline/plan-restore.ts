import { SlipwayError } from '../../../shared/errors.ts';
import type { ContainerImage } from '../../../shared/model/image.ts';
import { parseImageReference, repositoryAddress } from '../../../shared/model/image-reference.ts';
import type { RestoredService, RestorePlan, RestoreWanted } from '../../../shared/model/timeline.ts';
import { utcText } from '../../../shared/moment-text.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { planImages } from '../fleet/plan-fleet.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import {
  environmentsOf,
  type MatrixDependencies,
  type PlacedEnvironment,
  placeOfCluster,
  rowsOf,
  statesOf,
} from './matrix.ts';
import { type ServiceState, versionOf } from './service-at.ts';

export interface RestoreDependencies extends MatrixDependencies {
  readonly releasing: ReleaseDependencies;
  readonly images: Pick<ImageLookup, 'findImage'>;
}

/** A service of both sides: what it runs, and what the other side ran. */
interface Pair {
  readonly service: string;
  readonly source: string;
  readonly now: ServiceState;
  readonly past: ServiceState;
}

interface Restored {
  readonly told: RestoredService;
  /** What its containers get; empty unless it changes. */
  readonly images: readonly { readonly container: string; readonly image: string }[];
}

/**
 * The services of both clusters with what they run and what they should, and a plan for those that change. Only the images
 * of containers change: the settings of the environment stay. Throws NOT_FOUND for a cluster that was not read.
 */
export async function planRestore(
  dependencies: RestoreDependencies,
  wanted: RestoreWanted,
  signal: AbortSignal,
): Promise<RestorePlan> {
  const { from, at, to, services: only, ...rules } = wanted;
  const placed = environmentsOf(dependencies, {});
  const pairs = pairsOf(dependencies, {
    source: requirePlace(placed, from),
    target: requirePlace(placed, to),
    at: new Date(at),
  }).filter(({ service }) => only === undefined || only.includes(service));
  const scope = { account: to.account, region: to.region };
  const restored = await eachOfFew(pairs, (pair) => restore(dependencies, scope, pair, signal));
  const changing = restored.filter(({ images }) => images.length > 0);
  const services = restored.map(({ told }) => told);
  if (changing.length === 0) return { services };
  const plan = await planImages(
    dependencies.releasing,
    {
      ...scope,
      ...rules,
      services: changing.map(({ told, images }) => ({
        cluster: to.cluster,
        service: told.service,
        containers: images.map(({ container }) => container),
        images,
      })),
      title: titleOf(wanted, changing.length),
      subject: to.cluster,
    },
    signal,
  );
  return { services, plan };
}

function titleOf({ from, at, to }: RestoreWanted, count: number): string {
  const services = count === 1 ? '1 service' : `${count} services`;
  // Clusters of two regions or accounts may have one name.
  const isItself = from.cluster === to.cluster && from.region === to.region && from.account === to.account;
  const source = from.cluster === to.cluster ? placedName(from) : from.cluster;
  return `Deploy to ${to.cluster} what ${isItself ? 'it' : source} ran on ${utcText(at)} (${services})`;
}

function placedName({ account, region, cluster }: RestoreWanted['from']): string {
  return `${cluster} of ${account} in ${region}`;
}

function requirePlace(
  placed: readonly PlacedEnvironment[],
  wanted: RestoreWanted['from'],
): PlacedEnvironment {
  const found = placeOfCluster(placed, wanted);
  if (found !== undefined) return found;
  throw new SlipwayError(
    'NOT_FOUND',
    `The cluster ${wanted.cluster} was not read in ${wanted.region}. Refresh the timeline and try again (timeline.read).`,
  );
}

interface Sides {
  readonly source: PlacedEnvironment;
  readonly target: PlacedEnvironment;
  readonly at: Date;
}

function pairsOf(dependencies: MatrixDependencies, { source, target, at }: Sides): readonly Pair[] {
  const states = [
    ...statesOf(dependencies, source.place, at).map(([service, state]) => ({
      environment: 0,
      service,
      state,
    })),
    ...statesOf(dependencies, target.place, undefined).map(([service, state]) => ({
      environment: 1,
      service,
      state,
    })),
  ];
  const rows = rowsOf(states, [source.place.cluster, target.place.cluster]);
  return rows.flatMap(({ states: ofRow }) => {
    const past = ofRow.find(({ environment }) => environment === 0);
    const now = ofRow.find(({ environment }) => environment === 1);
    if (past === undefined || now === undefined) return [];
    return [{ service: now.service, source: past.service, now: now.state, past: past.state }];
  });
}

async function restore(
  { images }: Pick<RestoreDependencies, 'images'>,
  scope: { readonly account: string; readonly region: string },
  { service, source, now, past }: Pair,
  signal: AbortSignal,
): Promise<Restored> {
  const told = {
    service,
    source,
    ...(now.runs === undefined ? {} : { running: versionOf(now.runs, service) }),
    ...(past.runs === undefined ? {} : { wanted: versionOf(past.runs, source) }),
  };
  const refuse = (reason: string): Restored => ({
    told: { ...told, state: 'not-possible', reason },
    images: [],
  });
  if (past.state !== 'runs' || past.runs === undefined)
    return refuse(past.note ?? 'What it ran then is not recorded.');
  if (now.runs === undefined) return refuse(now.note ?? 'What it runs now could not be read.');
  const wanted = matched(now.runs.images, past.runs.images);
  if (wanted.length === 0) {
    return refuse('None of its containers uses an image repository that was used then.');
  }
  const changing = wanted.filter(({ own, past: image }) => !isSame(own, image));
  if (changing.length === 0) return { told: { ...told, state: 'same' }, images: [] };
  const chosen = await eachOfFew(changing, (each) => imageFor({ images }, scope, each, signal));
  const problem = chosen.find((each) => 'problem' in each);
  if (problem !== undefined && 'problem' in problem) return refuse(problem.problem);
  return {
    told: { ...told, state: 'changes' },
    images: chosen.flatMap((each) => ('image' in each ? [each] : [])),
  };
}

interface MatchedContainer {
  readonly own: ContainerImage;
  readonly past: ContainerImage;
}

/** The containers whose repository both have; of several with one repository, the one of the same name. */
function matched(
  own: readonly ContainerImage[],
  past: readonly ContainerImage[],
): readonly MatchedContainer[] {
  return own.flatMap((container) => {
    const found =
      past.find(
        (each) => each.container === container.container && repositoryOf(each) === repositoryOf(container),
      ) ?? past.find((each) => repositoryOf(each) === repositoryOf(container));
    return found === undefined ? [] : [{ own: container, past: found }];
  });
}

function repositoryOf({ image }: ContainerImage): string {
  return parseImageReference(image)?.repository ?? image;
}

function isSame(own: ContainerImage, past: ContainerImage): boolean {
  return own.digest !== undefined && own.digest === past.digest;
}

type ChosenImage = { readonly container: string; readonly image: string } | { readonly problem: string };

/** The past image in the repository that the container uses: by its tag if that is still the same image, else by its digest. */
async function imageFor(
  { images }: Pick<RestoreDependencies, 'images'>,
  scope: { readonly account: string; readonly region: string },
  { own, past: before }: MatchedContainer,
  signal: AbortSignal,
): Promise<ChosenImage> {
  const [reference, past] = [parseImageReference(own.image), parseImageReference(before.image)];
  const digest = before.digest ?? past?.digest;
  if (reference === undefined || digest === undefined) {
    return {
      problem: `ECS did not record the digest of ${before.image}, and its tag may be a different image now.`,
    };
  }
  const name = repositoryAddress(reference);
  const byDigest = `${name}@${digest}`;
  const found = await images.findImage(scope, byDigest, signal);
  if (found.state === 'missing' || found.state === 'no-repository') {
    const isElsewhere = past?.registry !== reference.registry;
    const next = isElsewhere ? ' Copy it there first, with slipway image promote.' : '';
    return {
      problem: `${name} does not have the image ${digest.slice(0, 19)} (${past?.tag ?? 'no tag'}).${next}`,
    };
  }
  const hasTag = found.state === 'found' && past?.tag !== undefined && found.image.tags.includes(past.tag);
  return { container: own.container, image: hasTag ? `${name}:${past?.tag ?? ''}` : byDigest };
}
