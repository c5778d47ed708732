import type { Plan } from '../../../../shared/model/plan.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import { ImageChange } from '../images/image-change.tsx';
import lines from '../revisions/difference-list.module.css';
import { DifferenceLines } from '../revisions/difference-list.tsx';
import { PlanSection } from './plan-section.tsx';

/** What will be different afterwards: the images first, then the rest, the service, and how much stays as it is. */
export function PlanChanges({ plan }: { readonly plan: Plan }) {
  const images = plan.images.filter(({ change }) => change !== 'unchanged' && change !== 'same-tag');
  const nothing = images.length + plan.differences.length + plan.serviceDifferences.length === 0;
  return (
    <PlanSection title="What changes" aside={keptWords(plan)}>
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

function keptWords(plan: Plan): string {
  const members = plan.unchanged === 1 ? '1 member' : `${plan.unchanged} members`;
  return `Everything else of ${plan.base.revision} is kept, ${members}.`;
}

function nothingLabel(plan: Plan): string {
  if (plan.calls.some(({ operation }) => operation === 'DeleteTaskSet'))
    return plan.kind === 'stop'
      ? 'The new task set is deleted with its tasks; the primary one stays as it is.'
      : 'The task definition stays as it is; the task set is another one.';
  if (plan.kind === 'stop')
    return 'ECS stops the deployment that is under way and goes back to what ran before.';
  return 'The task definition stays as it is.';
}
