import {
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { Release, ReleaseStep } from '../../../../shared/model/plan.ts';
import { lastPartOf, revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { isUnsure, NEVER_ABORTED, pause, withRetry } from '../../aws/retry.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { findStartedDeployment, newestDeployments } from '../../ecs/started-deployment.ts';
import { recordStep } from '../../journal/record-step.ts';
import type { HeldLock } from '../../ledger/locks.ts';
import { registerOnce } from '../../register/register-once.ts';
import { type ReleaseNotes, withNotes } from '../../register/revision-tags.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { type StoredPlan, startsDeployment, type UpdateAction } from '../model/stored-plan.ts';
import { plannedContent, registerWithTags, resultOfRegistration } from './register-content.ts';
import { gaveWay, requireFirstInLine } from './registration-race.ts';
import { readUnchangedService } from './stale-plan.ts';
import { updateOutcomeOf } from './update-outcome.ts';
import { type SentUpdate, type ServiceUpdateRequest, sendRequest, updateRequest } from './update-request.ts';

/** A release whose journal entry is open: everything from its first write on. */
export interface Execution {
  readonly dependencies: ReleaseDependencies;
  readonly ecs: ECSClient;
  readonly plan: StoredPlan;
  /** The id of its journal entry. */
  readonly entry: string;
  /** Checked between calls: a call that changes something is never cancelled once it is sent. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: ReleaseStep) => void;
  /** That of the ledger, which limits the calls of `ecs`. */
  readonly lock?: HeldLock;
  /** The service as it was read for the checks, moments ago. */
  readonly checked?: DeployableService;
}

const UPDATE_ATTEMPTS = 4;

/** Stops the deployment in progress, and returns it to be watched while ECS rolls back. */
export async function stopDeployment(execution: Execution, deploymentArn: string): Promise<Release> {
  const { ecs, dependencies, plan } = execution;
  dependencies.journal.entries.update(execution.entry, { deploymentArn });
  await sendStep(
    execution,
    'StopServiceDeployment',
    () =>
      withRetry(NEVER_ABORTED, () =>
        ecs.send(
          new StopServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, stopType: 'ROLLBACK' }),
        ),
      ),
    () => lastPartOf(deploymentArn),
  );
  return { ...releaseOf(execution), kind: plan.kind, registered: false, deploymentArn };
}

/** Registers what the plan says, and returns the ARN of the new revision. */
export async function registerContent(
  execution: Execution,
  register: NonNullable<UpdateAction['register']>,
  notes: ReleaseNotes,
): Promise<string> {
  const { ecs, dependencies } = execution;
  const content = withNotes(await plannedContent(execution, register), notes);
  const { taskDefinitionArn } = await sendStep(
    execution,
    'RegisterTaskDefinition',
    () => registerWithTags((input) => registerOnce(ecs, input, dependencies.clock.now()), content),
    resultOfRegistration,
  );
  dependencies.journal.entries.update(execution.entry, { taskDefinitionArn });
  return taskDefinitionArn;
}

/** If several Slipways deploy a service at the same time, one proceeds; the others leave nothing behind. */
export async function giveWayToOthers(execution: Execution, registered: string): Promise<void> {
  const { ecs, dependencies, plan, signal, entry, lock } = execution;
  const { journal } = dependencies;
  try {
    await requireFirstInLine({ ecs, journal, plan, signal }, registered);
  } catch (error) {
    if (!gaveWay(error)) throw error;
    // Before the step is written down: without the lock nothing more is sent.
    await lock?.requireOpen();
    await sendStep(
      execution,
      'DeregisterTaskDefinition',
      () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: registered })),
      () => revisionNameOf(registered),
    );
    const { message } = error;
    journal.entries.update(entry, { state: 'discarded', sentence: message });
    throw error;
  }
}

/**
 * Tells the service what to run (UpdateService, or UpdateExpressGatewayService) and returns the release with its
 * deployment. The base is read again right before. `taskDefinition` is left out of the call when the revision stays,
 * since sending it asks for iam:PassRole.
 */
