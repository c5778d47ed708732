import { DescribeServicesCommand, type ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../shared/model/account.ts';
import type { RevisionListEvent, TimelineEntry } from '../../../shared/model/revision.ts';
import type { Aws } from '../aws/aws.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { Logger } from '../ports.ts';
import { type ImageReading, readContainerImages } from './container-images.ts';
import { type DescribedRevision, describeRevision, isRevisionGone } from './describe-revision.ts';
import { diffContent } from './diff.ts';
import { diffImages } from './image-diff.ts';
import { type ReleasedDigests, readReleasedDigests } from './released-digests.ts';
import type { RevisionCache, RevisionCaches } from './revision-cache.ts';
import { revisionOf } from './revision-facts.ts';
import { summarize } from './summary.ts';

const NAMES_PER_PAGE = 100;
const ENTRIES_PER_EVENT = 20;
/** What fills the first screens is read before the background's turn. */
const ENTRIES_AT_ONCE = 60;
const DESCRIBED_AT_A_TIME = 10;

export interface TimelineDependencies {
  readonly aws: Pick<Aws, 'ecs'>;
  readonly images: ImageLookup;
  readonly caches: RevisionCaches;
  readonly logger: Logger;
}

export interface TimelineRequest {
  readonly scope: Scope;
  readonly family: string;
  /** The service that the family is looked at from. */
  readonly service?: { readonly cluster: string; readonly service: string };
}

/**
 * All ACTIVE revisions of a family, newest first, each with what changed since the ACTIVE one before it. Sends how
 * many there are, then entries in batches. Revisions that are removed meanwhile are left out.
 */
export async function readTimeline(
  dependencies: TimelineDependencies,
  { scope, family, service }: TimelineRequest,
  emit: (event: RevisionListEvent) => void,
  signal: AbortSignal,
): Promise<readonly TimelineEntry[]> {
  const { aws, images, caches, logger } = dependencies;
  const ecs = aws.ecs(scope, 'visible');
  const [arns, running, released] = await Promise.all([
    listRevisions(ecs, family, signal),
    service && readRunningRevision(ecs, service, signal),
    service ? readReleasedDigests(ecs, service, logger, signal) : (new Map() satisfies ReleasedDigests),
  ]);
  emit({ kind: 'count', count: arns.length });

  const cache = caches.of(ecs);
  const reading = { images, logger, scope, released };
  const entries: TimelineEntry[] = [];
  let batch = await describeAll({ ecs, cache, scope }, arns.slice(0, ENTRIES_PER_EVENT), signal);
  for (let at = 0; at < arns.length; at += ENTRIES_PER_EVENT) {
    const end = at + ENTRIES_PER_EVENT;
    const client = end < ENTRIES_AT_ONCE ? ecs : aws.ecs(scope, 'background');
    // The last of a batch is compared with the first of the next one.
    const next = await describeAll(
      { ecs: client, cache, scope },
      arns.slice(end, end + ENTRIES_PER_EVENT),
      signal,
    );
    const made = await entriesOf(reading, batch, next[0], running, signal);
    entries.push(...made);
    emit({ kind: 'entries', entries: made });
    batch = next;
  }
  return entries;
}

/** ARNs of the ACTIVE revisions, newest first (ECS ListTaskDefinitions, 100 a page). */
export async function listRevisions(
  ecs: ECSClient,
  family: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const arns: string[] = [];
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC' } as const;
  const paging = { client: ecs, pageSize: NAMES_PER_PAGE };
  for await (const page of paginateListTaskDefinitions(paging, input, { abortSignal: signal })) {
    arns.push(...(page.taskDefinitionArns ?? []));
  }
  return arns;
}

/** The ARN of the task definition that a service is on, or on its way to (ECS DescribeServices). */
async function readRunningRevision(
  ecs: ECSClient,
  { cluster, service }: { readonly cluster: string; readonly service: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeServicesCommand({ cluster, services: [service] });
  const { services } = await ecs.send(command, { abortSignal: signal });
  const [found] = services ?? [];
  const primary = found?.taskSets?.find(({ status }) => status === 'PRIMARY');
  return found?.taskDefinition ?? primary?.taskDefinition;
}

interface Source {
  readonly ecs: ECSClient;
  readonly cache: RevisionCache;
  readonly scope: Scope;
}

/** Describes revisions, each once for good. Those that are gone by now are left out. */
async function describeAll(
  { ecs, cache, scope }: Source,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<readonly DescribedRevision[]> {
  const described: (DescribedRevision | undefined)[] = arns.map(() => undefined);
  const queue = [...arns.entries()];

  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [place, arn] = next;
      const known = await cache.read(scope, arn);
      described[place] = known ?? (await describeOnce(arn));
    }
  }

  async function describeOnce(arn: string): Promise<DescribedRevision | undefined> {
    try {
      const revision = await describeRevision(ecs, arn, signal);
      cache.write(scope, revision);
      return revision;
    } catch (error) {
      if (isRevisionGone(error)) return undefined;
      throw error;
    }
  }

  await Promise.all(Array.from({ length: DESCRIBED_AT_A_TIME }, work));
  return described.filter((revision) => revision !== undefined);
}

/** Entries of a batch, newest first. `before`: the revision that comes next in time order, if there is one. */
async function entriesOf(
  reading: ImageReading,
  batch: readonly DescribedRevision[],
  before: DescribedRevision | undefined,
  running: string | undefined,
  signal: AbortSignal,
): Promise<readonly TimelineEntry[]> {
  const revisions = before === undefined ? batch : [...batch, before];
  const images = await readContainerImages(reading, revisions, signal);
  return batch.map((revision, place) => {
    const earlier = revisions[place + 1];
    const differences = earlier === undefined ? [] : diffContent(earlier, revision).differences;
    const { taskDefinitionArn } = revision.taskDefinition;
    return {
      // Only ACTIVE revisions were listed, whatever the cache remembers.
      revision: { ...revisionOf(revision, images[place] ?? []), status: 'ACTIVE' },
      images: diffImages(images[place + 1], images[place] ?? []),
      otherDifferences: differences.length,
      summary: summarize(differences),
      running: taskDefinitionArn === running,
    };
  });
}
