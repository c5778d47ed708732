import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { imageName } from '../../lib/image-labels.ts';

/** What a release brought to one container, in comparison with the release before. */
export type ImageVersionStep =
  | { readonly kind: 'first' | 'same'; readonly container: string; readonly after: string }
  | { readonly kind: 'changed'; readonly container: string; readonly before: string; readonly after: string };

/**
 * What ran before a deployment of a list that has the newest first: the deployment of the revision that ECS
 * names as its source, or else the success before it.
 */
export function deploymentBefore(deployments: readonly Deployment[], index: number): Deployment | undefined {
  const older = deployments.slice(index + 1);
  const source = deployments[index]?.previousRevision;
  return (
    older.find((each) => source !== undefined && each.revision === source) ??
    older.find((each) => each.outcome === 'succeeded')
  );
}

/** Image versions differ by digest; without one, the image references are compared. */
function isSameImageVersion(before: ContainerImage, after: ContainerImage): boolean {
  if (before.digest !== undefined && after.digest !== undefined) return before.digest === after.digest;
  return before.image === after.image;
}

/** How to write a version in the line of a table. */
function version(image: ContainerImage): string {
  return imageName(image.image).version || image.image;
}

/** The steps of each container of a deployment, changed ones first. */
export function imageVersionSteps(
  deployment: Deployment,
  previous: Deployment | undefined,
): readonly ImageVersionStep[] {
  const steps = deployment.images.map((after): ImageVersionStep => {
    const before = previous?.images.find((each) => each.container === after.container);
    const { container } = after;
    if (!before) return { kind: 'first', container, after: version(after) };
    if (isSameImageVersion(before, after)) return { kind: 'same', container, after: version(after) };
    return { kind: 'changed', container, before: version(before), after: version(after) };
  });
  return steps.toSorted((a, b) => Number(b.kind === 'changed') - Number(a.kind === 'changed'));
}
