import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { lastPart } from './arns.ts';
import { assertNever } from './assert-never.ts';
import type { EcsContext } from './context.ts';
import type { StopCause } from './life-step.ts';
import type { TaskRecord } from './state.ts';

/** What happens to a task that its containers write about. */
export type LoggedMoment =
  | { readonly kind: 'started' }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'failed'; readonly cause: StopCause }
  | { readonly kind: 'told-to-stop' };

/**
 * Writes what the containers of a task have to say at a moment of its life, for those whose log driver is awslogs.
 * Streams are named as the driver names them: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export function writeTaskLogs(
  { state, dependencies }: EcsContext,
  { task }: TaskRecord,
  moment: LoggedMoment,
): void {
  const { logs } = dependencies;
  const definition = state.taskDefinitions.get(task.taskDefinitionArn)?.definition;
  if (logs === undefined || definition === undefined) return;
  for (const container of definition.containerDefinitions) {
    const target = logTarget(container, task);
    if (target === undefined) continue;
    for (const line of linesOf(container, moment)) logs.append(target.group, target.stream, line);
  }
}

/** The group and the stream of a container with the log driver awslogs. */
export function logTarget(
  { name = '', logConfiguration }: ContainerDefinition,
  { taskArn, containers }: TaskRecord['task'],
): { readonly group: string; readonly stream: string } | undefined {
  const group = logConfiguration?.options?.['awslogs-group'];
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined) return undefined;
  const prefix = logConfiguration.options?.['awslogs-stream-prefix'];
  const runtimeId = containers.find((each) => each.name === name)?.runtimeId;
  const taskId = lastPart(taskArn);
  return { group, stream: prefix === undefined ? (runtimeId ?? taskId) : `${prefix}/${name}/${taskId}` };
}

function linesOf(container: ContainerDefinition, moment: LoggedMoment): readonly string[] {
  switch (moment.kind) {
    case 'started':
      return [startLine(container)];
    case 'healthy':
      return readyLines(container);
    case 'failed':
      return moment.cause.container?.name === container.name ? (moment.cause.container?.lastLines ?? []) : [];
    case 'told-to-stop':
      return ['received SIGTERM, finishing the requests in progress', 'bye'];
    default:
      return assertNever(moment);
  }
}

function startLine({ image, environment = [] }: ContainerDefinition): string {
  const stage = environment.find(({ name }) => name === 'APP_ENV')?.value;
  return `starting ${image ?? ''}${stage === undefined ? '' : ` in ${stage}`}`;
}

function readyLines({ portMappings = [] }: ContainerDefinition): readonly string[] {
  const port = portMappings[0]?.containerPort;
  return port === undefined ? ['waiting for work'] : [`listening on port ${port}`, 'GET /healthz 200 3ms'];
}
