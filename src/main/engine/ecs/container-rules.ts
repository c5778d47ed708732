import type { ContainerDefinition, HealthCheck, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type RefusedContent, refusal } from './refused-content.ts';
import { resourceRefusals } from './resource-rules.ts';

/** The names of families, containers and volumes. */
export const NAME = /^[A-Za-z0-9_-]{1,255}$/;
export const NAME_ADVICE = 'Use 1 to 255 letters, digits, underscores and hyphens.';

/**
 * What ECS refuses in the settings of one container.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerRefusals(
  container: ContainerDefinition,
  index: number,
  content: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  return [
    ...nameRefusals(container, index),
    ...memoryRefusals(container, index, content),
    ...variableRefusals(container, index),
    ...environmentFileRefusals(container, index),
    ...healthCheckRefusals(container, index),
    ...restartRefusals(container, index),
    ...swapRefusals(container, index),
    ...resourceRefusals(container, index, content),
    ...mountRefusals(container, index, content),
    ...linkRefusals(container, index, content),
  ];
}

function nameRefusals({ name = '' }: ContainerDefinition, index: number): readonly RefusedContent[] {
  if (NAME.test(name)) return [];
  const path = ['containerDefinitions', index, 'name'];
  if (name === '') return [refusal(path, `Container ${index + 1} has no name`, NAME_ADVICE)];
  return [refusal(path, `The container name “${name}” isn't one that ECS accepts`, NAME_ADVICE)];
}

/** What Docker reserves at least. */
const LEAST_MEMORY_MIB = 6;

function memoryRefusals(
  { name, memory, memoryReservation }: ContainerDefinition,
  index: number,
  content: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  const path = ['containerDefinitions', index];
  if (memory === undefined && memoryReservation === undefined) {
    if (content.memory !== undefined) return [];
    return [
      refusal(
        path,
        `Neither the container ${name} nor the task has memory`,
        'Set memory or memoryReservation of the container, or memory of the task.',
      ),
    ];
  }
  if (memory === undefined) return [];
  if (memory < LEAST_MEMORY_MIB) {
    return [
      refusal(
        [...path, 'memory'],
        `The container ${name} has ${memory} MiB of memory, and ECS accepts ${LEAST_MEMORY_MIB} at least`,
        'Raise its memory.',
      ),
    ];
  }
  if (memoryReservation === undefined || memoryReservation <= memory) return [];
  return [
    refusal(
      [...path, 'memoryReservation'],
      `The container ${name} reserves ${memoryReservation} MiB, more than its memory of ${memory} MiB`,
      'Lower memoryReservation, or raise memory.',
    ),
  ];
}

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:/;
const PARAMETER_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\//;
const PARAMETER_NAME = /^[a-zA-Z0-9_.\-/]{1,2048}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html */
function variableRefusals(
  { name, environment = [], secrets = [], logConfiguration }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const of = ['containerDefinitions', index];
  const options = logConfiguration?.secretOptions ?? [];
  const placed = [
    ...secrets.map((secret, position) => ({ secret, path: [...of, 'secrets', position] })),
    ...options.map((secret, position) => ({
      secret,
      path: [...of, 'logConfiguration', 'secretOptions', position],
    })),
  ];
  const named = secrets.map((secret) => secret.name);
  return [
    ...environment.flatMap((variable, position) =>
      (variable.name ?? '') === ''
        ? [
            refusal(
              [...of, 'environment', position],
              `A variable of the container ${name} has no name`,
              'Set its name, or remove it.',
            ),
          ]
        : [],
    ),
    ...placed.flatMap(({ secret: { name: secret = '', valueFrom = '' }, path }) => {
      if (secret === '') {
        return [refusal(path, `A secret of the container ${name} has no name`, 'Set its name.')];
      }
      if (SECRET_ARN.test(valueFrom) || PARAMETER_NAME.test(valueFrom.replace(PARAMETER_ARN, '/'))) return [];
      return [
        refusal(
          [...path, 'valueFrom'],
          `The secret ${secret} of the container ${name} refers to ${valueFrom === '' ? 'nothing' : `“${valueFrom}”`}, which is neither a secret nor a parameter`,
          'Set the ARN of a secret in Secrets Manager, or the ARN or the name of a parameter in Systems Manager.',
        ),
      ];
    }),
    ...named.flatMap((secret, position) =>
      secret === undefined || named.indexOf(secret) === position
        ? []
        : [
            refusal(
              [...of, 'secrets', position, 'name'],
              `Two secrets of the container ${name} have the name ${secret}`,
              'Remove one of them.',
            ),
          ],
    ),
  ];
}

