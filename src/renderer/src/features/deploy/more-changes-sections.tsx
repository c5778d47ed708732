import { type ReactNode, useState } from 'react';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import { DeploymentFields } from './deployment-fields.tsx';
import type { MoreFields } from './more-changes.ts';
import styles from './more-changes-sections.module.css';
import { ServiceFields } from './service-fields.tsx';
import { partLabel } from './setting-labels.ts';
import { SizeFields } from './size-fields.tsx';
import { VariableEdits } from './variable-edits.tsx';

interface MoreChangesSectionsProps {
  readonly containers: readonly string[];
  readonly fields: MoreFields;
  readonly onChange: (fields: MoreFields) => void;
  readonly now: CurrentSettings | undefined;
}

/** Everything about a service that can be changed besides its images, folded until it is wanted. */
export function MoreChangesSections({ containers, fields, onChange, now }: MoreChangesSectionsProps) {
  const onField = (changed: Partial<MoreFields>): void => onChange({ ...fields, ...changed });
  const group = { fields, onField, now };
  const labels = now && partLabel(now);
  const isResized = fields.cpu !== '' || fields.memory !== '' || fields.sizes.length > 0;
  return (
    <section className={styles.more} aria-label="More changes">
      <h3>More changes</h3>
      <Fold title="Environment and secrets" now={labels?.environment}>
        <VariableEdits containers={containers} {...group} />
      </Fold>
      <Fold title="Size" now={labels?.size} isOpen={isResized}>
        <SizeFields containers={containers} {...group} />
      </Fold>
      <Fold title="Deployment settings" now={labels?.deployment}>
        <DeploymentFields {...group} />
      </Fold>
      <Fold title="Service settings" now={labels?.service}>
        <ServiceFields {...group} />
      </Fold>
    </section>
  );
}

interface FoldProps {
  readonly title: string;
  /** A short label of the current values. */
  readonly now: string | undefined;
  /** Whether it begins unfolded, since some of it is filled in already. */
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}

function Fold({ title, now, isOpen = false, children }: FoldProps) {
  // Fields that nobody has asked for are not there to be found.
  const [opened, setOpened] = useState(isOpen);
  return (
    <details className={styles.fold} open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        {title}
        {now !== undefined && <span className={styles.now}>{now}</span>}
      </summary>
      {opened && <div className={styles.fields}>{children}</div>}
    </details>
  );
}
