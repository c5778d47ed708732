import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ContainerImage, Image } from '../../../shared/model/image.ts';
import { type ChangesWanted, MOST_CHANGES, type TimelineFilter } from '../../../shared/model/timeline.ts';
import type { CommitDependencies } from '../commits/commit-handlers.ts';
import type { DescribedRevision } from '../ecs/describe-revision.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger } from '../ports/ports.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { describeCached } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import { factsOrNothing } from '../revisions/read/container-images.ts';
import { changesBetween } from './changes.ts';
import { createKnownCommits, type KnownCommits } from './commits-behind.ts';
import {
  arnsWithoutImages,
  environmentsOf,
  type MatrixDependencies,
  matrixAt,
  type PlacedEnvironment,
  type StateRow,
  statesAt,
} from './matrix.ts';
import { planRestore } from './plan-restore.ts';
import { readTimeline, type TimelineReading } from './read-timeline.ts';
import { releaseNotes } from './release-notes.ts';
import { mainImageOf } from './service-at.ts';
import type { KeptImage, KeptRevision } from './timeline-store.ts';

type TimelineMethods =
  | 'timeline.read'
  | 'timeline.matrix'
  | 'timeline.changes'
  | 'timeline.notes'
  | 'timeline.plan';

interface TimelineDependencies
  extends TimelineReading,
    CommitDependencies,
    Pick<MatrixDependencies, 'environments'> {
  readonly revisionCaches: RevisionCaches;
  readonly images: ImageLookup;
  readonly releasing: ReleaseDependencies;
  readonly logger: Logger;
}

/** The methods about what ran where. The matrix and the list of changes answer from what was read. */
export function createTimelineHandlers(dependencies: TimelineDependencies): Pick<Handlers, TimelineMethods> {
  const commits = createKnownCommits(dependencies.store, dependencies);
  const known = { ...dependencies, commits };
  return {
    'timeline.read': async ({ at, ...filter }, { signal, emit }) => {
      const problems = await readTimeline(dependencies, filter, emit, signal);
      const further = await complete(known, { at, filter }, signal);
      return { problems: [...problems, ...further] };
    },
    'timeline.matrix': async (wanted) => matrixAt(known, wanted),
    'timeline.changes': async (wanted) => changesBetween(dependencies, wanted),
    'timeline.notes': async (wanted, { signal }) => {
      const placed = environmentsOf(dependencies, wanted);
      await readImages(known, placed, imagesBetween(dependencies, placed, wanted), signal);
      return { markdown: await releaseNotes(dependencies, wanted, signal) };
    },
    'timeline.plan': async (wanted, { signal }) => {
      // The reading for the matrix may not have reached one of them.
      const sides = [
        { filter: wanted.from, at: wanted.at },
        { filter: wanted.to, at: undefined },
      ];
      for (const side of sides) {
        await readTimeline(dependencies, side.filter, () => undefined, signal);
        await complete(known, side, signal);
      }
      return planRestore(known, wanted, signal);
    },
  };
}

interface Moment {
  readonly at: string | undefined;
  readonly filter: TimelineFilter;
}

/**
 * Reads what the matrix of a moment lacks: images of revisions, what the registries say of them, and the commits between
 * them. Returns what could not be read, as sentences.
 */
async function complete(
  dependencies: TimelineDependencies & { readonly commits: KnownCommits },
  { at, filter }: Moment,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const placed = environmentsOf(dependencies, filter);
  const moment = at === undefined ? undefined : new Date(at);
  const problems = await readRevisions(dependencies, placed, statesAt(dependencies, placed, moment), signal);
  const rows = statesAt(dependencies, placed, moment);
  await readImages(dependencies, placed, imagesOfRows(rows), signal);
  const images = dependencies.store.images([...imagesOfRows(rows).keys()]);
  for (const { states } of rows) {
    signal.throwIfAborted();
    const ofRow = states.map(({ state, service }) =>
      images.get(mainImageOf(state.runs, service)?.digest ?? ''),
    );
    await dependencies.commits.count(ofRow, signal);
  }
  return problems;
}

