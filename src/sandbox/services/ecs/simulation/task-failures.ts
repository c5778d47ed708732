import {
  cannotAssume,
  cannotReadParameters,
  cannotReadSecret,
  UNKNOWN_SECRET,
  unknownParameter,
} from './access-failures.ts';
import { assertNever } from './assert-never.ts';
import type { ContainerFailure, LifeStep, StopCause } from './life-step.ts';
import type { PlannedContainer } from './planned-container.ts';
import type { SecretReference } from './secret-reference.ts';
import type { Behaviour } from './task-behaviour.ts';

/**
 * Why a task stops before it runs. ECS pulls every image first, so one that cannot be had stops the task, essential or
 * not. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function causeBeforeRunning(container: PlannedContainer): StopCause | undefined {
  const { name, image, behaviour } = container;
  switch (behaviour.kind) {
    case 'cannot-pull':
      return failedToStart(name, pullError(image, behaviour.why));
    case 'exec-format-error':
      return failedToStart(
        name,
        'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to start shim: exec format error',
      );
    case 'secret-missing':
      return missingSecret(container.secret);
    case 'role-missing':
      return cannotAssume(container.role);
    case 'healthy':
    case 'slow':
    case 'crash':
    case 'out-of-memory':
    case 'port-in-use':
    case 'unhealthy':
    case 'unhealthy-target':
    case 'unhealthy-later':
    case 'spot-interruption':
    case 'no-capacity':
      return undefined;
    default:
      return assertNever(behaviour);
  }
}

/** How a running task fails by itself, if it does. */
export function causeWhileRunning({ name, port, behaviour }: PlannedContainer): LifeStep | undefined {
  switch (behaviour.kind) {
    case 'crash':
      return exits(behaviour.afterSeconds, {
        name,
        exitCode: behaviour.exitCode,
        lastLines: crashLines(behaviour.exitCode),
      });
    case 'out-of-memory':
      return exits(behaviour.afterSeconds, {
        name,
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
        lastLines: MEMORY_LINES,
      });
    case 'port-in-use':
      return exits(PORT_IN_USE_SECONDS, { name, exitCode: 1, lastLines: portLines(port) });
    case 'healthy':
    case 'slow':
    case 'unhealthy':
    case 'unhealthy-target':
    case 'unhealthy-later':
    case 'spot-interruption':
    case 'cannot-pull':
    case 'exec-format-error':
    case 'secret-missing':
    case 'role-missing':
    case 'no-capacity':
      return undefined;
    default:
      return assertNever(behaviour);
  }
}

/** A task on FARGATE_SPOT whose capacity AWS takes back: it has run well until then. */
export function interruption({ behaviour }: PlannedContainer): LifeStep | undefined {
  if (behaviour.kind !== 'spot-interruption') return undefined;
  return {
    kind: 'fail',
    afterSeconds: behaviour.afterSeconds,
    cause: { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
  };
}

const PORT_IN_USE_SECONDS = 2;

function failedToStart(name: string, reason: string): StopCause {
  return { stopCode: 'TaskFailedToStart', stoppedReason: reason, container: { name, reason } };
}

function pullError(image: string, why: Extract<Behaviour, { kind: 'cannot-pull' }>['why']): string {
  const registry = image.includes('/') ? image.slice(0, image.indexOf('/')) : 'docker.io';
  switch (why) {
    case 'not-found':
      return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
    case 'not-permitted':
      return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host ${registry} failed with status code: 403 Forbidden`;
    case 'no-network':
      return `CannotPullContainerError: The task cannot pull ${image} from the registry ${registry}. There is a connection issue between the task and the registry. Check your task network configuration.`;
    default:
      return assertNever(why);
  }
}

function missingSecret(secret: SecretReference | undefined): StopCause {
  if (secret === undefined) return cannotReadSecret('', UNKNOWN_SECRET);
  return secret.kind === 'secret'
    ? cannotReadSecret(secret.arn, UNKNOWN_SECRET)
    : cannotReadParameters(unknownParameter(secret.name));
}

function exits(afterSeconds: number, container: ContainerFailure): LifeStep {
  const cause: StopCause = {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    container,
  };
  return { kind: 'fail', afterSeconds, cause };
}

const MEMORY_LINES = [
  'heap usage is at 91 percent of the limit',
  'heap usage is at 98 percent of the limit',
  'Killed',
] as const;

function crashLines(exitCode: number): readonly string[] {
  return [
    "FATAL cannot start: TypeError: Cannot read properties of undefined (reading 'url')",
    '    at connect (/app/dist/database.js:42:31)',
    '    at start (/app/dist/server.js:17:9)',
    '    at async main (/app/dist/main.js:8:3)',
    `process exits with code ${exitCode}`,
  ];
}

function portLines(port: number): readonly string[] {
  return [
    `Error: listen EADDRINUSE: address already in use 0.0.0.0:${port}`,
    '    at Server.setupListenHandle [as _listen2] (node:net:1940:16)',
    '    at start (/app/dist/server.js:31:10)',
  ];
}
