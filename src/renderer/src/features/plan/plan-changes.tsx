import type { Plan } from '../../../../shared/model/plan.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import lines from '../../ui/difference-list.module.css';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { ImageChange } from '../../ui/image-change.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';

/** What will be different afterwards: the images first, then the rest, the service, and how much stays as it is. */
export function PlanChanges({ plan }: { readonly plan: Plan }) {
  const images = plan.images.filter(({ change }) => change !== 'unchanged' && change !== 'same-tag');
  const nothing = images.length + plan.differences.length + plan.serviceDifferences.length === 0;
  return (
    <PlanSection title="Changes" aside={unchangedLabel(plan)}>
      {nothing ? (
        <p>{nothingLabel(plan)}</p>
      ) : (
        <dl>
          <ImageLines images={images} />
          <DifferenceLines differences={plan.differences} />
          <DifferenceLines differences={plan.serviceDifferences} />
        </dl>
      )}
    </PlanSection>
  );
}

function ImageLines({ images }: { readonly images: readonly ImageDifference[] }) {
  return images.map((image) => (
    <div key={image.container} className={lines.line}>
      <dt className={lines.key}>{image.container}, image</dt>
      <dd className={lines.image}>
        <ImageChange difference={image} />
      </dd>
    </div>
  ));
}

function unchangedLabel(plan: Plan): string {
  return plan.unchanged === 1 ? '1 other setting unchanged' : `${plan.unchanged} other settings unchanged`;
}

function nothingLabel(plan: Plan): string {
  if (plan.calls.some(({ operation }) => operation === 'DeleteTaskSet'))
    return plan.kind === 'stop'
      ? 'The new task set and its tasks are deleted. The primary task set does not change.'
      : 'The task definition does not change. A different task set becomes the primary one.';
  if (plan.kind === 'stop')
    return 'ECS stops the deployment in progress and rolls back to the previous revision.';
  return 'The task definition does not change.';
}
