import type { ContainerSettings } from '../../../../shared/model/current-settings.ts';
import type { ContainerSizeFields, FieldsProps } from './deploy-fields.ts';
import { SETTING_TEXT } from './deploy-text.ts';
import styles from './more-changes-sections.module.css';
import { NumberField } from './number-field.tsx';

const MOST_CPU = 196_608;
const MOST_MEMORY = 4_194_304;

interface SizeFieldsProps extends FieldsProps {
  readonly containers: readonly string[];
}

/** CPU and memory of the task as a whole, and the limits of each container. */
export function SizeFields({ containers, fields, onField, now }: SizeFieldsProps) {
  const replace = (size: ContainerSizeFields): void => {
    const others = fields.sizes.filter(({ container }) => container !== size.container);
    onField({ sizes: [...others, size] });
  };
  return (
    <>
      <NumberField
        label={SETTING_TEXT.taskCpu}
        value={fields.cpu}
        onChange={(cpu) => onField({ cpu })}
        min={64}
        max={MOST_CPU}
        now={now && (now.cpu ?? null)}
      />
      <NumberField
        label={SETTING_TEXT.taskMemory}
        value={fields.memory}
        onChange={(memory) => onField({ memory })}
        min={128}
        max={MOST_MEMORY}
        unit="MiB"
        now={now && (now.memory ?? null)}
      />
      <p className={styles.hint}>{SETTING_TEXT.cpuHelp}</p>
      {containers.map((container) => (
        <ContainerLimits
          key={container}
          size={fields.sizes.find((each) => each.container === container) ?? noSize(container)}
          now={now?.containers.find((each) => each.container === container)}
          onChange={replace}
        />
      ))}
    </>
  );
}

interface ContainerLimitsProps {
  readonly size: ContainerSizeFields;
  readonly now: ContainerSettings | undefined;
  readonly onChange: (size: ContainerSizeFields) => void;
}

function ContainerLimits({ size, now, onChange }: ContainerLimitsProps) {
  const { container } = size;
  return (
    <fieldset className={styles.group}>
      <legend>{SETTING_TEXT.limitsOf(container)}</legend>
      <NumberField
        label={SETTING_TEXT.cpu}
        value={size.cpu}
        onChange={(cpu) => onChange({ ...size, cpu })}
        min={0}
        max={MOST_CPU}
        now={now && (now.cpu ?? null)}
      />
      <NumberField
        label={SETTING_TEXT.memory}
        value={size.memory}
        onChange={(memory) => onChange({ ...size, memory })}
        min={6}
        max={MOST_MEMORY}
        unit="MiB"
        now={now && (now.memory ?? null)}
      />
      <NumberField
        label={SETTING_TEXT.memoryReservation}
        value={size.memoryReservation}
        onChange={(memoryReservation) => onChange({ ...size, memoryReservation })}
        min={6}
        max={MOST_MEMORY}
        unit="MiB"
        now={now && (now.memoryReservation ?? null)}
      />
    </fieldset>
  );
}

function noSize(container: string): ContainerSizeFields {
  return { container, cpu: '', memory: '', memoryReservation: '' };
}
