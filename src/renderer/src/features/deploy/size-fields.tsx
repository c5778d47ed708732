import type { FieldsProps } from './more-changes-sections.tsx';
import { NumberField } from './number-field.tsx';

/** CPU and memory of the task as a whole. */
export function SizeFields({ fields, onField }: FieldsProps) {
  return (
    <>
      <NumberField
        label="CPU units of the task (1024 are one vCPU)"
        value={fields.cpu}
        onChange={(cpu) => onField({ cpu })}
        min={64}
        max={196_608}
      />
      <NumberField
        label="Memory of the task"
        value={fields.memory}
        onChange={(memory) => onField({ memory })}
        min={128}
        max={4_194_304}
        unit="MiB"
      />
    </>
  );
}
