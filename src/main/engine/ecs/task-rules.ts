import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs';
import { readClusterQuery } from '../../../shared/model/cluster-query.ts';
import { cpuUnitsOf, memoryMiBOf } from '../../../shared/model/task-size.ts';
import { NAME, NAME_ADVICE } from './container-rules.ts';
import { isForFargate } from './fargate-rules.ts';
import { type RefusedContent, refusal } from './refused-content.ts';

type Content = RegisterTaskDefinitionRequest;

/**
 * What ECS refuses in the settings of a task and of its volumes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export function taskRefusals(content: Content): readonly RefusedContent[] {
  return [
    ...familyRefusals(content),
    ...roleRefusals(content),
    ...placementRefusals(content),
    ...managedInstanceRefusals(content),
    ...platformRefusals(content),
    ...tagRefusals(content),
    ...cpuRefusals(content),
    ...memoryRefusals(content),
    ...volumeRefusals(content),
  ];
}

function familyRefusals({ family = '' }: Content): readonly RefusedContent[] {
  if (NAME.test(family)) return [];
  const message = family === '' ? 'The family is empty' : `The family “${family}” isn't one that ECS accepts`;
  return [refusal(['family'], message, NAME_ADVICE)];
}

const ROLE = /^(?:arn:aws[a-z-]*:iam::\d{12}:role\/.+|[\w+=,.@-]{1,64})$/;

/** A role is named by its ARN or, as in older task definitions, by its name. */
function roleRefusals({ taskRoleArn, executionRoleArn }: Content): readonly RefusedContent[] {
  return Object.entries({ taskRoleArn, executionRoleArn }).flatMap(([setting, role]) => {
    if (role === undefined || ROLE.test(role)) return [];
    const message = `${setting} is “${role}”, which is neither the ARN nor the name of a role`;
    return [
      refusal([setting], message, 'Set the ARN of a role, such as arn:aws:iam::123456789012:role/web.'),
    ];
  });
}

const MOST_CONSTRAINTS = 10;

