import { DeregisterTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { revisionNameOf, serviceLabel } from '../aws/arns.ts';
import { findStartedDeployment } from '../ecs/started-deployment.ts';
import { readOnlyRule } from '../environments/environments.ts';
import { recordStep } from '../journal/record-step.ts';
import { leaveBehind } from './execute-plan.ts';
import type { Execution } from './execution/execution.ts';
import { askForLock, withServiceLock } from './execution/service-lock.ts';
import { runTaskBefore } from './execution/task-before.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { type DeployableService, readService } from './model/service-reading.ts';
import { loadPlan, type StoredPlan } from './model/stored-plan.ts';
import { recoverInterrupted } from './recover-interrupted.ts';
import { createdSetOf } from './task-sets/find-created-set.ts';
import { startRollout } from './task-sets/notify-service.ts';

/** A release that has registered a revision and not deployed it. */
interface Unfinished {
  readonly plan: StoredPlan;
  readonly taskDefinitionArn: string;
}

/**
 * Deploys the revision that a release has registered before it stopped. Throws STALE_PLAN when somebody has deployed
 * since, CONFLICT when there is nothing to continue with, PREFLIGHT_FAILED where a rule makes the service read-only, NOT_FOUND for a release that is not in the journal.
 */
export async function resumeRelease(
  dependencies: ReleaseDependencies,
  id: string,
  signal: AbortSignal,
): Promise<Release> {
  const { plan, taskDefinitionArn } = await findUnfinished(dependencies, id, signal);
  const { action } = plan;
  if (action.kind === 'stop') throw nothingLeft(plan.title);
  readOnlyRule(dependencies.environments, dependencies.accounts)(plan.service);
  const ecs = dependencies.aws.ecs(plan.service, 'clicked');
  const execution: Execution = { dependencies, ecs, plan, entry: id, signal };
  const done = await findCarriedOut(execution, taskDefinitionArn);
  if (done !== undefined) return done;
  dependencies.journal.entries.update(id, { state: 'open' });
  try {
    const by = dependencies.journal.entries.find(id)?.callerIdentity;
    const locking = await askForLock({ ...execution, by });
    return await withServiceLock(execution, locking, async (locked) => {
      await runTaskBefore(locked, action, taskDefinitionArn);
      return startRollout(locked, action, taskDefinitionArn);
    });
  } catch (error) {
    throw leaveBehind(execution, taskDefinitionArn, error);
  }
}

/** The update may have arrived without its answer; then nothing is sent again. */
async function findCarriedOut(execution: Execution, taskDefinitionArn: string): Promise<Release | undefined> {
  const { ecs, plan, signal, dependencies, entry } = execution;
  const service = await readService(ecs, plan.service, signal);
  const created = createdSetOf(service, entry);
  if (created === undefined && service.taskDefinition !== taskDefinitionArn) return undefined;
  const deploymentArn =
    created ?? (await findStartedDeployment(ecs, plan.service, new Set(), taskDefinitionArn, signal));
  const starts = deploymentArn === undefined ? {} : { deploymentArn };
  dependencies.journal.entries.update(entry, {
    ...starts,
    state: deploymentArn === undefined ? 'done' : 'open',
  });
  const { kind, title } = plan;
  return { id: entry, service: plan.service, kind, title, taskDefinitionArn, registered: true, ...starts };
}

/**
 * Deregisters the revision that an unfinished release has left behind. Throws CONFLICT when the service runs it
 * after all, or when there is nothing to discard.
 */
export async function discardRelease(
  dependencies: ReleaseDependencies,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { plan, taskDefinitionArn } = await findUnfinished(dependencies, id, signal);
  const { entries } = dependencies.journal;
  const ecs = dependencies.aws.ecs(plan.service, 'clicked');
  await requireUnused(dependencies, plan, taskDefinitionArn, signal);
  // Open during the work, so that a crash is found and recovered.
  entries.update(id, { state: 'open' });
  await recordStep(entries, {
    entry: id,
    operation: 'DeregisterTaskDefinition',
    send: () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: taskDefinitionArn })),
    resultOf: () => taskDefinitionArn,
  }).catch((error: unknown) => {
    entries.update(id, { state: 'unfinished' });
    throw error;
  });
  const sentence = `${revisionNameOf(taskDefinitionArn)} was deregistered and never deployed.`;
  entries.update(id, { state: 'discarded', sentence });
}

async function requireUnused(
  { aws }: ReleaseDependencies,
  plan: StoredPlan,
  taskDefinitionArn: string,
  signal: AbortSignal,
): Promise<void> {
  const service = await readServiceIfThere(aws.ecs(plan.service, 'clicked'), plan.service, signal);
  const { deployments = [], taskSets = [] } = service ?? {};
  const inUse = [service, ...deployments, ...taskSets].map((each) => each?.taskDefinition);
  if (!inUse.includes(taskDefinitionArn)) return;
  throw new SlipwayError(
    'CONFLICT',
    `${serviceLabel(plan.service)} now runs ${revisionNameOf(taskDefinitionArn)}, so it can't be deregistered. Roll back first to remove it.`,
  );
}

/** A deleted service uses nothing. */
async function readServiceIfThere(
  ecs: ECSClient,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<DeployableService | undefined> {
  try {
    return await readService(ecs, ref, signal);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function findUnfinished(
  dependencies: ReleaseDependencies,
  id: string,
  signal: AbortSignal,
): Promise<Unfinished> {
  const { journal } = dependencies;
  await recoverInterrupted(dependencies, id, signal);
  const entry = journal.entries.find(id);
  const planId = journal.entries.planOf(id);
  if (entry === undefined || planId === undefined) {
    throw new SlipwayError('NOT_FOUND', "This release isn't in the journal on this machine.");
  }
  const { taskDefinitionArn, state, title } = entry;
  if (taskDefinitionArn === undefined || state !== 'unfinished') throw nothingLeft(title);
  // From here on it is the work of this process, which a crash leaves to the next one.
  journal.entries.takeOver(id);
  return { plan: loadPlan(journal, planId).plan, taskDefinitionArn };
}

function nothingLeft(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `“${title}” left no revision to deploy or deregister. See the journal.`,
  );
}
