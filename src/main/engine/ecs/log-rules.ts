import type {
  ContainerDefinition,
  LogConfiguration,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { isForFargate } from './fargate-rules.ts';
import { type RefusedContent, refusal } from './refused-content.ts';

/**
 * What ECS refuses in the logging of containers.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 */
export function logRefusals(content: RegisterTaskDefinitionRequest): readonly RefusedContent[] {
  const { containerDefinitions = [] } = content;
  return [
    ...containerDefinitions.flatMap(({ name = '', logConfiguration: log }, index) =>
      log === undefined
        ? []
        : optionRefusals({
            container: name,
            log,
            path: ['containerDefinitions', index, 'logConfiguration'],
            isFargate: isForFargate(content),
          }),
    ),
    ...routingRefusals(containerDefinitions),
  ];
}

interface PlacedLog {
  readonly container: string;
  readonly log: LogConfiguration;
  readonly path: readonly (string | number)[];
  readonly isFargate: boolean;
}

const AWSLOGS_OPTIONS: readonly string[] = [
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-group',
  'awslogs-multiline-pattern',
  'awslogs-region',
  'awslogs-stream-prefix',
  'max-buffer-size',
  'mode',
];

function optionRefusals(placed: PlacedLog): readonly RefusedContent[] {
  const { log, isFargate } = placed;
  if (log.logDriver === 'awslogs') {
    const forFargate = isFargate ? ['awslogs-stream-prefix'] : [];
    const required = ['awslogs-region', 'awslogs-group', ...forFargate];
    return [...missingOptions(placed, required, Object.keys(log.options ?? {})), ...awslogsRefusals(placed)];
  }
  if (log.logDriver !== 'splunk') return [];
  const secrets = (log.secretOptions ?? []).flatMap(({ name }) => name ?? []);
  const given = [...Object.keys(log.options ?? {}), ...secrets];
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/example_task_definitions.html (splunk)
  return missingOptions(placed, ['splunk-token', 'splunk-url'], given);
}

function missingOptions(
  { container, log, path }: PlacedLog,
  required: readonly string[],
  given: readonly string[],
): readonly RefusedContent[] {
  const missing = required.filter((option) => !given.includes(option)).join(' and ');
  if (missing === '') return [];
  const message = `The log driver ${log.logDriver} of the container ${container} needs ${missing}`;
  return [refusal(path, message, 'Add it to options.')];
}

function awslogsRefusals({ container, log: { options = {} }, path }: PlacedLog): readonly RefusedContent[] {
  const at = [...path, 'options'];
  const { mode = 'blocking' } = options;
  const has = (option: string) => Object.hasOwn(options, option);
  return [
    ...Object.keys(options)
      .filter((option) => !AWSLOGS_OPTIONS.includes(option))
      .map(
        (option): RefusedContent => ({
          ...refusal(
            [...at, option],
            `The container ${container} has the option ${option}, which awslogs doesn't have by AWS's documentation`,
            'Remove it, or correct its name.',
          ),
          // AWS adds options now and then.
          severity: 'warning',
        }),
      ),
    ...(mode === 'blocking' || mode === 'non-blocking'
      ? []
      : [
          refusal(
            [...at, 'mode'],
            `The container ${container} has the log mode “${mode}”, and ECS accepts blocking and non-blocking`,
            'Correct mode, or remove it.',
          ),
        ]),
    ...(has('awslogs-datetime-format') && has('awslogs-multiline-pattern')
      ? [
          refusal(
            at,
            `The container ${container} has both awslogs-datetime-format and awslogs-multiline-pattern`,
            'Remove one of them.',
          ),
        ]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html: a router and a container that uses it. */
function routingRefusals(containers: readonly ContainerDefinition[]): readonly RefusedContent[] {
  const router = containers.findIndex(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  const user = containers.findIndex(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens');
  if (user >= 0 && router < 0) {
    return [
      refusal(
        ['containerDefinitions', user, 'logConfiguration', 'logDriver'],
        `The container ${containers[user]?.name} logs with awsfirelens, and no container is the log router`,
        'Add a container with a firelensConfiguration.',
      ),
    ];
  }
  if (router < 0 || user >= 0) return [];
  return [
    refusal(
      ['containerDefinitions', router, 'firelensConfiguration'],
      `The container ${containers[router]?.name} is a log router, and no container logs with awsfirelens`,
      'Set the log driver of a container to awsfirelens, or remove firelensConfiguration.',
    ),
  ];
}
