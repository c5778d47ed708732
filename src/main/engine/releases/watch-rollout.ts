import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Deployment, Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import { deploymentOutcome } from '../catalog/deployment-outcome.ts';
import { lastPartOf, placeOf, revisionNameOf } from './names.ts';
import { recordEnd, recordLoss } from './record-outcome.ts';
import type { ReleaseDependencies } from './release-dependencies.ts';
import { composeRollout, latestInstant } from './rollout/compose-rollout.ts';
import { expectedMs } from './rollout/estimate.ts';
import { nextLookMs } from './rollout/pace.ts';

/** What a watch follows. */
export interface Watched {
  readonly ref: ServiceRef;
  /** The ARN of the service deployment. */
  readonly deployment: string;
  /** How long it may take until the watcher is told that it takes long. */
  readonly warnAfterMs?: number | undefined;
}

/** Before anything was seen there is nothing to show, so that the watch gives up soon. */
const FIRST_TRIES = 3;

/**
 * Follows a service deployment by its ARN until its status says that it is over, and sends what has changed. It goes
 * on while AWS throttles or cannot be reached, and stops with AUTH_REQUIRED, with NOT_FOUND when the deployment or
 * its service is gone, and with CANCELLED. How it ended is written in the journal.
 */
export async function watchRollout(
  dependencies: ReleaseDependencies,
  watched: Watched,
  signal: AbortSignal,
  emit: (rollout: Rollout) => void,
): Promise<Rollout> {
  const look = createLook(dependencies, watched, signal);
  let last: Rollout | undefined;
  let misses = 0;
  for (;;) {
    let seen: Rollout;
    try {
      seen = await look();
      misses = 0;
    } catch (error) {
      misses += 1;
      if (!isPassing(error) || (last === undefined && misses >= FIRST_TRIES)) {
        recordLoss(dependencies.journal, watched.deployment, error);
        throw error;
      }
      if (last !== undefined)
        emit({ ...last, sentence: `${last.sentence} Not up to date: ${error.message}` });
      await pause(nextLookMs({ outcome: 'in-progress', misses }), signal);
      continue;
    }
    const { outcome, finishedAt } = seen.deployment;
    const isOver = outcome === 'unknown' ? finishedAt !== undefined : outcome !== 'in-progress';
    if (isOver) seen = recordEnd(dependencies.journal, seen);
    if (last === undefined || isNews(last, seen)) emit(seen);
    if (isOver) return seen;
    last = seen;
    await pause(nextLookMs({ outcome, misses }), signal);
  }
}

/** One look after the other, which remembers what ECS forgets: tasks that have stopped. */
function createLook(
  dependencies: ReleaseDependencies,
  { ref, deployment: arn }: Watched,
  signal: AbortSignal,
): () => Promise<Rollout> {
  const { aws, catalog } = dependencies;
  const ecs = aws.ecs(ref, 'visible');
  const context = { signal, emit: () => {} };
  const stopped = new Map<string, Task>();
  let history: readonly Deployment[] = [];
  let rolledBackTo: string | undefined;
  // How far the clock of AWS is ahead of the one here, at least.
  let aheadMs = 0;

  return async () => {
    const [current, service, tasks] = await Promise.all([
      readDeployment(ecs, ref, arn, signal),
      readServiceIfThere(ecs, ref, signal),
      nothingIfRefused(catalog['services.tasks'](ref, context)),
    ]);
    if (service === undefined && deploymentOutcome(current.status) === 'in-progress')
      throw serviceDeleted(ref);
    for (const task of tasks) if (task.lastStatus === 'STOPPED') stopped.set(task.arn, task);
    if (!history.some((each) => each.arn === arn)) {
      history = await nothingIfRefused(catalog['services.deployments'](ref, context));
    }
    const known = history.find((each) => each.arn === arn) ?? bareDeployment(arn, current);
    const goingBackTo = current.rollback?.serviceRevisionArn;
    if (goingBackTo !== undefined) rolledBackTo ??= await revisionOf(ecs, goingBackTo, signal);
    const expected = expectedMs(history.filter((each) => each.arn !== arn));
    const back = rolledBackTo ?? known.previousRevision;
    const events = service?.events ?? [];
    const here = dependencies.clock.now().getTime();
    aheadMs = Math.max(aheadMs, (latestInstant({ current, events })?.getTime() ?? here) - here);
    return composeRollout({
      known,
      current,
      events,
      tasks: [...tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED'), ...stopped.values()],
      ...(back === undefined ? {} : { rolledBackTo: back }),
      ...(expected === undefined ? {} : { expected }),
      now: new Date(here + aheadMs),
    });
  };
}

async function readDeployment(
  ecs: ECSClient,
  ref: ServiceRef,
  arn: string,
  signal: AbortSignal,
): Promise<ServiceDeployment> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  const { serviceDeployments } = await ecs.send(command, { abortSignal: signal });
  const [deployment] = serviceDeployments ?? [];
  if (deployment !== undefined) return deployment;
  throw new SlipwayError(
    'NOT_FOUND',
    `ECS does not know the deployment ${lastPartOf(arn)} of ${placeOf(ref)} (any more). Look at what the service runs.`,
  );
}

/** The service, or undefined when it was deleted. */
async function readServiceIfThere(
  ecs: ECSClient,
  { cluster, service: name }: ServiceRef,
  signal: AbortSignal,
): Promise<Service | undefined> {
  const command = new DescribeServicesCommand({ cluster, services: [name] });
  const { services } = await ecs.send(command, { abortSignal: signal });
  const [service] = services ?? [];
  return service?.status === 'INACTIVE' ? undefined : service;
}

function serviceDeleted(ref: ServiceRef): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `The service ${placeOf(ref)} was deleted, and its deployment with it. There is nothing left to watch.`,
  );
}

/** Without the permission for a part, or once the service is gone, the deployment itself can still be followed. */
async function nothingIfRefused<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    const isRefused = error instanceof SlipwayError && ['FORBIDDEN', 'NOT_FOUND'].includes(error.code);
    if (isRefused) return [];
    throw error;
  }
}

async function revisionOf(
  ecs: ECSClient,
  serviceRevisionArn: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceRevisionArn] });
  const { serviceRevisions } = await ecs.send(command, { abortSignal: signal });
  const taskDefinition = serviceRevisions?.[0]?.taskDefinition;
  return taskDefinition === undefined ? undefined : revisionNameOf(taskDefinition);
}

/** A deployment that is not listed yet. */
function bareDeployment(arn: string, { status = 'PENDING' }: ServiceDeployment): Deployment {
  return { arn, id: lastPartOf(arn), status, outcome: 'in-progress', images: [], isRollbackTarget: false };
}

/** The time that is left runs by itself in every view, so that it alone is no news. */
function isNews(before: Rollout, after: Rollout): boolean {
  const { estimatedMsLeft: _before, ...earlier } = before;
  const { estimatedMsLeft: _after, ...later } = after;
  return JSON.stringify(earlier) !== JSON.stringify(later);
}

function isPassing(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && ['THROTTLED', 'UNAVAILABLE', 'TIMEOUT'].includes(error.code);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch {
    throw cancelled('Watching the deployment');
  }
}
