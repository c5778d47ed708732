import type {
  DescribeTaskDefinitionResponse,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import type { Change } from '../../../shared/model/change.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';

/** What DescribeTaskDefinition answers and RegisterTaskDefinition does not take, by the SDK's own types. */
type DescribedOnly = Exclude<keyof TaskDefinition, keyof RegisterTaskDefinitionRequest>;

/**
 * The fields to leave out. A list of what goes, not of what stays, so that fields which AWS adds later survive.
 */
export const DESCRIBED_ONLY = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
] as const satisfies readonly DescribedOnly[];

/**
 * The input that registers a described task definition again, field for field. Empty strings, false and 0 are values
 * and stay. Tags come besides the task definition (`include: ['TAGS']`) and are left out when there are none. Throws
 * NOT_FOUND when the answer holds no task definition.
 */
export function registrationInput(described: DescribeTaskDefinitionResponse): RegisterTaskDefinitionRequest {
  const { taskDefinition, tags } = described;
  if (taskDefinition === undefined) {
    throw new SlipwayError('NOT_FOUND', 'ECS answered without a task definition. Choose another revision.');
  }
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _requiresAttributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...content
  } = taskDefinition;
  return {
    ...content,
    family: content.family,
    containerDefinitions: content.containerDefinitions,
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
  };
}

/**
 * The same input with other images for the containers that are named. Throws INVALID_INPUT for a container that
 * the task definition does not have, one that is named twice, and for text that is no image reference.
 */
export function withImages(
  input: RegisterTaskDefinitionRequest,
  images: NonNullable<Change['images']>,
): RegisterTaskDefinitionRequest {
  const containers = input.containerDefinitions ?? [];
  const imageOf = new Map<string, string>();
  for (const { container, image } of images) {
    if (!containers.some((each) => each.name === container)) throw unknownContainer(input, container);
    if (imageOf.has(container)) {
      throw new SlipwayError(
        'INVALID_INPUT',
        `The container ${container} has two images in this change. Choose one of them.`,
      );
    }
    if (parseImageReference(image) === undefined) {
      throw new SlipwayError(
        'INVALID_INPUT',
        `“${image}” is not an image reference: ${imageReferenceProblem(image)}. Write it as repository:tag or repository@sha256:digest.`,
      );
    }
    imageOf.set(container, image);
  }
  return {
    ...input,
    containerDefinitions: containers.map((container) => {
      const image = imageOf.get(container.name ?? '');
      return image === undefined ? container : { ...container, image };
    }),
  };
}

function unknownContainer(input: RegisterTaskDefinitionRequest, container: string): SlipwayError {
  const names = (input.containerDefinitions ?? []).map((each) => each.name ?? '(without a name)').join(', ');
  return new SlipwayError(
    'INVALID_INPUT',
    `${input.family ?? 'The task definition'} has no container “${container}”. It has: ${names || 'none'}.`,
  );
}
