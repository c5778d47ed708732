import type { FailureKind } from '../../../shared/model/deployment.ts';
import type { Task, TaskContainer } from '../../../shared/model/task.ts';
import { normalize } from './failure-meanings.ts';

/** Why a task of a deployment failed. */
export interface TaskFailure {
  readonly kind: FailureKind;
  /** What happened, in words that follow the name of the container: `exited with code 1`. */
  readonly cause: string;
  readonly container?: string;
  readonly exitCode?: number;
  /** The messages of AWS that it was judged by. */
  readonly reason?: string;
}

/** Of the task as a whole: the exit codes of its containers are those of being stopped. */
const LOAD_BALANCER = /failed ELB health checks/i;

/** Messages of ECS for a task that it stopped on purpose, because a deployment or scaling has no place for it. */
const ON_PURPOSE = /^(scaling activity initiated by|task stopped by)|deployment|rollback/i;

/**
 * Why a stopped task failed, from its stop code, its reason and its containers; undefined for a task that did not
 * fail but was no longer wanted. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function failureOf(task: Task): TaskFailure | undefined {
  if (task.lastStatus !== 'STOPPED') return undefined;
  const container = failedContainer(task.containers);
  const words = [...new Set([container?.reason, task.stoppedReason])].filter((text) => text !== undefined);
  const failure = judge(task, container, words.join('\n'));
  if (failure === undefined || words.length === 0) return failure;
  return { ...failure, reason: words.join(' ') };
}

function judge(
  { stopCode, stoppedReason }: Task,
  container: TaskContainer | undefined,
  words: string,
): TaskFailure | undefined {
  if (LOAD_BALANCER.test(words)) {
    return { kind: 'load-balancer-health', cause: 'failed the health checks of the load balancer' };
  }
  const meaning = normalize(words);
  if (meaning !== undefined) return withContainer(meaning.kind, meaning.cause, container);
  switch (stopCode) {
    case 'UserInitiated':
      return { kind: 'stopped-by-hand', cause: 'was stopped manually' };
    case 'SpotInterruption':
      return { kind: 'spot-interruption', cause: 'was interrupted (Spot capacity)' };
    case 'TerminationNotice':
      return { kind: 'instance-lost', cause: 'lost its container instance' };
    case 'TaskFailedToStart':
      return withContainer('other', `could not start: ${stoppedReason ?? 'ECS gave no reason'}`, container);
    case 'EssentialContainerExited':
      return withContainer('crashed', formatExit(container), container);
    default:
      if (stoppedReason === undefined || ON_PURPOSE.test(stoppedReason)) return undefined;
      return withContainer('other', `stopped: ${stoppedReason}`, container);
  }
}

/**
 * The container that made the task stop: when one exits, ECS kills the others (137, 143), so one that says why or
 * has a code of its own comes first.
 */
function failedContainer(containers: readonly TaskContainer[]): TaskContainer | undefined {
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

function formatExit(container: TaskContainer | undefined): string {
  if (container?.exitCode !== undefined) return `exited with code ${container.exitCode}`;
  return container?.reason === undefined ? 'exited' : `exited: ${container.reason}`;
}

function withContainer(kind: FailureKind, cause: string, container: TaskContainer | undefined): TaskFailure {
  return {
    kind,
    cause,
    ...(container === undefined ? {} : { container: container.name }),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
  };
}
