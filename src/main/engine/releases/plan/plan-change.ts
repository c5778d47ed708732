import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Change, RevisionChange, ServiceSettings } from '../../../../shared/model/change.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Plan, PlanKind } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { withoutNotes } from '../../register/revision-tags.ts';
import { registeredAgain } from '../checks/movement-checks.ts';
import { imagesOf } from '../checks/preflight-reads.ts';
import { containerOfTask } from '../execution/one-off-task.ts';
import { refuseForeignChange } from '../model/express-action.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { applyRevisionChange } from '../model/revision-change.ts';
import { type DeployableService, readRevision, readService } from '../model/service-reading.ts';
import { differingSettings } from '../model/service-settings.ts';
import { type ReopenedPlan, startsDeployment, type UpdateAction } from '../model/stored-plan.ts';
import { composePlan } from './compose-plan.ts';

/**
 * A plan for a change of a service, made of reads only. What is the same already is left out of it. Throws
 * INVALID_INPUT for a container or a variable that doesn't exist, NOT_FOUND, and PREFLIGHT_FAILED when ECS does not
 * deploy it. A change can be made on another revision than the one that runs, such as one that failed.
 */
export async function planChange(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  change: Change,
  signal: AbortSignal,
  reopened?: ReopenedPlan,
): Promise<Plan> {
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const service = await readService(ecs, ref, signal);
  refuseForeignChange(ref, service, change);
  const current = await readRevision(ecs, service.taskDefinition, signal);
  const base = change.from === undefined ? current : await readRevision(ecs, change.from, signal);
  const from = base.taskDefinition.taskDefinitionArn;
  const before = withoutNotes(registrationInput(base));
  const after = applyRevisionChange(before, change);
  const desired = change.desiredCount === service.desiredCount ? undefined : change.desiredCount;
  if (desired !== undefined && service.schedulingStrategy === 'DAEMON') throw countsInstances(ref);

  const register = registration(change, before, after);
  const settings = differingSettings(service, settingsOf(change));
  const asAsked: UpdateAction = {
    kind: 'update',
    ...(register === undefined ? otherRevision(from, service) : { register: { from, ...register } }),
    ...(desired === undefined ? {} : { desiredCount: desired }),
    ...(change.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
    ...(settings === undefined ? {} : { settings }),
    ...(change.scaling === undefined ? {} : { scaling: change.scaling }),
    ...taskBefore(change, after),
  };
  const isInactive =
    register === undefined && startsDeployment(asAsked) && base.taskDefinition.status === 'INACTIVE';
  const action = isInactive ? withOwnRevision(asAsked, from) : asAsked;
  if (action.before !== undefined) requireDeployment(ref, service, action);
  const title = titleOf(ref, action, service);
  return composePlan(
    dependencies,
    {
      kind: kindOf(action),
      ref,
      service,
      action,
      revision: base,
      current,
      content: register === undefined ? registrationInput(base) : after,
      title,
      moreChecks: isInactive ? [registeredAgain(revisionNameOf(from))] : [],
      intent: { kind: 'change', change },
      reopened,
    },
    signal,
  );
}

/** ECS starts no deployment of an INACTIVE revision, not even of the one that runs: its content is registered again. */
function withOwnRevision({ taskDefinition: _inactive, ...action }: UpdateAction, from: string): UpdateAction {
  return { ...action, register: { from, images: [] } };
}

/** Deploys the revision that a change is made on, where nothing of it is changed and another one runs. */
function otherRevision(from: string, service: DeployableService): Pick<UpdateAction, 'taskDefinition'> {
  return from === service.taskDefinition ? {} : { taskDefinition: from };
}

/** What of a change makes a new revision necessary: nothing when the content would be the same. */
function registration(
  { environment, secrets, cpu, memory, containers }: Change,
  before: RegisterTaskDefinitionRequest,
  after: RegisterTaskDefinitionRequest,
): RevisionChange | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  const earlier = new Map(imagesOf(before).map(({ container, reference }) => [container, reference]));
  const images = imagesOf(after)
    .filter(({ container, reference }) => earlier.get(container) !== reference)
    .map(({ container, reference }) => ({ container, image: reference }));
  return {
    images,
    ...(environment && { environment }),
    ...(secrets && { secrets }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(containers && { containers }),
  };
}

export function taskBefore(
  { before }: Change,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): Pick<UpdateAction, 'before'> {
  if (before === undefined) return {};
  const container = containerOfTask(containerDefinitions, before.container);
  return { before: { container, command: [...before.command] } };
}

/** Throws INVALID_INPUT for a task before what deploys nothing, or before a revision that ECS itself registers. */
export function requireDeployment(ref: ServiceRef, service: DeployableService, action: UpdateAction): void {
  const deploys = startsDeployment(action);
  const isNothing = !deploys && action.desiredCount === undefined && action.settings === undefined;
  if (isExpress(service) && !isNothing) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `A task can't run before a deployment of the Express service ${ref.service}: ECS may register its revision itself.`,
    );
  }
  if (deploys || isNothing) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `A task runs before a deployment only, and this change of ${ref.service} starts none.`,
  );
}

