import type { Task, TaskContainer } from '../../../../shared/model/task.ts';

/** Why a task of a deployment failed. */
export interface TaskFailure {
  /** What happened, in words that follow the name of the container: `exited with 1`. */
  readonly cause: string;
  readonly container?: string;
  readonly exitCode?: number;
}

/** What ECS and the container runtime write, and what it means. The first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/OutOfMemory/i, 'ran out of memory'],
  [
    /exec format error|no matching manifest|does not match the specified platform/i,
    'could not start: its image is built for another processor',
  ],
  [
    /CannotPull.*(denied|unauthorized|forbidden|authoriz|403)/is,
    'could not start: pulling its image is not permitted',
  ],
  [
    /CannotPull.*(timeout|timed out|no route|connection refused|no such host|deadline)/is,
    'could not start: the registry of its image cannot be reached',
  ],
  [/CannotPull.*(not found|manifest unknown|does not exist)/is, 'could not start: its image was not found'],
  [/CannotPull/i, 'could not start: its image could not be pulled'],
  [
    /ResourceInitializationError.*(secret|ssm|parameter)/is,
    'could not start: a secret or parameter could not be read',
  ],
  [/ResourceInitializationError.*registry auth/is, 'could not start: the registry gave no login'],
  [/ResourceInitializationError.*log/is, 'could not start: its log group could not be used'],
  [/unable to assume|assume role|AssumeRole/i, 'could not start: its role cannot be assumed'],
  [
    /port is already allocated|address already in use|reasons?:? *RESOURCE:PORTS/i,
    'could not start: its port is in use',
  ],
  [/RESOURCE:(MEMORY|CPU|ENI|GPU)|no container instance|capacity is unavailable/i, 'found no room to run'],
  [/failed container health checks/i, 'failed its health check'],
];

/** Of the task as a whole: the exit codes of its containers are those of being stopped. */
const LOAD_BALANCER = /failed ELB health checks/i;

/** Words of ECS for a task that it stopped on purpose, because a deployment or scaling has no place for it. */
const ON_PURPOSE = /^(scaling activity initiated by|task stopped by)|deployment|rollback/i;

/**
 * Why a stopped task failed, from its stop code, its reason and its containers; undefined for a task that did not
 * fail but was no longer wanted. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function failureOf(task: Task): TaskFailure | undefined {
  if (task.lastStatus !== 'STOPPED') return undefined;
  const container = guiltyContainer(task.containers);
  const words = [container?.reason, task.stoppedReason].filter((text) => text !== undefined).join('\n');
  if (LOAD_BALANCER.test(words)) return { cause: 'failed the health checks of the load balancer' };
  const meaning = MEANINGS.find(([pattern]) => pattern.test(words))?.[1];
  if (meaning !== undefined) return withContainer(meaning, container);

  switch (task.stopCode) {
    case 'UserInitiated':
      return { cause: 'was stopped by hand' };
    case 'SpotInterruption':
      return { cause: 'was interrupted, as spot capacity can be' };
    case 'TerminationNotice':
      return { cause: 'lost the instance that it ran on' };
    case 'TaskFailedToStart':
      return withContainer(`could not start: ${task.stoppedReason ?? 'ECS gives no reason'}`, container);
    case 'EssentialContainerExited':
      return withContainer(exitInWords(container), container);
    default:
      if (task.stoppedReason === undefined || ON_PURPOSE.test(task.stoppedReason)) return undefined;
      return withContainer(`stopped: ${task.stoppedReason}`, container);
  }
}

/**
 * The container that made the task stop: when one exits, ECS kills the others (137, 143), so one that says why or
 * has a code of its own comes first.
 */
function guiltyContainer(containers: readonly TaskContainer[]): TaskContainer | undefined {
  const failed = containers.filter(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  return (
    containers.find(({ reason }) => reason !== undefined) ??
    containers.find(({ health }) => health === 'UNHEALTHY') ??
    failed.find(({ exitCode }) => exitCode !== 137 && exitCode !== 143) ??
    failed[0] ??
    containers.find(({ exitCode }) => exitCode === 0) ??
    onlyOne(containers)
  );
}

function onlyOne(containers: readonly TaskContainer[]): TaskContainer | undefined {
  return containers.length === 1 ? containers[0] : undefined;
}

function exitInWords(container: TaskContainer | undefined): string {
  if (container?.exitCode !== undefined) return `exited with ${container.exitCode}`;
  return container?.reason === undefined ? 'exited' : `exited: ${container.reason}`;
}

function withContainer(cause: string, container: TaskContainer | undefined): TaskFailure {
  return {
    cause,
    ...(container === undefined ? {} : { container: container.name }),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
  };
}
