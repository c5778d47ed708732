import type { Deployment } from '../../../../shared/model/deployment.ts';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './deployment-row.module.css';
import { DEPLOYMENTS_TEXT } from './deployments-text.ts';
import { imageVersionSteps } from './image-version-step.ts';

interface ReleasedImageVersionProps {
  readonly deployment: Deployment;
  readonly before: Deployment | undefined;
}

/** The image version of a release, compared with the release before. */
export function ReleasedImageVersion({ deployment, before }: ReleasedImageVersionProps) {
  const steps = imageVersionSteps(deployment, before);
  const changed = steps.filter((step) => step.kind === 'changed');
  if (changed.length === 0 && before && steps.length > 0)
    return <Tag kind="idle">{DEPLOYMENTS_TEXT.sameImage}</Tag>;
  const shown = changed.length > 0 ? changed : steps;
  return shown.map((step) => (
    <div key={step.container}>
      <Mono>
        {shown.length > 1 ? `${step.container} ` : ''}
        {step.kind === 'changed' ? (
          <>
            <del className={styles.before}>{step.before}</del>
            <span className={styles.arrow}>→</span>
            <ins className={styles.after}>{step.after}</ins>
          </>
        ) : (
          step.after
        )}
      </Mono>
    </div>
  ));
}
