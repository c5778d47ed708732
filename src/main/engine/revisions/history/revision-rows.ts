import type { Scope } from '../../../../shared/model/account.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Revision, RevisionReadingEvent, TimelineEntry } from '../../../../shared/model/revision.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import { keepImageFacts } from '../cache/cached-image-facts.ts';
import { describeCached, type RevisionSource, readCached, settleDoubts } from '../cache/cached-revisions.ts';
import { readReleasedDigests } from '../read/released-digests.ts';
import { revisionOf } from '../read/revision-facts.ts';
import type { TimelineDependencies } from './timeline.ts';
import { entriesOf } from './timeline-entries.ts';

/** A place of a list: the ARN of a revision, and of the one to compare it with. */
interface WantedRow {
  readonly revision: string;
  readonly before?: string | undefined;
}

interface RowsRequest {
  readonly scope: Scope;
  readonly rows: readonly WantedRow[];
  readonly service?: { readonly cluster: string; readonly service: string };
}

/**
 * Timeline entries of the revisions that are in sight, in the order asked; those that are gone are left out. `running`
 * is false: who lists them knows what runs.
 */
export async function readRows(
  { aws, caches, images, logger }: TimelineDependencies,
  { scope, rows, service }: RowsRequest,
  signal: AbortSignal,
): Promise<readonly TimelineEntry[]> {
  // A person waits for these, while names and searches continue.
  const ecs = aws.ecs(scope, 'clicked');
  const source = { ecs, cache: await caches.of(ecs, scope) };
  const arns = [...new Set(rows.flatMap(({ revision, before }) => [revision, ...(before ? [before] : [])]))];
  const [described, released] = await Promise.all([
    describeCached(source, arns, signal),
    service ? readReleasedDigests(ecs, service, logger, signal) : new Map(),
  ]);
  const byArn = new Map(arns.map((arn, place) => [arn, described[place]]));
  const steps = rows.flatMap(({ revision: arn, before }) => {
    const revision = byArn.get(arn);
    return revision === undefined ? [] : [{ revision, before: byArn.get(before ?? '') }];
  });
  const facts = keepImageFacts(images, source.cache.answers);
  return entriesOf({ images: facts, logger, scope, released }, steps, undefined, signal);
}

const READ_AT_A_TIME = 20;
const KEPT_PER_EVENT = 250;

/**
 * What a search needs of revisions, without facts of images: at once what is kept, then the rest as ECS describes it,
 * in the order asked. Returns how many there are; the others are gone.
 */
export async function readForSearch(
  { aws, caches }: Pick<TimelineDependencies, 'aws' | 'caches'>,
  { scope, revisions: arns }: { readonly scope: Scope; readonly revisions: readonly string[] },
  emit: (event: RevisionReadingEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly read: number }> {
  const ecs = aws.ecs(scope, 'visible');
  const source: RevisionSource = { ecs, cache: await caches.of(ecs, scope) };
  await settleDoubts(source, arns, signal);

  let read = 0;
  const missing: string[] = [];
  for (let at = 0; at < arns.length; at += KEPT_PER_EVENT) {
    const batch = arns.slice(at, at + KEPT_PER_EVENT);
    const kept = await readCached(source, batch);
    missing.push(...batch.filter((arn) => !kept.has(arn)));
    send([...kept.values()]);
  }
  for (let at = 0; at < missing.length; at += READ_AT_A_TIME) {
    const described = await describeCached(source, missing.slice(at, at + READ_AT_A_TIME), signal);
    send(described.filter((revision) => revision !== undefined));
  }
  return { read };

  function send(described: readonly DescribedRevision[]): void {
    read += described.length;
    if (described.length > 0) emit({ revisions: described.map(withoutFacts) });
  }
}

/** The images as the task definition writes them; a digest only where it is written, too. */
function withoutFacts(described: DescribedRevision): Revision {
  const containers = (described.taskDefinition.containerDefinitions ?? []).map(
    ({ name = '', image = '' }) => {
      const digest = parseImageReference(image)?.digest;
      return { container: name, image, ...(digest === undefined ? {} : { digest }) };
    },
  );
  return revisionOf(described, containers);
}
