import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import type { FieldsProps, MoreFields } from './deploy-fields.ts';
import { partLabel, SETTING_TEXT, settingLabel } from './deploy-text.ts';
import { DeploymentFields } from './deployment-fields.tsx';
import { KeepSelect } from './keep-select.tsx';
import styles from './more-changes-sections.module.css';
import { NumberField } from './number-field.tsx';

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

/** What can be changed besides the images, folded until it is opened. */
export function MoreChangesSections(props: MoreChangesSectionsProps) {
  const { containers, fields, onChange, now, isExpress } = props;
  const onField = (changed: Partial<MoreFields>): void => onChange({ ...fields, ...changed });
  const group = { fields, onField, now };
  const labels = now && partLabel(now);
  const isResized = fields.cpu !== '' || fields.memory !== '' || fields.sizes.length > 0;
  return (
    <section className={styles.more} aria-label={SETTING_TEXT.more}>
      <h3>{SETTING_TEXT.more}</h3>
      <Fold title={SETTING_TEXT.environment} now={labels?.environment}>
        <VariableEdits containers={containers} {...group} />
      </Fold>
      <Fold title={SETTING_TEXT.size} now={labels?.size} isOpen={isResized}>
        <SizeFields containers={isExpress ? [] : containers} {...group} />
      </Fold>
      {isExpress ? (
        <Fold title={SETTING_TEXT.scaling} now={undefined}>
          <ScalingFields {...group} />
        </Fold>
      ) : (
        <>
          <Fold title={SETTING_TEXT.deployment} now={labels?.deployment}>
            <DeploymentFields {...group} />
          </Fold>
          <Fold title={SETTING_TEXT.service} now={labels?.service}>
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
  /** Whether it starts open, because some of it is filled in already. */
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}

function Fold({ title, now, isOpen = false, children }: FoldProps) {
  // Folded fields are not rendered, so that a search of the page or a screen reader does not find them.
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
        label={SETTING_TEXT.minTasks}
        value={fields.minTaskCount}
        onChange={(minTaskCount) => onField({ minTaskCount })}
        min={0}
        max={MOST_TASKS}
        now={scaling?.minTaskCount}
      />
      <NumberField
        label={SETTING_TEXT.maxTasks}
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
        label={SETTING_TEXT.desiredTasks}
        value={fields.desiredCount}
        onChange={(desiredCount) => onField({ desiredCount })}
        min={0}
        max={MOST_TASKS}
        now={now?.desiredCount}
      />
      <NumberField
        label={SETTING_TEXT.gracePeriod}
        value={fields.healthCheckGracePeriodSeconds}
        onChange={(healthCheckGracePeriodSeconds) => onField({ healthCheckGracePeriodSeconds })}
        min={0}
        max={LONGEST_GRACE_SECONDS}
        unit="s"
        now={now && (now.healthCheckGracePeriodSeconds ?? 0)}
      />
      <KeepSelect
        label={SETTING_TEXT.exec}
        value={fields.executeCommand}
        options={[
          { value: 'on', label: SETTING_TEXT.on },
          { value: 'off', label: SETTING_TEXT.off },
        ]}
        onChange={(executeCommand) => onField({ executeCommand })}
        now={settingLabel(now).executeCommand}
      />
      <TextInput
        label={SETTING_TEXT.platformVersion}
        description={SETTING_TEXT.platformVersionHelp}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={now === undefined ? SETTING_TEXT.unchanged : platformLabel(now.platformVersion)}
        value={fields.platformVersion}
        onChange={(event) => onField({ platformVersion: event.currentTarget.value.trim() })}
      />
    </>
  );
}

function platformLabel(version: string | undefined): string {
  return version === undefined ? SETTING_TEXT.notSet : SETTING_TEXT.current(version);
}
