import {
  type ECSClient,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Release, ReleaseStep } from '../../../shared/model/plan.ts';
import { recordStep } from '../journal/record-step.ts';
import { registerRevision } from '../revisions/register-revision.ts';
import { registrationInput, withImages } from '../revisions/registration.ts';
import { readUnchangedService } from './basis.ts';
import { lastPartOf, placeOf, revisionNameOf } from './names.ts';
import type { ReleaseDependencies } from './release-dependencies.ts';
import { readRevision, readService } from './service-reading.ts';
import { findStartedDeployment, newestDeployments } from './started-deployment.ts';
import { type StoredPlan, startsDeployment, type UpdateAction } from './stored-plan.ts';

/** A release whose journal entry is open: everything from its first write on. */
export interface Execution {
  readonly dependencies: ReleaseDependencies;
  readonly ecs: ECSClient;
  readonly plan: StoredPlan;
  /** The id of its journal entry. */
  readonly entry: string;
  /** Looked at between the calls: a call that changes something is never broken off once it is sent. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: ReleaseStep) => void;
}

/** What is sent is waited for: broken off, nobody would know whether it was carried out. */
const UNBROKEN = new AbortController().signal;

/**
 * Has the service for this release alone, of all those of this machine, while `act` reads its basis and changes it.
 * Throws STALE_PLAN when another release is at it.
 */
export async function holdingService<T>(
  { dependencies, plan, entry }: Execution,
  act: () => Promise<T>,
): Promise<T> {
  const { holds } = dependencies.journal;
  if (!holds.take(plan.service, entry)) {
    throw new SlipwayError(
      'STALE_PLAN',
      `Another release of ${placeOf(plan.service)} is being carried out at this moment. Plan again once it has begun.`,
    );
  }
  try {
    return await act();
  } finally {
    holds.letGo(plan.service, entry);
  }
}

/** Stops the deployment in flight, and answers it to be watched while ECS rolls back. */
export async function stopDeployment(execution: Execution, deploymentArn: string): Promise<Release> {
  const { ecs, dependencies, plan } = execution;
  dependencies.journal.entries.update(execution.entry, { deploymentArn });
  await step(
    execution,
    'StopServiceDeployment',
    () =>
      ecs.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, stopType: 'ROLLBACK' }),
      ),
    () => lastPartOf(deploymentArn),
  );
  return { ...releaseOf(execution), kind: plan.kind, registered: false, deploymentArn };
}

/** Registers the content of a revision with the images of the plan, and answers the ARN of the new one. */
export async function registerContent(
  execution: Execution,
  { from, images }: NonNullable<UpdateAction['register']>,
): Promise<string> {
  const { ecs, dependencies, signal } = execution;
  const input = withImages(registrationInput(await readRevision(ecs, from, signal)), images);
  const registered = await step(
    execution,
    'RegisterTaskDefinition',
    () => registerRevision(ecs, input, UNBROKEN),
    ({ taskDefinitionArn }) => taskDefinitionArn,
  );
  const arn = registered.taskDefinitionArn ?? '';
  dependencies.journal.entries.update(execution.entry, { taskDefinitionArn: arn });
  return arn;
}

/**
 * Tells the service what to run (UpdateService) and answers the release with its deployment. The basis is read
 * again right before. `taskDefinition` is left out of the call when the revision stays, since sending it asks for
 * iam:PassRole.
 */
export async function updateService(
  execution: Execution,
  action: UpdateAction,
  registered: string | undefined,
): Promise<Release> {
  const { ecs, plan, signal, dependencies } = execution;
  const taskDefinition = registered ?? action.taskDefinition;
  const { cluster, service } = plan.service;
  await readUnchangedService(ecs, plan, signal);
  const before = startsDeployment(action) ? await deploymentsBefore(execution) : undefined;
  if (signal.aborted) throw cancelled(`“${plan.title}”`);

  const input: UpdateServiceRequest = {
    cluster,
    service,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(action.desiredCount === undefined ? {} : { desiredCount: action.desiredCount }),
    ...(action.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
  };
  await step(
    execution,
    'UpdateService',
    () => sendUpdate(execution, input),
    () => (taskDefinition === undefined ? placeOf(plan.service) : revisionNameOf(taskDefinition)),
  );

  const runs = taskDefinition === undefined ? {} : { taskDefinitionArn: taskDefinition };
  const release = { ...releaseOf(execution), ...runs, registered: registered !== undefined };
  if (!startsDeployment(action)) {
    dependencies.journal.entries.update(execution.entry, { ...runs, state: 'done' });
    return release;
  }
  const target = taskDefinition ?? plan.basis.taskDefinitionArn;
  const deploymentArn = await deploymentToWatch(execution, before, target);
  if (deploymentArn === undefined) {
    const sentence = 'ECS accepted the change, but did not show its deployment in time. Look at the service.';
    dependencies.journal.entries.update(execution.entry, { ...runs, state: 'done', sentence });
    return release;
  }
  dependencies.journal.entries.update(execution.entry, { ...runs, deploymentArn, state: 'open' });
  return { ...release, deploymentArn };
}

/** What is there before the update. Who may not list deployments can deploy all the same, and not watch. */
async function deploymentsBefore({ ecs, plan, signal }: Execution): Promise<ReadonlySet<string> | undefined> {
  try {
    return await newestDeployments(ecs, plan.service, signal);
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
    return await findStartedDeployment(ecs, plan.service, before, target, UNBROKEN);
  } catch (error) {
    dependencies.logger.warn(
      { err: error, plan: plan.id },
      'The deployment that was started could not be read.',
    );
    return undefined;
  }
}

/** Sends the update; when it got no answer, the service tells whether it was carried out all the same. */
async function sendUpdate({ ecs, plan }: Execution, input: UpdateServiceRequest): Promise<void> {
  try {
    await ecs.send(new UpdateServiceCommand(input));
  } catch (error) {
    const isUnsure = error instanceof SlipwayError && error.detail.carriedOut === 'unknown';
    if (!isUnsure || input.taskDefinition === undefined) throw error;
    const { taskDefinition } = await readService(ecs, plan.service, UNBROKEN);
    if (taskDefinition !== input.taskDefinition) throw error;
  }
}

function step<Answer>(
  { dependencies, entry, onStep }: Execution,
  operation: string,
  send: () => Promise<Answer>,
  resultOf: (answer: Answer) => string | undefined,
): Promise<Answer> {
  const what = { entry, operation, send, resultOf };
  return recordStep(dependencies.journal.entries, onStep === undefined ? what : { ...what, onStep });
}

function releaseOf({ entry, plan }: Execution): Pick<Release, 'id' | 'service' | 'kind' | 'title'> {
  return { id: entry, service: plan.service, kind: plan.kind, title: plan.title };
}
