import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { Change, Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { registrationInput, withImages } from '../revisions/registration.ts';
import { composePlan, isChange } from './compose-plan.ts';
import { revisionNameOf } from './names.ts';
import { imagesOf } from './preflight.ts';
import type { ReleaseDependencies } from './release-dependencies.ts';
import { readRevision, readService } from './service-reading.ts';
import type { UpdateAction } from './stored-plan.ts';

/**
 * A plan for a change of a service, made of reads only. What is the same already is left out of it. Throws
 * INVALID_INPUT for a container that is not there, NOT_FOUND, and PREFLIGHT_FAILED when ECS does not deploy it.
 */
export async function planChange(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  change: Change,
  signal: AbortSignal,
): Promise<Plan> {
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const service = await readService(ecs, ref, signal);
  const current = await readRevision(ecs, service.taskDefinition, signal);
  const before = registrationInput(current);
  const content = withImages(before, change.images ?? []);

  const earlier = new Map(imagesOf(before).map(({ container, reference }) => [container, reference]));
  const images = imagesOf(content)
    .filter(({ container, reference }) => earlier.get(container) !== reference)
    .map(({ container, reference }) => ({ container, image: reference }));
  const desired = change.desiredCount === service.desiredCount ? undefined : change.desiredCount;
  const action: UpdateAction = {
    kind: 'update',
    ...(images.length === 0 ? {} : { register: { from: service.taskDefinition, images } }),
    ...(desired === undefined ? {} : { desiredCount: desired }),
    ...(change.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
  };
  const title = titleOf(ref, action, revisionNameOf(service.taskDefinition), service.desiredCount ?? 0);
  return composePlan(
    dependencies,
    {
      kind: 'deploy',
      ref,
      service,
      action,
      revision: current,
      current,
      content,
      isChange: isChange(action),
      title,
      moreChecks: [],
    },
    signal,
  );
}

function titleOf({ service }: ServiceRef, action: UpdateAction, revision: string, desired: number): string {
  const images = action.register?.images ?? [];
  const [first] = images;
  if (images.length > 1) return `Deploy ${images.length} images to ${service}`;
  if (first !== undefined) return `Deploy ${shortImage(first.image)} to ${service}`;
  if (action.forceNewDeployment === true) return `Deploy ${revision} to ${service} again`;
  if (action.desiredCount !== undefined) return `Scale ${service} from ${desired} to ${action.desiredCount}`;
  return `Change ${service}`;
}

/** `acme/web:1.9.0`, or the beginning of the digest where there is no tag. */
function shortImage(reference: string): string {
  const parts = parseImageReference(reference);
  if (parts === undefined) return reference;
  const { repository, tag, digest } = parts;
  if (tag !== undefined) return `${repository}:${tag}`;
  return digest === undefined ? repository : `${repository}@${digest.split(':')[1]?.slice(0, 8) ?? ''}`;
}
