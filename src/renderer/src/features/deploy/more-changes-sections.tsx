import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import { DeploymentFields } from './deployment-fields.tsx';
import { KeepSelect } from './keep-select.tsx';
import type { FieldsProps, MoreFields } from './more-changes.ts';
import styles from './more-changes-sections.module.css';
import { NumberField } from './number-field.tsx';
import { partLabel, settingLabel } from './setting-labels.ts';
import { SizeFields } from './size-fields.tsx';
import { VariableEdits } from './variable-edits.tsx';

interface MoreChangesSectionsProps {
  readonly containers: readonly string[];
  readonly fields: MoreFields;
  readonly onChange: (fields: MoreFields) => void;
  readonly now: CurrentSettings | undefined;
  /** ECS manages the deployments and the containers' sizes of an Express service. */
  readonly isExpress: boolean;
}

/** Everything about a service that can be changed besides its images, folded until it is wanted. */
export function MoreChangesSections(props: MoreChangesSectionsProps) {
  const { containers, fields, onChange, now, isExpress } = props;
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
        <SizeFields containers={isExpress ? [] : containers} {...group} />
      </Fold>
      {isExpress ? (
        <Fold title="Scaling" now={undefined}>
          <ScalingFields {...group} />
        </Fold>
      ) : (
        <>
          <Fold title="Deployment settings" now={labels?.deployment}>
            <DeploymentFields {...group} />
          </Fold>
          <Fold title="Service settings" now={labels?.service}>
            <ServiceFields {...group} />
          </Fold>
        </>
      )}
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

const MOST_TASKS = 5000;
const LONGEST_GRACE_SECONDS = 2_147_483_647;

/** The bounds between which ECS scales an Express service. */
function ScalingFields({ fields, onField, now }: FieldsProps) {
  const scaling = now?.express?.scaling;
  return (
    <>
      <NumberField
        label="Minimum tasks"
        value={fields.minTaskCount}
        onChange={(minTaskCount) => onField({ minTaskCount })}
        min={0}
        max={MOST_TASKS}
        now={scaling?.minTaskCount}
      />
      <NumberField
        label="Maximum tasks"
        value={fields.maxTaskCount}
        onChange={(maxTaskCount) => onField({ maxTaskCount })}
        min={0}
        max={MOST_TASKS}
        now={scaling?.maxTaskCount}
      />
    </>
  );
}

/** The number of tasks, and settings of the service that are no part of a deployment. */
function ServiceFields({ fields, onField, now }: FieldsProps) {
  return (
    <>
      <NumberField
        label="Desired tasks"
        value={fields.desiredCount}
        onChange={(desiredCount) => onField({ desiredCount })}
        min={0}
        max={MOST_TASKS}
        now={now?.desiredCount}
      />
      <NumberField
        label="Health check grace period"
        value={fields.healthCheckGracePeriodSeconds}
        onChange={(healthCheckGracePeriodSeconds) => onField({ healthCheckGracePeriodSeconds })}
        min={0}
        max={LONGEST_GRACE_SECONDS}
        unit="s"
        now={now && (now.healthCheckGracePeriodSeconds ?? 0)}
      />
      <KeepSelect
        label="execute-command"
        value={fields.executeCommand}
        options={[
          { value: 'on', label: 'On' },
          { value: 'off', label: 'Off' },
        ]}
        onChange={(executeCommand) => onField({ executeCommand })}
        now={settingLabel(now).executeCommand}
      />
      <TextInput
        label="Platform version"
        description="For example LATEST or 1.4.0"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={now === undefined ? 'Unchanged' : platformLabel(now.platformVersion)}
        value={fields.platformVersion}
        onChange={(event) => onField({ platformVersion: event.currentTarget.value.trim() })}
      />
    </>
  );
}

function platformLabel(version: string | undefined): string {
  return version === undefined ? 'Not set' : `Current: ${version}`;
}