/** The task definitions that only the journal names, or that ECS gave without their images. */
async function readRevisions(
  { store, revisionCaches, aws }: TimelineDependencies,
  placed: readonly PlacedEnvironment[],
  rows: readonly StateRow[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [index, { place }] of placed.entries()) {
    const arns = rows
      .flatMap(({ states }) => states)
      .filter(({ environment }) => environment === index)
      .flatMap(({ state }) => arnsWithoutImages(state.runs, state.deploying));
    if (arns.length === 0) continue;
    try {
      const ecs = aws.ecs(place, 'background');
      const source = { ecs, cache: await revisionCaches.of(ecs, place) };
      const described = await describeCached(source, [...new Set(arns)], signal);
      store.keepRevisions(described.flatMap((each) => (each === undefined ? [] : [keptRevisionOf(each)])));
    } catch (error) {
      // The images of this environment are unknown; the others are read.
      if (signal.aborted || !(error instanceof SlipwayError)) throw error;
      problems.push(`${place.cluster}: ${error.message}`);
    }
  }
  return problems;
}

function keptRevisionOf({ taskDefinition }: DescribedRevision): KeptRevision {
  const { taskDefinitionArn, containerDefinitions = [] } = taskDefinition;
  const images = containerDefinitions.map(({ name = '', image = '' }) => ({ container: name, image }));
  return { taskDefinitionArn, images };
}

/** Images by their digest, as a task definition writes them. */
type WantedImages = ReadonlyMap<string, string>;

function imagesOfRows(rows: readonly StateRow[]): WantedImages {
  return wantedImages(
    rows.flatMap(({ states }) => states.map(({ state, service }) => mainImageOf(state.runs, service))),
  );
}

/** Those of the deployments between two moments: what release notes compare. */
function imagesBetween(
  { store, now }: Pick<TimelineDependencies, 'store' | 'now'>,
  placed: readonly PlacedEnvironment[],
  { since, until }: ChangesWanted,
): WantedImages {
  const range = { since: new Date(since), until: until === undefined ? now() : new Date(until) };
  return wantedImages(
    placed
      .flatMap(({ place }) => store.between(place, range, MOST_CHANGES))
      .flatMap(({ service, source, target }) => [mainImageOf(source, service), mainImageOf(target, service)]),
  );
}

function wantedImages(images: readonly (ContainerImage | undefined)[]): WantedImages {
  return new Map(
    images.flatMap((each): [string, string][] =>
      each?.digest === undefined ? [] : [[each.digest, each.image]],
    ),
  );
}

/** What the registries say of images. One account often pulls from the registry of another one. */
async function readImages(
  { store, images, logger }: TimelineDependencies,
  placed: readonly PlacedEnvironment[],
  asked: WantedImages,
  signal: AbortSignal,
): Promise<void> {
  const known = store.images([...asked.keys()]);
  const wanted = new Map([...asked].filter(([digest]) => !known.has(digest)));
  const scopes = new Map<string, Scope>(
    placed.map(({ place: { account, region } }) => [JSON.stringify([account, region]), { account, region }]),
  );
  for (const scope of scopes.values()) {
    if (wanted.size === 0) return;
    const left = [...wanted].map(([digest, reference]) => ({ digest, reference }));
    const facts = await factsOrNothing({ images, logger, scope }, left, signal);
    const found = facts.flatMap((image) => (image === undefined ? [] : [toKeptImage(image)]));
    store.keepImages(found);
    for (const { digest } of found) wanted.delete(digest);
  }
}

function toKeptImage({ digest, repository, commit, source, builtAt, pushedAt }: Image): KeptImage {
  const built = builtAt ?? pushedAt;
  return {
    digest,
    repository,
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined || source.length > LONGEST_SOURCE ? {} : { source }),
    ...(built === undefined ? {} : { builtAt: built }),
  };
}

/** A label may have megabytes: such a source names no clone. */
const LONGEST_SOURCE = 2_048;
