import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { memoryMiBOf } from '../../../shared/model/task-size.ts';

/** Where a container of a task writes its lines in CloudWatch Logs. */
export interface LogSource {
  readonly logGroup: string;
  readonly logStream: string;
  /** When it is another than the task's. */
  readonly region?: string;
  /** The names of the same container's streams of other tasks begin so too. */
  readonly prefix?: string;
}

/** The task of a container. */
export interface LoggingTask {
  readonly id: string;
  readonly cluster?: string;
  /** Docker's id of the container, which ECS tells once it has started. */
  readonly runtimeId?: string | undefined;
}

/**
 * The log stream of a container with the driver awslogs: `prefix/container/task`, or without a prefix Docker's id of the
 * container. Or with FireLens to CloudWatch. Undefined for another driver, and while the stream can't be named.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export function logSourceOf(definition: ContainerDefinition, task: LoggingTask): LogSource | undefined {
  const { name = '', logConfiguration } = definition;
  const options = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver === 'awsfirelens') return firelensSourceOf(name, options, task);
  if (logConfiguration?.logDriver !== 'awslogs') return undefined;
  const logGroup = options['awslogs-group'];
  const prefix = options['awslogs-stream-prefix'];
  const logStream = prefix === undefined ? task.runtimeId : `${prefix}/${name}/${task.id}`;
  if (logGroup === undefined || logStream === undefined) return undefined;
  return {
    logGroup,
    logStream,
    ...regionOf(options['awslogs-region']),
    ...(prefix === undefined ? {} : { prefix: `${prefix}/${name}/` }),
  };
}

/** Fluent Bit has two plugins for CloudWatch Logs, with the same names of options. */
const CLOUDWATCH_PLUGINS = new Set(['cloudwatch', 'cloudwatch_logs']);

/**
 * FireLens tags the lines of a container `CONTAINER-firelens-TASK`, and the plugins name the stream by a prefix and the tag.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html and
 * https://docs.fluentbit.io/manual/pipeline/outputs/cloudwatch
 */
function firelensSourceOf(
  container: string,
  given: Readonly<Record<string, string>>,
  { id, cluster = '' }: LoggingTask,
): LogSource | undefined {
  const options = inLowerCase(given);
  if (!CLOUDWATCH_PLUGINS.has(options.name?.toLowerCase() ?? '')) return undefined;
  // They are filled from the record of each line, and override the names.
  if (options.log_group_template !== undefined || options.log_stream_template !== undefined) return undefined;
  const tag = `${container}-firelens-${id}`;
  const filled = (text: string): string =>
    text.replaceAll('$(ecs_task_id)', id).replaceAll('$(ecs_cluster)', cluster).replaceAll('$(tag)', tag);
  const prefix = options.log_stream_prefix;
  const stream = options.log_stream_name ?? (prefix === undefined ? undefined : `${prefix}${tag}`);
  const { logGroup, logStream } = {
    logGroup: filled(options.log_group_name ?? ''),
    logStream: filled(stream ?? ''),
  };
  // Other templates are filled from the record of each line.
  if (logGroup === '' || logStream === '' || logGroup.includes('$') || logStream.includes('$')) {
    return undefined;
  }
  const isOfContainer = options.log_stream_name === undefined && prefix?.includes('$') === false;
  return {
    logGroup,
    logStream,
    ...regionOf(options.region),
    ...(isOfContainer ? { prefix: `${prefix}${container}-firelens-` } : {}),
  };
}

function regionOf(region: string | undefined): Pick<LogSource, 'region'> {
  return region === undefined ? {} : { region };
}

function inLowerCase(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The sentence for a container whose lines Slipway doesn't read: where they are, with a link where there is one. */
export function unreadLogSentence(
  { name = '', logConfiguration }: ContainerDefinition,
  revision: string,
): string {
  const who = `${name} of ${revision}`;
  const driver: string | undefined = logConfiguration?.logDriver;
  const options = inLowerCase(logConfiguration?.options ?? {});
  switch (driver) {
    case undefined:
      return `${who} has no log configuration: CloudWatch Logs doesn't get its lines.`;
    case 'awslogs':
      return `${who} has no stream prefix, and ECS has not told the id of its container yet, which names its log stream.`;
    case 'none':
      return `${who} has the log driver none: its lines are not kept.`;
    case 'json-file':
    case 'journald':
      return `${who} has the log driver ${driver}: its lines stay on its container instance.`;
    case 'awsfirelens':
      return `${who} is not read: ${firelensPlace(options)}.`;
    default: {
      const address = shownAddress(options[`${driver}-url`] ?? options[`${driver}-address`]);
      return `${who} is not read: the log driver ${driver} sends its lines elsewhere${address === undefined ? '' : `, to ${address}`}.`;
    }
  }
}

function firelensPlace(options: Readonly<Record<string, string>>): string {
  const plugin = options.name;
  if (plugin === undefined)
    return 'FireLens sends its lines where a configuration file of the log router says';
  if (CLOUDWATCH_PLUGINS.has(plugin.toLowerCase())) {
    return 'FireLens names its log group or stream by a template that Slipway cannot fill';
  }
  const host = shownAddress(options.host);
  const link = plugin.toLowerCase() === 'datadog' ? `, see https://app.${datadogSite(host)}/logs` : '';
  return `FireLens sends its lines to ${plugin}${host === undefined ? '' : ` at ${host}`}${link}`;
}

/** `datadoghq.eu` of `http-intake.logs.datadoghq.eu`: https://docs.datadoghq.com/getting_started/site/ */
function datadogSite(host = ''): string {
  const site = host.replace(/^http-intake\.logs\./, '');
  return /^(?:[a-z0-9]+\.)?(?:datadoghq\.(?:com|eu)|ddog-gov\.com)$/.test(site) ? site : 'datadoghq.com';
}

/** An address without a user and a password. */
function shownAddress(address: string | undefined): string | undefined {
  if (address === undefined || address.length > 500) return undefined;
  const url = URL.parse(address);
  if (url?.host) return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  return /^[\w.:-]+$/.test(address) ? address : undefined;
}

/** The memory that a container may use at most, in MiB: its own limit, or else the task's. */
export function memoryLimitMiB(
  container: ContainerDefinition | undefined,
  taskMemory: string | undefined,
): number | undefined {
  const limit = container?.memory ?? memoryMiBOf(taskMemory ?? '');
  return limit === undefined || limit <= 0 ? undefined : limit;
}
