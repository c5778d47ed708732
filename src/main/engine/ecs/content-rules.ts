import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { containerRefusals } from './container-rules.ts';
import { fargateRefusals } from './fargate-rules.ts';
import { logRefusals } from './log-rules.ts';
import { networkRefusals } from './port-rules.ts';
import { type RefusedContent, refusal } from './refused-content.ts';
import { taskRefusals } from './task-rules.ts';

type Content = RegisterTaskDefinitionRequest;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html (Task definition size limit) */
const MOST_BYTES = 64 * 1024;

/**
 * What ECS refuses or ignores in a task definition although the types of the SDK allow it: the SDK's model has enums, and
 * the ranges and patterns stand in AWS's documentation only. The execution role and the size have checks of their own.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function refusedContents(content: Content): readonly RefusedContent[] {
  const containers = content.containerDefinitions ?? [];
  return [
    ...tooLarge(content),
    ...ephemeralStorage(content),
    ...taskRefusals(content),
    ...containerCount(containers),
    ...containers.flatMap((container, index) => [
      ...imageRefusals(container, index),
      ...doubleNames(container, index),
      ...strayMounts(container, index, content),
      ...containerRefusals(container, index, content),
    ]),
    ...namesakes(containers),
    ...strayVolumesFrom(containers),
    ...dependencyCycles(containers),
    ...strayDependencies(containers),
    ...noEssential(containers),
    ...networkRefusals(content),
    ...logRefusals(content),
    ...fargateRefusals(content),
  ];
}

/** Tags are not part of a task definition. */
function tooLarge({ tags: _tags, ...content }: Content): readonly RefusedContent[] {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes <= MOST_BYTES) return [];
  return [
    {
      path: [],
      message: `The task definition has ${bytes} bytes, and ECS accepts ${MOST_BYTES} (64 KiB)`,
      advice: 'Move variables to a file in S3 (environmentFiles) or to Secrets Manager.',
    },
  ];
}

const LEAST_GIB = 21;
const MOST_GIB = 200;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html */
function ephemeralStorage({ ephemeralStorage: storage }: Content): readonly RefusedContent[] {
  const size = storage?.sizeInGiB;
  if (size === undefined || (size >= LEAST_GIB && size <= MOST_GIB)) return [];
  return [
    {
      path: ['ephemeralStorage', 'sizeInGiB'],
      message: `The ephemeral storage is ${size} GiB, and ECS accepts ${LEAST_GIB} to ${MOST_GIB}`,
      advice: 'Leave ephemeralStorage out for the 20 GiB that every Fargate task has.',
    },
  ];
}