/** EXTERNAL: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html (considerations) */
function placementRefusals(content: Content): readonly RefusedContent[] {
  const { placementConstraints = [], requiresCompatibilities = [], networkMode } = content;
  return [
    ...(placementConstraints.length <= MOST_CONSTRAINTS
      ? []
      : [
          refusal(
            ['placementConstraints'],
            `The task has ${placementConstraints.length} placement constraints, and ECS accepts ${MOST_CONSTRAINTS}`,
            'Remove some of them.',
          ),
        ]),
    ...placementConstraints.flatMap(({ expression = '' }, index) => expressionRefusals(expression, index)),
    ...(requiresCompatibilities.includes('EXTERNAL') && networkMode === 'awsvpc'
      ? [
          refusal(
            ['networkMode'],
            "The task has the network mode awsvpc, which EXTERNAL instances don't support",
            'Use the network mode bridge, host or none, or remove EXTERNAL from requiresCompatibilities.',
          ),
        ]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html: all of them are `memberOf`. */
function expressionRefusals(expression: string, index: number): readonly RefusedContent[] {
  const path = ['placementConstraints', index, 'expression'];
  const advice = 'Write it in the cluster query language, such as attribute:ecs.instance-type =~ t3.*';
  if (expression.trim() === '') {
    return [refusal(path, 'A placement constraint has no expression', `${advice}.`)];
  }
  const read = readClusterQuery(expression);
  if ('query' in read) return [];
  const shown = expression.length > 80 ? `${expression.slice(0, 80)}…` : expression;
  const message = `The placement constraint “${shown}” isn't one that ECS can read: ${read.problem}`;
  return [refusal(path, message, `${advice}.`)];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-networking.html */
function managedInstanceRefusals({
  requiresCompatibilities = [],
  networkMode,
}: Content): readonly RefusedContent[] {
  if (
    !requiresCompatibilities.includes('MANAGED_INSTANCES') ||
    networkMode === 'awsvpc' ||
    networkMode === 'host'
  )
    return [];
  const mode = networkMode === undefined ? 'no network mode' : `the network mode ${networkMode}`;
  return [
    {
      path: ['networkMode'],
      message: `The task has ${mode}, and Managed Instances run tasks with awsvpc or host`,
      advice:
        'Use the network mode awsvpc or host, or remove MANAGED_INSTANCES from requiresCompatibilities.',
      severity: 'warning',
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html: ARM is for Linux. */
function platformRefusals({ runtimePlatform }: Content): readonly RefusedContent[] {
  const { cpuArchitecture, operatingSystemFamily = 'LINUX' } = runtimePlatform ?? {};
  if (cpuArchitecture !== 'ARM64' || operatingSystemFamily === 'LINUX') return [];
  return [
    refusal(
      ['runtimePlatform', 'cpuArchitecture'],
      `The task is for ${operatingSystemFamily} on ARM64, and ECS runs Windows on X86_64 only`,
      'Set cpuArchitecture to X86_64, or leave it out.',
    ),
  ];
}

const MOST_TAGS = 50;
const MOST_KEY_CHARACTERS = 128;
const MOST_VALUE_CHARACTERS = 256;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
function tagRefusals({ tags = [] }: Content): readonly RefusedContent[] {
  const keys = tags.map(({ key }) => key ?? '');
  return [
    ...(tags.length <= MOST_TAGS
      ? []
      : [
          refusal(
            ['tags'],
            `The task definition has ${tags.length} tags, and ECS accepts ${MOST_TAGS}`,
            'Remove some of them.',
          ),
        ]),
    ...tags.flatMap(({ key = '', value = '' }, index) => {
      const problem = tagProblem(key, value) ?? (keys.indexOf(key) < index ? 'is there twice' : undefined);
      if (problem === undefined) return [];
      return [
        refusal(
          ['tags', index],
          `The tag ${key === '' ? 'without a key' : `“${key.slice(0, MOST_KEY_CHARACTERS)}”`} ${problem}`,
          'Correct or remove it.',
        ),
      ];
    }),
  ];
}

function tagProblem(key: string, value: string): string | undefined {
  if (key === '') return "isn't one that ECS accepts";
  if (/^aws:/i.test(key)) return 'starts with aws:, which is reserved for AWS';
  if (key.length > MOST_KEY_CHARACTERS) return `has more than ${MOST_KEY_CHARACTERS} characters in its key`;
  if (value.length > MOST_VALUE_CHARACTERS)
    return `has more than ${MOST_VALUE_CHARACTERS} characters in its value`;
  return TAG_TEXT.test(key) && TAG_TEXT.test(value) ? undefined : "has characters that ECS doesn't accept";
}

const LEAST_CPU = 128;
const MOST_CPU = 196_608;

/** Fargate has sizes of its own, which the check of the size knows. */
function cpuRefusals(content: Content): readonly RefusedContent[] {
  const ofTask = content.cpu === undefined ? undefined : cpuUnitsOf(content.cpu);
  if (ofTask === undefined) return [];
  const { containerDefinitions = [] } = content;
  const together = containerDefinitions.reduce((sum, { cpu = 0 }) => sum + cpu, 0);
  return [
    ...(isForFargate(content) || (ofTask >= LEAST_CPU && ofTask <= MOST_CPU)
      ? []
      : [
          refusal(
            ['cpu'],
            `The task has ${ofTask} CPU units, and ECS accepts ${LEAST_CPU} to ${MOST_CPU}`,
            'Correct cpu, or remove it.',
          ),
        ]),
    ...(together <= ofTask
      ? []
      : [
          refusal(
            ['cpu'],
            `The containers have ${together} CPU units together, and their task has ${ofTask}`,
            'Raise the cpu of the task, or lower the cpu of a container.',
          ),
        ]),
  ];
}

/** One container with more than its task has is found by the check of the size. */
function memoryRefusals({ memory: size, containerDefinitions = [] }: Content): readonly RefusedContent[] {
  const ofTask = size === undefined ? undefined : memoryMiBOf(size);
  if (ofTask === undefined || containerDefinitions.some((each) => limitOf(each) > ofTask)) return [];
  const together = containerDefinitions.reduce(
    (sum, { memory, memoryReservation }) => sum + (memoryReservation ?? memory ?? 0),
    0,
  );
  if (together <= ofTask) return [];
  const message = `The containers need ${together} MiB of memory together, and their task has ${ofTask}`;
  return [refusal(['memory'], message, 'Raise the memory of the task, or lower that of a container.')];
}

function limitOf({ memory, memoryReservation }: ContainerDefinition): number {
  return memory ?? memoryReservation ?? 0;
}

const NEED_A_NAME: readonly string[] = [
  'configuredAtLaunch',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html */
function volumeRefusals({ volumes = [], taskRoleArn }: Content): readonly RefusedContent[] {
  const atLaunch = volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch === true);
  const hasS3Files = volumes.some((volume) => volume.s3filesVolumeConfiguration !== undefined);
  return [
    ...volumes.flatMap((volume, index) => [
      ...kindRefusals(volume, index),
      ...efsRefusals(volume, index),
      ...fsxRefusals(volume, index),
    ]),
    ...doubleVolumes(volumes),
    ...(atLaunch.length <= 1
      ? []
      : [
          refusal(
            ['volumes'],
            `${atLaunch.length} volumes are configured at launch, and ECS accepts one`,
            'Remove configuredAtLaunch from all of them but one.',
          ),
        ]),
    ...(hasS3Files && taskRoleArn === undefined
      ? [
          refusal(
            ['taskRoleArn'],
            'The task definition has no task role, which a volume of Amazon S3 Files needs',
            'Set taskRoleArn.',
          ),
        ]
      : []),
  ];
}

function kindRefusals(volume: Volume, index: number): readonly RefusedContent[] {
  const { name } = volume;
  const path = ['volumes', index];
  const kinds = kindsOf(volume);
  const needy = kinds.find((kind) => NEED_A_NAME.includes(kind));
  return [
    ...(kinds.length <= 1
      ? []
      : [
          refusal(
            path,
            `The volume ${nameOf(volume)} has ${kinds.join(' and ')}, and ECS accepts one of them`,
            'Remove the others.',
          ),
        ]),
    ...(name === undefined && needy !== undefined
      ? [refusal(path, `A volume with ${needy} has no name`, 'Set its name.')]
      : []),
    ...(name === undefined || NAME.test(name)
      ? []
      : [refusal([...path, 'name'], `The volume name “${name}” isn't one that ECS accepts`, NAME_ADVICE)]),
  ];
}

function kindsOf({ host, configuredAtLaunch, name: _name, ...kinds }: Volume): readonly string[] {
  const given = {
    'host.sourcePath': host?.sourcePath,
    configuredAtLaunch: configuredAtLaunch === true ? true : undefined,
    ...kinds,
  };
  return Object.entries(given).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
}

function nameOf({ name }: Volume): string {
  return name ?? '(without a name)';
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html */
function efsRefusals(volume: Volume, index: number): readonly RefusedContent[] {
  const { efsVolumeConfiguration: efs } = volume;
  const { accessPointId, iam } = efs?.authorizationConfig ?? {};
  const path = ['volumes', index, 'efsVolumeConfiguration'];
  const isAuthorized = iam === 'ENABLED' || accessPointId !== undefined;
  return [
    ...(isAuthorized && efs?.transitEncryption !== 'ENABLED'
      ? [
          refusal(
            path,
            `The volume ${nameOf(volume)} has an access point or IAM authorization without encryption in transit`,
            'Set transitEncryption to ENABLED.',
          ),
        ]
      : []),
    ...(accessPointId !== undefined && !['', '/'].includes(efs?.rootDirectory ?? '')
      ? [
          refusal(
            [...path, 'rootDirectory'],
            `The volume ${nameOf(volume)} has both an access point and a rootDirectory`,
            'Remove rootDirectory, or set it to /.',
          ),
        ]
      : []),
  ];
}

const KEPT_CREDENTIALS = /^arn:aws[a-z-]*:(?:secretsmanager:|ssm:[a-z0-9-]+:\d{12}:parameter\/)/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FSxWindowsFileServerAuthorizationConfig.html */
function fsxRefusals(volume: Volume, index: number): readonly RefusedContent[] {
  const { fsxWindowsFileServerVolumeConfiguration: fsx } = volume;
  if (fsx === undefined || KEPT_CREDENTIALS.test(fsx.authorizationConfig?.credentialsParameter ?? ''))
    return [];
  return [
    refusal(
      ['volumes', index, 'fsxWindowsFileServerVolumeConfiguration', 'authorizationConfig'],
      `The credentialsParameter of the volume ${nameOf(volume)} is no ARN of a secret or a parameter`,
      'Set the ARN of a secret in Secrets Manager or of a parameter in Systems Manager.',
    ),
  ];
}

function doubleVolumes(volumes: readonly Volume[]): readonly RefusedContent[] {
  const names = volumes.map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return [];
    return [
      refusal(
        ['volumes', index, 'name'],
        `Two volumes have the name ${name}`,
        'Remove one of them, or give it another name and mount it by that.',
      ),
    ];
  });
}
