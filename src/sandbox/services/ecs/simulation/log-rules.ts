import type {
  ContainerDefinition,
  LogConfiguration,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

/**
 * Throws ClientException for logging that RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 */
export function checkLogs({ containerDefinitions = [], ...request }: RegisterTaskDefinitionRequest): void {
  const isFargate = request.requiresCompatibilities?.includes('FARGATE') === true;
  for (const container of containerDefinitions) {
    const { logConfiguration } = container;
    if (logConfiguration?.logDriver === 'awslogs') checkAwslogs(logConfiguration, isFargate);
    if (logConfiguration?.logDriver === 'splunk') checkSplunk(logConfiguration);
    if (isFargate) checkRouter(container);
  }
  checkRouting(containerDefinitions);
}

const AWSLOGS_OPTIONS: ReadonlySet<string> = new Set([
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-group',
  'awslogs-multiline-pattern',
  'awslogs-region',
  'awslogs-stream-prefix',
  'max-buffer-size',
  'mode',
]);
const MODES: ReadonlySet<string> = new Set(['blocking', 'non-blocking']);

function checkAwslogs({ options = {} }: LogConfiguration, isFargate: boolean): void {
  const required = ['awslogs-region', 'awslogs-group', ...(isFargate ? ['awslogs-stream-prefix'] : [])];
  checkRequired('awslogs', required, Object.keys(options));
  const unknown = Object.keys(options).filter((name) => !AWSLOGS_OPTIONS.has(name));
  if (unknown.length > 0) throw clientError(`Log driver awslogs disallows options: ${unknown.join(', ')}`);
  const { mode = 'blocking' } = options;
  if (!MODES.has(mode)) throw clientError(`Log driver option 'mode' must be blocking or non-blocking.`);
  if (
    options['awslogs-datetime-format'] !== undefined &&
    options['awslogs-multiline-pattern'] !== undefined
  ) {
    throw clientError(
      'You cannot configure both the awslogs-datetime-format and awslogs-multiline-pattern options.',
    );
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/example_task_definitions.html (splunk) */
function checkSplunk({ options = {}, secretOptions = [] }: LogConfiguration): void {
  const names = [...Object.keys(options), ...secretOptions.map(({ name }) => name)];
  checkRequired('splunk', ['splunk-token', 'splunk-url'], names);
}

function checkRequired(
  driver: string,
  required: readonly string[],
  given: readonly (string | undefined)[],
): void {
  const missing = required.filter((name) => !given.includes(name));
  if (missing.length > 0) throw clientError(`Log driver ${driver} requires options: ${missing.join(', ')}`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FirelensConfiguration.html (options) */
function checkRouter({ firelensConfiguration }: ContainerDefinition): void {
  const type = firelensConfiguration?.options?.['config-file-type'];
  if (type === undefined || type === 'file') return;
  throw clientError(`Tasks on Fargate support only the config-file-type file, not ${type}.`);
}

/** A log router needs a container that sends it its log, and such a container needs a router. */
function checkRouting(containers: readonly ContainerDefinition[]): void {
  const hasRouter = containers.some(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  const isUsed = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens');
  if (isUsed && !hasRouter) {
    throw clientError(
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
    );
  }
  if (hasRouter && !isUsed) {
    throw clientError(
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
    );
  }
}