const MOST_ENVIRONMENT_FILES = 10;
const S3_OBJECT_ARN = /^arn:aws[a-z-]*:s3:::[^/]+\/.+/;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html */
function environmentFileRefusals(
  { name, environmentFiles: files = [] }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const path = ['containerDefinitions', index, 'environmentFiles'];
  const most = MOST_ENVIRONMENT_FILES;
  return [
    ...(files.length <= most
      ? []
      : [
          refusal(
            path,
            `The container ${name} has ${files.length} environment files, and ECS accepts ${most}`,
            'Put their variables into fewer files.',
          ),
        ]),
    ...files.flatMap(({ value = '' }, position) => {
      if (!value.endsWith('.env')) {
        return [
          refusal(
            [...path, position],
            `The environment file ${value} of the container ${name} doesn't end in .env`,
            'Give the ARN of an S3 object whose name ends in .env.',
          ),
        ];
      }
      if (S3_OBJECT_ARN.test(value)) return [];
      return [
        refusal(
          [...path, position],
          `The environment file ${value} of the container ${name} isn't the ARN of an S3 object`,
          'Give its ARN, such as arn:aws:s3:::bucket/web.env.',
        ),
      ];
    }),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK_RANGES = [
  ['interval', 5, 300, ' seconds'],
  ['timeout', 2, 60, ' seconds'],
  ['retries', 1, 10, ''],
  ['startPeriod', 0, 300, ' seconds'],
] as const satisfies readonly (readonly [keyof HealthCheck, number, number, string])[];

function healthCheckRefusals(
  { name, healthCheck }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  if (healthCheck === undefined) return [];
  const path = ['containerDefinitions', index, 'healthCheck'];
  const [kind] = healthCheck.command ?? [];
  return [
    ...(kind === 'CMD' || kind === 'CMD-SHELL'
      ? []
      : [
          refusal(
            [...path, 'command'],
            `The health check of the container ${name} has a command that doesn't start with CMD or CMD-SHELL`,
            'Start it with CMD for a program with its arguments, or CMD-SHELL for a line of a shell.',
          ),
        ]),
    ...HEALTH_CHECK_RANGES.flatMap(([setting, least, most, unit]) => {
      const value = healthCheck[setting];
      if (value === undefined || (value >= least && value <= most)) return [];
      return [
        refusal(
          [...path, setting],
          `The health check of the container ${name} has ${setting} ${value}, and ECS accepts ${least} to ${most}${unit}`,
          `Correct ${setting}, or remove it.`,
        ),
      ];
    }),
  ];
}

const RESTART_SECONDS = [60, 1800] as const;
const MOST_IGNORED_EXIT_CODES = 50;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html */
function restartRefusals(
  { name, restartPolicy }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const { restartAttemptPeriod: period, ignoredExitCodes: codes = [] } = restartPolicy ?? {};
  const [least, most] = RESTART_SECONDS;
  const path = ['containerDefinitions', index, 'restartPolicy'];
  return [
    ...(period === undefined || (period >= least && period <= most)
      ? []
      : [
          refusal(
            [...path, 'restartAttemptPeriod'],
            `The container ${name} has restartAttemptPeriod ${period}, and ECS accepts ${least} to ${most} seconds`,
            'Correct it, or remove it.',
          ),
        ]),
    ...(codes.length <= MOST_IGNORED_EXIT_CODES
      ? []
      : [
          refusal(
            [...path, 'ignoredExitCodes'],
            `The container ${name} ignores ${codes.length} exit codes, and ECS accepts ${MOST_IGNORED_EXIT_CODES}`,
            'Remove some of them.',
          ),
        ]),
  ];
}

const MOST_SWAPPINESS = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html (maxSwap, swappiness) */
function swapRefusals(
  { name, linuxParameters }: ContainerDefinition,
  index: number,
): readonly RefusedContent[] {
  const { maxSwap, swappiness } = linuxParameters ?? {};
  const path = ['containerDefinitions', index, 'linuxParameters'];
  if (maxSwap !== undefined && maxSwap < 0) {
    const message = `The container ${name} has maxSwap ${maxSwap}, and ECS accepts 0 and more`;
    return [refusal([...path, 'maxSwap'], message, 'Set the MiB of swap, or 0 for none.')];
  }
  if (swappiness === undefined) return [];
  const at = [...path, 'swappiness'];
  if (swappiness < 0 || swappiness > MOST_SWAPPINESS) {
    const message = `The container ${name} has swappiness ${swappiness}, and ECS accepts 0 to ${MOST_SWAPPINESS}`;
    return [refusal(at, message, 'Correct it, or remove it.')];
  }
  if (maxSwap !== undefined) return [];
  const message = `The container ${name} has swappiness without maxSwap, and ECS ignores it then`;
  return [{ ...refusal(at, message, 'Set maxSwap too, or remove swappiness.'), severity: 'warning' }];
}

/** The Docker Engine mounts at absolute paths only. */
function mountRefusals(
  { name, mountPoints = [] }: ContainerDefinition,
  index: number,
  { runtimePlatform }: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  const isWindows = runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
  return mountPoints.flatMap(({ containerPath }, position) => {
    if (isWindows || containerPath === undefined || containerPath.startsWith('/')) return [];
    return [
      refusal(
        ['containerDefinitions', index, 'mountPoints', position, 'containerPath'],
        `The container ${name} mounts a volume at “${containerPath}”, which is not an absolute path`,
        'Write it from the root, such as /data.',
      ),
    ];
  });
}

/** A link is `NAME` or `NAME:ALIAS`. */
function linkRefusals(
  { name, links = [] }: ContainerDefinition,
  index: number,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): readonly RefusedContent[] {
  const known = new Set(containerDefinitions.map((container) => container.name));
  return links.flatMap((link, position) => {
    const [target = ''] = link.split(':');
    if (known.has(target)) return [];
    return [
      refusal(
        ['containerDefinitions', index, 'links', position],
        `The container ${name} has a link to ${target}, which the task definition doesn't have`,
        'Correct the name of the container.',
      ),
    ];
  });
}