export async function updateService(
  execution: Execution,
  action: UpdateAction,
  registered: string | undefined,
): Promise<Release> {
  const { ecs, plan, signal, dependencies } = execution;
  const request = await updateRequest(execution, action, registered);
  // At once: a deployment that begins between the two changes the service, and the plan is refused.
  const [service, before] = await Promise.all([
    withRetry(signal, () => readUnchangedService(ecs, plan, signal)),
    startsDeployment(action) ? deploymentsBefore(execution) : undefined,
  ]);
  requireItsOperation(plan, service, request);
  if (signal.aborted) throw cancelled(`“${plan.title}”`);

  const sent = await sendStep(
    execution,
    request.operation,
    () => sendUpdate(execution, { action, registered, request }),
    (answer) => updatedLabel(plan, answer.taskDefinition ?? registered ?? action.taskDefinition),
  );

  const taskDefinition = sent.taskDefinition ?? registered ?? action.taskDefinition;
  const runs = taskDefinition === undefined ? {} : { taskDefinitionArn: taskDefinition };
  const release = { ...releaseOf(execution), ...runs, registered: registered !== undefined };
  if (!startsDeployment(action)) {
    dependencies.journal.entries.update(execution.entry, { ...runs, state: 'done' });
    return release;
  }
  const target = taskDefinition ?? plan.base.taskDefinitionArn;
  const deploymentArn = sent.deploymentArn ?? (await deploymentToWatch(execution, before, target));
  if (deploymentArn === undefined) {
    const sentence = "ECS accepted the change, but didn't return its deployment in time. Check the service.";
    dependencies.journal.entries.update(execution.entry, { ...runs, state: 'done', sentence });
    return release;
  }
  dependencies.journal.entries.update(execution.entry, { ...runs, deploymentArn, state: 'open' });
  return { ...release, deploymentArn };
}

/** The deployments before the update. Without permission to list them, Slipway deploys and can't watch. */
async function deploymentsBefore({ ecs, plan, signal }: Execution): Promise<ReadonlySet<string> | undefined> {
  try {
    return await withRetry(signal, () => newestDeployments(ecs, plan.service, signal));
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  }
}

/** The deployment that the update has started. What goes wrong here changes nothing about the update. */
async function deploymentToWatch(
  { ecs, plan, dependencies }: Execution,
  before: ReadonlySet<string> | undefined,
  target: string,
): Promise<string | undefined> {
  if (before === undefined) return undefined;
  try {
    return await findStartedDeployment(ecs, plan.service, before, target, NEVER_ABORTED);
  } catch (error) {
    dependencies.logger.warn(
      { err: error, plan: plan.id },
      'The deployment that was started could not be read.',
    );
    return undefined;
  }
}

function updatedLabel(plan: StoredPlan, taskDefinition: string | undefined): string {
  return taskDefinition === undefined ? serviceLabel(plan.service) : revisionNameOf(taskDefinition);
}

/** A plan that was made before ECS managed the service, or by a version that did not know Express services. */
function requireItsOperation(
  plan: StoredPlan,
  service: DeployableService,
  { operation }: ServiceUpdateRequest,
): void {
  if (isExpress(service) === (operation === 'UpdateExpressGatewayService')) return;
  throw new SlipwayError(
    'STALE_PLAN',
    `${operation} does not fit ${serviceLabel(plan.service)}: ${isExpress(service) ? 'ECS manages it as an Express service' : 'it is no Express service any more'}. Refresh to create a new plan.`,
  );
}

interface Update {
  readonly action: UpdateAction;
  readonly registered: string | undefined;
  readonly request: ServiceUpdateRequest;
}

/** Sends the update. When it gets no answer, the service tells whether it was carried out, before it is sent again. */
async function sendUpdate({ ecs, plan, dependencies, lock }: Execution, update: Update): Promise<SentUpdate> {
  const at = dependencies.clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withRetry(NEVER_ABORTED, () => sendRequest(ecs, update.request));
    } catch (error) {
      if (!isUnsure(error)) throw error;
      const outcome = await updateOutcomeOf(ecs, { plan, at, ...update }, NEVER_ABORTED);
      if (outcome.kind === 'carried out') return outcome;
      if (outcome.kind === 'unknown' || attempt === UPDATE_ATTEMPTS) throw error;
      lock?.leave();
    }
    await pause(attempt, NEVER_ABORTED);
    await withRetry(NEVER_ABORTED, () => readUnchangedService(ecs, plan, NEVER_ABORTED));
  }
}

/** Sends one call that changes something, and writes it down before and after. */
export function sendStep<Answer>(
  { dependencies, entry, onStep }: Execution,
  operation: string,
  send: () => Promise<Answer>,
  resultOf: (answer: Answer) => string | undefined,
): Promise<Answer> {
  dependencies.logger.debug({ entry, operation }, 'A step of a release is sent');
  const what = { entry, operation, send, resultOf };
  return recordStep(dependencies.journal.entries, onStep === undefined ? what : { ...what, onStep });
}

/** The fields that identify a release. */
export function releaseOf({ entry, plan }: Execution): Pick<Release, 'id' | 'service' | 'kind' | 'title'> {
  return { id: entry, service: plan.service, kind: plan.kind, title: plan.title };
}