const MOST_IMAGE_CHARACTERS = 255;
const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{64}$/;
const IMAGE = /^[a-zA-Z0-9_\-:./@#[\]]+$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (image): SHA-256 digests only. */
function imageRefusals({ name, image = '' }: ContainerDefinition, index: number): readonly RefusedContent[] {
  const path = ['containerDefinitions', index, 'image'];
  if (image === '') {
    const advice = 'Write its image as repository:tag or repository@sha256:digest.';
    return [refusal(path, `The container ${name ?? '(without a name)'} has no image`, advice)];
  }
  if (IMAGE_ID.test(image)) {
    return [
      {
        path,
        message: `The image of ${name} is the ID of a local image, which no registry knows`,
        advice: 'Write it as repository:tag or repository@sha256:digest.',
      },
    ];
  }
  if (/@(?!sha256:[0-9a-f]{64}$)/.test(image)) {
    return [
      {
        path,
        message: `The image of ${name} has a digest that ECS doesn't accept: “${image}”`,
        advice: 'Write its SHA-256 digest: sha256: and 64 hexadecimal digits.',
      },
    ];
  }
  if ((image.split('@')[0] ?? '').length > MOST_IMAGE_CHARACTERS) {
    return [
      {
        path,
        message: `The image of ${name} has more than ${MOST_IMAGE_CHARACTERS} characters before its digest`,
        advice: 'Shorten the name of its repository, or its tag.',
      },
    ];
  }
  if (/^https?:\/\//.test(image)) {
    return [
      {
        path,
        message: `The image of ${name} is an address of the web: “${image}”`,
        advice: 'Write it without https://, as repository:tag or repository@sha256:digest.',
      },
    ];
  }
  if (IMAGE.test(image)) {
    if (parseImageReference(image) !== undefined) return [];
    return [
      refusal(
        path,
        `The image of ${name} isn't a valid reference: “${image}”`,
        'Write the name of the repository in lowercase, and a tag of at most 128 characters.',
      ),
    ];
  }
  const what = /\s/.test(image) ? 'a space' : "a character that ECS doesn't accept";
  return [
    {
      path,
      message: `The image of ${name} contains ${what}: “${image}”`,
      advice: 'Write it as repository:tag or repository@sha256:digest.',
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
function strayDependencies(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return containers.flatMap(({ name, dependsOn = [] }, index) =>
    dependsOn.flatMap(({ containerName, condition }, position) => {
      const path = ['containerDefinitions', index, 'dependsOn', position];
      const other = byName.get(containerName);
      const waits = `The container ${name} waits for ${containerName ?? '(without a name)'}`;
      if (other === undefined) {
        const message = `${waits}, which the task definition doesn't have`;
        return [{ path, message, advice: 'Correct the name in containerName.' }];
      }
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        const message = `${waits} to be HEALTHY, which has no health check`;
        return [{ path, message, advice: 'Give it a healthCheck, or wait for START.' }];
      }
      if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other.essential !== false) {
        const message = `${waits} to end (${condition}), which is essential: its end stops the task`;
        return [{ path, message, advice: 'Set essential to false for it.' }];
      }
      return [];
    }),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (essential) */
function noEssential(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  if (containers.length === 0 || containers.some(({ essential }) => essential !== false)) return [];
  return [
    {
      path: ['containerDefinitions'],
      message: 'No container of the task definition is essential',
      advice: 'Remove essential: false from the container that does the work.',
    },
  ];
}

function doubleNames(
  { name, environment = [], secrets = [] }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const variables = new Set(environment.map((variable) => variable.name));
  return secrets.flatMap((secret, position) =>
    variables.has(secret.name)
      ? [
          {
            path: ['containerDefinitions', index, 'secrets', position, 'name'],
            message: `${secret.name} of the container ${name} is both a variable and a secret`,
            advice: 'Remove one of them.',
          },
        ]
      : [],
  );
}

function strayMounts(
  { name, mountPoints = [] }: ContainerDefinition,
  index: number,
  { volumes = [] }: Content,
): readonly RefusedContent[] {
  const known = new Set(volumes.map((volume) => volume.name));
  return mountPoints.flatMap(({ sourceVolume }, position) =>
    known.has(sourceVolume)
      ? []
      : [
          {
            path: ['containerDefinitions', index, 'mountPoints', position],
            message: `The container ${name} mounts the volume ${sourceVolume ?? '(without a name)'}, which the task definition doesn't have`,
            advice: 'Add it to volumes, or correct the name in sourceVolume.',
          },
        ],
  );
}

const MOST_CONTAINERS = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html (Task definition max containers) */
function containerCount({ length }: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const path = ['containerDefinitions'];
  if (length === 0) return [refusal(path, 'The task definition has no container', 'Add one.')];
  if (length <= MOST_CONTAINERS) return [];
  const message = `The task definition has ${length} containers, and ECS accepts ${MOST_CONTAINERS}`;
  return [refusal(path, message, 'Remove containers, or move some to another task definition.')];
}

/** Containers whose name one before them has. ECS: Container names must be unique within a task definition. */
function namesakes(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const names = containers.map(({ name }) => name);
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [
          refusal(
            ['containerDefinitions', index, 'name'],
            `Another container has the name ${name}`,
            'Container names must be unique.',
          ),
        ],
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_VolumeFrom.html */
function strayVolumesFrom(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const known = new Set(containers.map(({ name }) => name));
  return containers.flatMap(({ name, volumesFrom = [] }, index) =>
    volumesFrom.flatMap(({ sourceContainer }, position) =>
      known.has(sourceContainer)
        ? []
        : [
            refusal(
              ['containerDefinitions', index, 'volumesFrom', position],
              `The container ${name} mounts the volumes of ${sourceContainer ?? '(without a name)'}, which the task definition doesn't have`,
              'Correct the name in sourceContainer.',
            ),
          ],
    ),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
function dependencyCycles(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const dependenciesOf = new Map(
    containers.map(({ name = '', dependsOn = [] }) => [
      name,
      dependsOn.flatMap(({ containerName }) => containerName ?? []),
    ]),
  );
  const cycle = [...dependenciesOf.keys()]
    .map((name) => pathBackTo(name, name, dependenciesOf, new Set()))
    .find((path) => path !== undefined);
  if (cycle === undefined) return [];
  return [
    {
      path: ['containerDefinitions'],
      message: `Containers wait for each other: ${cycle.join(' → ')}`,
      advice: 'Remove one of these dependsOn entries.',
    },
  ];
}

/** The names from one container to another over their dependencies, both ends included. */
function pathBackTo(
  goal: string,
  from: string,
  dependenciesOf: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): readonly string[] | undefined {
  for (const next of dependenciesOf.get(from) ?? []) {
    if (next === goal) return [from, goal];
    if (seen.has(next)) continue;
    seen.add(next);
    const rest = pathBackTo(goal, next, dependenciesOf, seen);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}
