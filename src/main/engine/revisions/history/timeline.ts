import { DescribeServicesCommand, type ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RevisionListEvent, TimelineEntry } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { withDeployedRevision } from '../../ecs/deployed-revision.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import type { ImageLookup } from '../../images/image-lookup.ts';
import type { Logger } from '../../ports/ports.ts';
import { describeCached, type RevisionSource } from '../cache/cached-revisions.ts';
import type { RevisionCaches } from '../cache/revision-cache.ts';
import { type ReleasedDigests, readReleasedDigests } from '../read/released-digests.ts';
import { entriesOf } from './timeline-entries.ts';

const NAMES_PER_PAGE = 100;
const ENTRIES_PER_EVENT = 20;
/** What fills the first screens is read before the background's turn. */
const ENTRIES_AT_ONCE = 60;

export interface TimelineDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'ecr'>;
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

  const cache = await caches.of(ecs, scope);
  const reading = { images, logger, scope, released };
  const entries: TimelineEntry[] = [];
  let batch = await describeThere({ ecs, cache }, arns.slice(0, ENTRIES_PER_EVENT), signal);
  for (let at = 0; at < arns.length; at += ENTRIES_PER_EVENT) {
    const end = at + ENTRIES_PER_EVENT;
    const client = end < ENTRIES_AT_ONCE ? ecs : aws.ecs(scope, 'background');
    // The last of a batch is compared with the first of the next one.
    const following = arns.slice(end, end + ENTRIES_PER_EVENT);
    const next = await describeThere({ ecs: client, cache }, following, signal);
    const steps = batch.map((revision, place) => ({ revision, before: batch[place + 1] ?? next[0] }));
    const made = (await entriesOf(reading, steps, running, signal)).map(asActive);
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
  const [found] = (services ?? []).map(withDeployedRevision);
  const primary = found?.taskSets?.find(({ status }) => status === 'PRIMARY');
  return found?.taskDefinition ?? primary?.taskDefinition;
}

/** Those that are gone by now are left out. */
async function describeThere(
  source: RevisionSource,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<readonly DescribedRevision[]> {
  return (await describeCached(source, arns, signal)).filter((revision) => revision !== undefined);
}

/** Only ACTIVE revisions were listed, whatever the cache remembers. */
function asActive(entry: TimelineEntry): TimelineEntry {
  return { ...entry, revision: { ...entry.revision, status: 'ACTIVE' } };
}
