import type { Deployment } from '../../../shared/model/deployment.ts';

/**
 * Which deployment a rollback goes back to by default: the newest SUCCESSFUL one that differs from what runs, or
 * from what is failing. After ECS has rolled back by itself, the last success runs already, so an earlier one is
 * meant. `deployments`: newest first.
 */
export function rollbackTarget<D extends Pick<Deployment, 'outcome' | 'taskDefinitionArn' | 'images'>>(
  deployments: readonly D[],
): D | undefined {
  const [latest] = deployments;
  if (latest === undefined) return undefined;
  const successes = deployments.filter(({ outcome }) => outcome === 'succeeded');
  const current = latest.outcome === 'rolled-back' ? successes[0] : latest;
  if (current === undefined) return undefined;
  return successes.find((deployment) => !isSameRelease(deployment, current));
}

type Released = Pick<Deployment, 'taskDefinitionArn' | 'images'>;

/** One task definition can run two softwares: a tag is resolved anew by each deployment. */
function isSameRelease(one: Released, other: Released): boolean {
  if (one.taskDefinitionArn !== other.taskDefinitionArn) return false;
  const digests = new Map(one.images.map(({ container, digest }) => [container, digest]));
  return other.images.every(({ container, digest }) => {
    const before = digests.get(container);
    return before === undefined || digest === undefined || before === digest;
  });
}
