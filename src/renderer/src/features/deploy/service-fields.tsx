import { TextInput } from '@mantine/core';
import { KeepSelect } from './keep-select.tsx';
import type { FieldsProps } from './more-changes-sections.tsx';
import { NumberField } from './number-field.tsx';

const MOST_TASKS = 5000;
const LONGEST_GRACE_SECONDS = 2_147_483_647;

/** The number of tasks, and settings of the service that are no part of a deployment. */
export function ServiceFields({ fields, onField }: FieldsProps) {
  return (
    <>
      <NumberField
        label="Desired tasks"
        value={fields.desiredCount}
        onChange={(desiredCount) => onField({ desiredCount })}
        min={0}
        max={MOST_TASKS}
      />
      <NumberField
        label="Health check grace period"
        value={fields.healthCheckGracePeriodSeconds}
        onChange={(healthCheckGracePeriodSeconds) => onField({ healthCheckGracePeriodSeconds })}
        min={0}
        max={LONGEST_GRACE_SECONDS}
        unit="s"
      />
      <KeepSelect
        label="execute-command"
        value={fields.executeCommand}
        options={[
          { value: 'on', label: 'On' },
          { value: 'off', label: 'Off' },
        ]}
        onChange={(executeCommand) => onField({ executeCommand })}
      />
      <TextInput
        label="Platform version"
        placeholder="As it is, such as LATEST or 1.4.0"
        value={fields.platformVersion}
        onChange={(event) => onField({ platformVersion: event.currentTarget.value.trim() })}
      />
    </>
  );
}
