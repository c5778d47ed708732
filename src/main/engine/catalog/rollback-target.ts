import type { Deployment } from '../../../shared/model/deployment.ts';

interface Released extends Pick<Deployment, 'taskDefinitionArn' | 'images'> {
  /** Network, load balancers, capacity and the like as one text; undefined where they are not known. */
  readonly settings?: string | undefined;
}
type Past = Released & Pick<Deployment, 'outcome'>;

/**
 * Which deployment a rollback rolls back to by default. `deployments`: newest first.
 *
 * A release that runs is left for the newest SUCCESSFUL one with another image version, which need not be the one
 * before; if all have one image version, for the newest with another task definition or other settings of the service.
 * One that fails or is in progress is left for the newest success that is another release, which is where ECS itself
 * would go. After ECS has rolled back by itself, the last success runs already. What somebody has rolled back from
 * stays behind: after B was given up for A, the next one to roll back to is before A.
 */
export function rollbackTarget<D extends Past>(deployments: readonly D[]): D | undefined {
  const [latest] = deployments;
  if (latest === undefined) return undefined;
  const successes = deployments.filter(({ outcome }) => outcome === 'succeeded');
  const current = latest.outcome === 'rolled-back' ? successes[0] : latest;
  if (current === undefined) return undefined;

  const lasting = current.outcome === 'in-progress' ? [current, ...successes] : successes;
  const candidates = withoutGivenUp(lasting).filter((each) => each !== current);
  const onlyConfigurationChanged = lasting.every((each) => isSameImageVersion(each, current));
  const isAlike =
    current.outcome === 'succeeded' && !onlyConfigurationChanged ? isSameImageVersion : isSameRelease;
  return candidates.find((each) => !isAlike(each, current));
}

/** Skips the releases between a release and the earlier one that it restored. */
function withoutGivenUp<D extends Past>(newestFirst: readonly D[]): readonly D[] {
  const kept: D[] = [];
  for (let at = 0; at < newestFirst.length; ) {
    const release = newestFirst[at];
    if (release === undefined) break;
    kept.push(release);
    at = rolledBackTo(newestFirst, at) ?? at + 1;
  }
  return kept;
}

/** The place of the earlier deployment that this one took up again over others; none if it brought something else. */
function rolledBackTo(newestFirst: readonly Past[], at: number): number | undefined {
  const [release, before] = newestFirst.slice(at);
  if (release === undefined || before === undefined) return undefined;
  // Its content may have been registered again, so the image version decides, unless that never changed.
  const isSame = isSameImageVersion(release, before) ? isSameRelease : isSameImageVersion;
  if (isSame(release, before)) return undefined;
  const earlier = newestFirst.findIndex((each, place) => place > at + 1 && isSame(release, each));
  return earlier === -1 ? undefined : earlier;
}

/** One task definition can run two image versions: a tag is resolved again by each deployment. */
function isSameRelease(one: Released, other: Released): boolean {
  if (one.taskDefinitionArn !== other.taskDefinitionArn) return false;
  const areKnown = one.settings !== undefined && other.settings !== undefined;
  return (!areKnown || one.settings === other.settings) && isSameImageVersion(one, other);
}

/** By digest, the identity of an image; without one, the references are compared. */
function isSameImageVersion(one: Released, other: Released): boolean {
  if (one.images.length !== other.images.length) return false;
  const images = new Map(one.images.map((image) => [image.container, image]));
  return other.images.every(({ container, image, digest }) => {
    const before = images.get(container);
    if (before === undefined) return false;
    if (before.digest === undefined || digest === undefined) return before.image === image;
    return before.digest === digest;
  });
}
