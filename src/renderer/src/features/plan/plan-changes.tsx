import type { Plan } from '../../../../shared/model/plan.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import lines from '../../ui/difference-list.module.css';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { ImageChange } from '../../ui/image-change.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { nothingLabel, PLAN_TEXT } from './plan-text.ts';

/** What will be different afterwards: the images first, then the rest, the service, and how much stays as it is. */
export function PlanChanges({ plan }: { readonly plan: Plan }) {
  const images = plan.images.filter(({ change }) => change !== 'unchanged' && change !== 'same-tag');
  const nothing = images.length + plan.differences.length + plan.serviceDifferences.length === 0;
  return (
    <PlanSection title={PLAN_TEXT.changes} aside={PLAN_TEXT.unchanged(plan.unchanged)}>
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
      <dt className={lines.key}>{PLAN_TEXT.imageOf(image.container)}</dt>
      <dd className={lines.image}>
        <ImageChange difference={image} />
      </dd>
    </div>
  ));
}
