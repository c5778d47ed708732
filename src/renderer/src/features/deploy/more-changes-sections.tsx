import { type ReactNode, useState } from 'react';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { DeploymentFields } from './deployment-fields.tsx';
import type { MoreFields } from './more-changes.ts';
import styles from './more-changes-sections.module.css';
import { ServiceFields } from './service-fields.tsx';
import { SizeFields } from './size-fields.tsx';
import { VariableEdits } from './variable-edits.tsx';

interface MoreChangesSectionsProps {
  readonly detail: ServiceDetail;
  readonly fields: MoreFields;
  readonly onChange: (fields: MoreFields) => void;
}

/** What groups of fields get: all of them, and a way to change some. */
export interface FieldsProps {
  readonly fields: MoreFields;
  readonly onField: (changed: Partial<MoreFields>) => void;
}

/** Everything about a service that can be changed besides its images, folded until it is wanted. */
export function MoreChangesSections({ detail, fields, onChange }: MoreChangesSectionsProps) {
  const group = { fields, onField: (changed: Partial<MoreFields>) => onChange({ ...fields, ...changed }) };
  return (
    <section className={styles.more} aria-label="More changes">
      <h3>More changes</h3>
      <Fold title="Environment and secrets">
        <VariableEdits containers={detail.runs.map(({ container }) => container)} {...group} />
      </Fold>
      <Fold title="Size">
        <SizeFields {...group} />
      </Fold>
      <Fold title="Deployment settings">
        <DeploymentFields {...group} />
      </Fold>
      <Fold title="Service settings">
        <ServiceFields {...group} />
      </Fold>
    </section>
  );
}

function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  // Fields that nobody has asked for are not there to be found.
  const [opened, setOpened] = useState(false);
  return (
    <details className={styles.fold} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{title}</summary>
      {opened && <div className={styles.fields}>{children}</div>}
    </details>
  );
}
