import { randomUUID } from 'node:crypto';
import type { CleanupProgress } from '../../../../shared/model/cleanup.ts';
import type {
  ImageCleanupItem,
  ImageCleanupPlan,
  ImageCleanupPolicy,
  ImageCleanupTarget,
} from '../../../../shared/model/image-cleanup.ts';
import { imageKey } from '../../../../shared/model/image-cleanup.ts';
import { eachOfFew } from '../../ecs/batches.ts';
import { checkPlannedCalls } from '../../permissions/calls-check.ts';
import type { CleanupDependencies } from '../jobs/cleanup-dependencies.ts';
import { saveCleanup } from '../jobs/stored-cleanup.ts';
import { batchesFor } from './image-batches.ts';
import { imageItems, repositoryTotal, withFollowers } from './image-items.ts';
import { linksAmong, removalOrder } from './image-links.ts';
import { usesIn } from './image-use.ts';
import { type KnownImageUse, readImageUse } from './read-image-use.ts';
import { readRepository } from './repository-images.ts';

/** What Slipway can't know. Every preview says it, because a removal could break it. */
const NOT_CHECKED = [
  'Slipway checks only ECS in this account and region: Lambda, App Runner, EKS, Batch, other accounts ' +
    'and other regions can also pull from these repositories. Clean up only repositories that nothing else uses.',
  'ECR does not replicate deletions: copies in other regions and accounts are kept. An image of a pull-through cache ' +
    'returns with its next pull if its source still has it.',
];

export interface ImageCleanupWanted {
  readonly target: ImageCleanupTarget;
  readonly policy: ImageCleanupPolicy;
  /** Takes up what is read and does not change. */
  readonly known: KnownImageUse;
  readonly onProgress: (progress: CleanupProgress) => void;
}

/**
 * What a clean-up of repositories would remove and keep, and why. Throws when any use could not be read, naming the
 * part, and NOT_FOUND for a repository that doesn't exist.
 */
export async function planImageCleanup(
  { aws, accounts, environments, journal, clock, revisionCaches }: CleanupDependencies,
  { target, policy, known, onProgress }: ImageCleanupWanted,
  signal: AbortSignal,
): Promise<ImageCleanupPlan> {
  const { account, region, repositories } = target;
  const scope = { account, region };
  const ecs = aws.ecs(scope, 'visible');
  const ecr = aws.ecr(scope, 'visible');
  // The images first: one that is pushed meanwhile is not in the list, and so cannot go.
  let read = 0;
  const contents = await eachOfFew([...new Set(repositories)], async (name) => {
    const content = await readRepository({ ecr, signal }, name, known.links);
    read += 1;
    onProgress({ part: 'repositories', done: read, total: repositories.length });
    return { name, ...content };
  });
  const cache = await revisionCaches.of(ecs, scope);
  const uses = await readImageUse({ ecs, cache, signal, onProgress }, policy, known);

  const now = clock.now();
  const each = contents.map(({ name, repository, images }) => {
    const all = imageItems(images, usesIn(repository, uses), policy, { now, chosen: target.images });
    const links = linksAmong(images);
    const asked = target.images && withFollowers(target.images, links);
    const items = asked === undefined ? all : all.filter(({ digest }) => asked.has(digest));
    const going = new Set(items.filter(({ verdict }) => verdict === 'remove').map(imageKey));
    const order = removalOrder(
      images.filter((image) => going.has(imageKey(image))),
      links,
    );
    const withLinks = items.map((item) => {
      const leaders = going.has(imageKey(item)) ? links.leadersOf(item.digest) : [];
      return leaders.length === 0 ? item : { ...item, follows: leaders.map(imageKey) };
    });
    return { items: withLinks, order, total: repositoryTotal(name, items) };
  });
  const totals = each.map(({ total }) => total);
  const items = each.flatMap((repository) => repository.items);
  const byKey = new Map<string, ImageCleanupItem>(items.map((item) => [imageKey(item), item]));
  const sum = (count: (total: (typeof totals)[number]) => number): number =>
    totals.reduce((before, total) => before + count(total), 0);

  const id = randomUUID();
  const { account: found } = accounts.find(account);
  const [only = '', ...others] = totals;
  const subject = others.length === 0 && only !== '' ? only.repository : found.name;
  const remove = each
    .flatMap(({ order }) => order)
    .map(({ repository, digest, tags, kind, sizeBytes }) => {
      const { follows } = byKey.get(imageKey({ repository, digest })) ?? {};
      return { repository, digest, tags, kind, sizeBytes, ...(follows === undefined ? {} : { follows }) };
    })
    // The last one is removed first.
    .toReversed();
  const arns = contents
    .filter((_, index) => (totals[index]?.removing ?? 0) > 0)
    .flatMap(({ repository }) => repository.repositoryArn ?? []);
  const requests = arns.length === 0 ? [] : [{ actions: ['ecr:BatchDeleteImage'], resources: arns }];
  saveCleanup(journal, id, { kind: 'images', target, subject, policy, confirmation: subject, remove });
  return {
    id,
    target,
    subject,
    environment: environments.guardOf({ account: found }).environment,
    policy,
    createdAt: now.toISOString(),
    items,
    totals,
    removing: sum(({ removing }) => removing),
    keeping: sum(({ keeping }) => keeping),
    freedBytes: sum(({ freedBytes }) => freedBytes),
    batches: sum(({ removing }) => batchesFor(removing)),
    warnings: NOT_CHECKED,
    checks: await checkPlannedCalls({ aws, priority: 'visible' }, scope, requests, signal),
    confirmation: subject,
  };
}
