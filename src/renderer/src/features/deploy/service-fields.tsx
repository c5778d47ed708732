import { TextInput } from '@mantine/core';
import { KeepSelect } from './keep-select.tsx';
import type { FieldsProps } from './more-changes.ts';
import { NumberField } from './number-field.tsx';
import { settingLabel } from './setting-labels.ts';

const MOST_TASKS = 5000;
const LONGEST_GRACE_SECONDS = 2_147_483_647;

/** The number of tasks, and settings of the service that are no part of a deployment. */
export function ServiceFields({ fields, onField, now }: FieldsProps) {
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
