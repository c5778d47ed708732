import type { ContainerImage } from '@aws-sdk/client-ecs';
import type { EcsContext } from './context.ts';
import type { TaskDefinitionRecord } from './state.ts';

/** The digests that the tags of a task definition's images have now. What cannot be found has none. */
export function resolveContainerImages(
  { resolveImage }: EcsContext,
  definition: TaskDefinitionRecord['definition'],
): ContainerImage[] {
  return definition.containerDefinitions.map(({ name, image, versionConsistency }) => {
    const digest = versionConsistency === 'disabled' ? undefined : resolveImage(image ?? '')?.digest;
    return { containerName: name, image, ...(digest === undefined ? {} : { imageDigest: digest }) };
  });
}
