import { DescribeServiceDeploymentsCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { revisionNameOf, serviceLabel } from '../aws/arns.ts';
import { withRetry } from '../aws/retry.ts';
import { isTaskSetArn } from '../ecs/service-task-sets.ts';
import { findRegistered } from '../register/find-registered.ts';
import { ENDED, type InterruptedRelease, NOTHING_SENT, settleUnsent } from './execution/interrupted.ts';
import { arnOfResult, plannedContent } from './execution/register-content.ts';
import { removeLeftClaim } from './execution/service-claim.ts';
import { STOPPED_WAITING } from './execution/task-before.ts';
import { type Sent, updateOutcomeOf } from './execution/update-outcome.ts';
import { isServiceUpdate, updateRequest } from './execution/update-request.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan, startsDeployment, type UpdateAction } from './model/stored-plan.ts';
import { resolveDiscard, resolveTaskSet } from './task-sets/resolve-task-set.ts';
import { hooksOf } from './watch/lifecycle-hooks.ts';

/**
 * Finds out the outcome of a release whose process was ended, and writes it down: AWS is asked about the call that was
 * sent last and has no answer. Nothing is sent that changes anything, except that its claim of the service is removed. Afterwards the entry is `open` with a deployment
 * to watch, `unfinished`, or settled. Does nothing when another process is at it. Throws what the reads throw, and
 * leaves the entry as it was then.
 */
export async function recoverInterrupted(
  dependencies: ReleaseDependencies,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { entries, holds } = dependencies.journal;
  const written = entries.find(id);
  const planId = entries.planOf(id);
  if (written?.state !== 'open' || planId === undefined || !entries.takeOver(id)) return;
  try {
    const { plan } = loadPlan(dependencies.journal, planId);
    const ecs = dependencies.aws.ecs(plan.service, 'visible');
    // First, because a resume may claim the service again as soon as the outcome is known.
    await removeLeftClaim({ dependencies, ecs, plan, entry: id, signal });
    await resolve({ dependencies, ecs, plan, entry: id, signal, written });
    holds.release(plan.service, id);
  } catch (error) {
    entries.release(id);
    throw error;
  }
}

async function resolve(broken: InterruptedRelease): Promise<void> {
  const { action } = broken.plan;
  if (action.kind === 'stop') return resolveStop(broken, action.deploymentArn);
  if (broken.written.deploymentArn !== undefined)
    return resolveHookAnswer(broken, broken.written.deploymentArn);

  const registered = await resolveRegistration(broken, action);
  if (action.register !== undefined && registered === undefined) return;
  if (registered !== undefined && (await wasDeregistered(broken, registered))) return;

  const task = broken.written.steps.findLast(({ operation }) => operation === 'RunTask');
  if (task?.state === 'sent') {
    const { entries } = broken.dependencies.journal;
    entries.lastStepResolved(broken.entry, 'failed', `${STOPPED_WAITING}, because its process ended.`);
    if (registered === undefined) {
      const sentence = `${ENDED}: the task before the deployment may still be running, and the service was not changed. Create a new plan.`;
      entries.update(broken.entry, { state: 'failed', sentence });
      return;
    }
  }
  if (action.taskSet !== undefined) return resolveTaskSet(broken, action.taskSet, registered);
  const update = broken.written.steps.findLast(({ operation }) => isServiceUpdate(operation));
  if (update === undefined) return settleUnsent(broken, registered);
  await resolveUpdate(broken, action, { registered, at: new Date(update.at) });
}

/** The revision that the release has registered; settles the entry when there should be one and is none. */
async function resolveRegistration(
  { dependencies, ecs, written, entry, signal }: InterruptedRelease,
  { register }: UpdateAction,
): Promise<string | undefined> {
  if (register === undefined) return undefined;
  const { entries } = dependencies.journal;
  if (written.taskDefinitionArn !== undefined) return written.taskDefinitionArn;
  const step = written.steps.find(({ operation }) => operation === 'RegisterTaskDefinition');
  if (step === undefined) {
    entries.update(entry, { state: 'failed', sentence: NOTHING_SENT });
    return undefined;
  }
  const content = await plannedContent({ ecs, signal }, register);
  const arn =
    step.state === 'done'
      ? arnOfResult(step.result)
      : await findRegistered(ecs, content, new Date(step.at), signal);
  if (arn !== undefined) {
    if (step.state === 'sent') entries.lastStepResolved(entry, 'done', arn);
    entries.update(entry, { taskDefinitionArn: arn });
    return arn;
  }
  entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the revision doesn't exist.");
  entries.update(entry, {
    state: 'failed',
    sentence: `${ENDED}. No revision was registered and nothing was changed. Create a new plan.`,
  });
  return undefined;
}

/** A release that gave way to another one, or was discarded, and ended before it could write that down. */
async function wasDeregistered(
  { dependencies, ecs, written, entry, signal }: InterruptedRelease,
  registered: string,
): Promise<boolean> {
  const step = written.steps.findLast(({ operation }) => operation === 'DeregisterTaskDefinition');
  if (step === undefined) return false;
  const { entries } = dependencies.journal;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: registered });
  const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  if (described.taskDefinition?.status === 'ACTIVE') {
    if (step.state === 'sent') {
      entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the revision still exists.");
    }
    return false;
  }
  entries.lastStepResolved(entry, 'done', revisionNameOf(registered));
  const sentence = `${revisionNameOf(registered)} was deregistered and never deployed.`;
  entries.update(entry, { state: 'discarded', sentence });
  return true;
}

