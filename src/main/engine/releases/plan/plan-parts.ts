import { createHash } from 'node:crypto';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import type { PlanIntent, PlanParts, StoredPlan } from '../model/stored-plan.ts';

/** What two machines compare of a plan. */
export function planParts(
  { action, base, calls, title }: StoredPlan,
  images: readonly ContainerImage[],
): PlanParts {
  return {
    base: base.taskDefinitionArn,
    deployment: base.primaryId,
    images: images.map(({ container, image, digest }) => ({
      container,
      image,
      ...(digest === undefined ? {} : { digest }),
    })),
    action: canonical(action),
    calls: [...calls],
    title,
  };
}

/** SHA-256 of a plan, the same on each machine. */
export function hashOfPlan(intent: PlanIntent, parts: PlanParts): string {
  return createHash('sha256').update(canonical({ intent, parts })).digest('hex');
}

/** What is different now, each as a sentence; none where the plans are the same. */
export function planDifferences(before: PlanParts, now: PlanParts): readonly string[] {
  if (before.base !== now.base) {
    return [
      `The service runs ${revisionNameOf(now.base)} now; the plan was made on ${revisionNameOf(before.base)}.`,
    ];
  }
  if (before.deployment !== now.deployment) {
    return ['Another deployment of the service was started after the plan was made.'];
  }
  const images = before.images.flatMap(({ container, image, digest }) => {
    const found = now.images.find((each) => each.container === container);
    if (found?.image === image && found.digest === digest) return [];
    return [
      `The image of ${container} is ${shown(found)} now; the plan was made with ${shown({ image, digest })}.`,
    ];
  });
  if (images.length > 0) return images;
  return canonical(before) === canonical(now)
    ? []
    : [`“${now.title}” would be sent as ${callsOf(now)} now; the plan was made for ${callsOf(before)}.`];
}

function shown(image: { readonly image: string; readonly digest?: string | undefined } | undefined): string {
  if (image === undefined) return 'missing';
  return image.digest === undefined ? image.image : `${image.image} (${image.digest.slice(0, 19)})`;
}

function callsOf({ calls }: PlanParts): string {
  return calls.map(({ operation }) => operation).join(', ');
}

/** JSON with the names of all objects in order, and without what is undefined. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