export function settingsOf(change: Change): ServiceSettings {
  const { deploymentConfiguration, healthCheckGracePeriodSeconds, enableExecuteCommand, platformVersion } =
    change;
  return { deploymentConfiguration, healthCheckGracePeriodSeconds, enableExecuteCommand, platformVersion };
}

export function countsInstances({ service }: ServiceRef): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `${service} is a daemon service with one task per instance, so its number of tasks can't be set.`,
  );
}

function kindOf(action: UpdateAction): PlanKind {
  if (startsDeployment(action)) return 'deploy';
  if (action.settings !== undefined) return 'change';
  return (action.desiredCount ?? action.scaling) === undefined ? 'deploy' : 'scale';
}

function titleOf(
  { service }: ServiceRef,
  action: UpdateAction,
  { taskDefinition, desiredCount = 0 }: DeployableService,
): string {
  const images = action.register?.images ?? [];
  const [first] = images;
  if (images.length > 1) return `Deploy ${images.length} images to ${service}`;
  if (first !== undefined) return `Deploy ${shortImage(first.image)} to ${service}`;
  const parts = changedParts(action);
  const base = action.register?.from ?? action.taskDefinition;
  if (base !== undefined && base !== taskDefinition) {
    const changed = parts.length === 0 ? '' : ` with changed ${parts.join(', ')}`;
    return `Deploy ${revisionNameOf(base)}${changed} to ${service}`;
  }
  if (parts.length > 0) return `Change ${parts.join(', ')} of ${service}`;
  if (action.forceNewDeployment === true)
    return `Deploy ${revisionNameOf(taskDefinition)} to ${service} again`;
  if (action.desiredCount !== undefined)
    return `Scale ${service} from ${desiredCount} to ${action.desiredCount}`;
  return `Change ${service}`;
}

/** What an action changes besides images and the number of tasks. */
function changedParts({ register, settings, scaling }: UpdateAction): readonly string[] {
  const { environment, secrets, cpu, memory, containers } = register ?? {};
  return [
    ...(scaling === undefined ? [] : ['scaling']),
    ...(environment === undefined ? [] : ['environment']),
    ...(secrets === undefined ? [] : ['secrets']),
    ...((cpu ?? memory ?? containers) === undefined ? [] : ['size']),
    ...(settings?.deploymentConfiguration === undefined ? [] : ['deployment settings']),
    ...(settings?.healthCheckGracePeriodSeconds === undefined ? [] : ['grace period']),
    ...(settings?.enableExecuteCommand === undefined ? [] : ['ECS Exec']),
    ...(settings?.platformVersion === undefined ? [] : ['platform version']),
  ];
}

/** `acme/web:1.9.0`, or the beginning of the digest where there is no tag. */
function shortImage(reference: string): string {
  const parts = parseImageReference(reference);
  if (parts === undefined) return reference;
  const { repository, tag, digest } = parts;
  if (tag !== undefined) return `${repository}:${tag}`;
  return digest === undefined ? repository : `${repository}@${digest.split(':')[1]?.slice(0, 8) ?? ''}`;
}