async function resolveUpdate(
  broken: InterruptedRelease,
  action: UpdateAction,
  { registered, at }: Pick<Sent, 'registered' | 'at'>,
): Promise<void> {
  const { dependencies, ecs, plan, entry, signal } = broken;
  const { entries } = dependencies.journal;
  const named = registered ?? action.taskDefinition;
  const outcome = await outcomeOrGone(async () => {
    const request = await updateRequest(broken, action, registered);
    return updateOutcomeOf(ecs, { plan, action, registered, request, at }, signal);
  });
  switch (outcome.kind) {
    case 'carried out': {
      const runs = outcome.taskDefinition ?? named;
      entries.lastStepResolved(
        entry,
        'done',
        runs === undefined ? serviceLabel(plan.service) : revisionNameOf(runs),
      );
      const { deploymentArn } = outcome;
      entries.update(entry, {
        ...(runs === undefined ? {} : { taskDefinitionArn: runs }),
        ...(deploymentArn === undefined ? {} : { deploymentArn }),
        state: deploymentArn !== undefined && startsDeployment(action) ? 'open' : 'done',
      });
      return;
    }
    case 'not carried out':
      entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the service is unchanged.");
      settleUnsent(broken, registered);
      return;
    case 'unknown': {
      const sentence = `${ENDED}, and ${serviceLabel(plan.service)} was changed again since: ${outcome.changed ?? `it runs ${revisionNameOf(outcome.runs)}`}. Couldn't verify that this change was applied in between.`;
      entries.update(entry, { state: 'failed', outcome: 'unknown', sentence });
      return;
    }
    case 'gone':
      entries.update(entry, {
        state: registered === undefined ? 'failed' : 'unfinished',
        sentence: `${ENDED}, and the service was deleted. ${outcome.message}`,
      });
  }
}

async function outcomeOrGone(
  ask: () => ReturnType<typeof updateOutcomeOf>,
): Promise<Awaited<ReturnType<typeof ask>> | { readonly kind: 'gone'; readonly message: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'NOT_FOUND')
      return { kind: 'gone', message: error.message };
    throw error;
  }
}

/** Of an answer to a lifecycle hook that was sent last: a hook that waits on has not got it. */
async function resolveHookAnswer(
  { dependencies, ecs, entry, signal, written }: InterruptedRelease,
  deploymentArn: string,
): Promise<void> {
  const step = written.steps.at(-1);
  if (step?.operation !== 'ContinueServiceDeployment' || step.state !== 'sent') return;
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deploymentArn] });
  const { serviceDeployments } = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  const waits = serviceDeployments?.some((deployment) => hooksOf(deployment).some((hook) => hook.waits));
  const { entries } = dependencies.journal;
  if (waits === true)
    entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the hook is still waiting.");
  else entries.lastStepResolved(entry, 'done', 'ECS no longer waits for an answer.');
}

/** A deployment that continues as if nothing was said was not told to stop; any other is watched to its end. */
async function resolveStop(broken: InterruptedRelease, deploymentArn: string): Promise<void> {
  const { dependencies, ecs, entry, signal, written } = broken;
  const { entries } = dependencies.journal;
  if (isTaskSetArn(deploymentArn)) return resolveDiscard(broken, deploymentArn);
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deploymentArn] });
  const { serviceDeployments } = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  const status = serviceDeployments?.[0]?.status;
  const wasTold = written.steps.some(({ state }) => state === 'done');
  if (!wasTold && (status === 'IN_PROGRESS' || status === 'PENDING')) {
    entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the deployment continues.");
    const sentence = `${ENDED}. The stop request didn't reach ECS, so the deployment continues.`;
    entries.update(entry, { state: 'failed', sentence });
    return;
  }
  entries.lastStepResolved(entry, 'done', deploymentArn);
  entries.update(entry, { deploymentArn });
}
