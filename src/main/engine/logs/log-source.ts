import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { memoryMiBOf } from '../../../shared/model/task-size.ts';

/** Where a container of a task writes its lines in CloudWatch Logs. */
export interface LogSource {
  readonly logGroup: string;
  readonly logStream: string;
  /** When it is another than the task's. */
  readonly region?: string;
}

/**
 * The log stream `prefix/container/task` of the awslogs driver; undefined for another driver, and without a prefix,
 * where Docker names the stream by an id that ECS does not tell on Fargate.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export function logSourceOf(
  { name = '', logConfiguration }: ContainerDefinition,
  taskId: string,
): LogSource | undefined {
  if (logConfiguration?.logDriver !== 'awslogs') return undefined;
  const options = logConfiguration.options ?? {};
  const logGroup = options['awslogs-group'];
  const prefix = options['awslogs-stream-prefix'];
  const region = options['awslogs-region'];
  if (logGroup === undefined || prefix === undefined) return undefined;
  return {
    logGroup,
    logStream: `${prefix}/${name}/${taskId}`,
    ...(region === undefined ? {} : { region }),
  };
}

/** The memory that a container may use at most, in MiB: its own limit, or else the task's. */
export function memoryLimitMiB(
  container: ContainerDefinition | undefined,
  taskMemory: string | undefined,
): number | undefined {
  const limit = container?.memory ?? memoryMiBOf(taskMemory ?? '');
  return limit === undefined || limit <= 0 ? undefined : limit;
}
