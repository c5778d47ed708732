import { SegmentedControl } from '@mantine/core';
import { optionsOf } from './setting-options.ts';
import styles from './settings.module.css';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly isDisabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** A setting with a few values, all in sight. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, options, value, isDisabled = false, onChange } = props;
  return (
    <div className={styles.choice}>
      <span aria-hidden>{label}</span>
      <SegmentedControl
        size="xs"
        aria-label={label}
        value={value}
        disabled={isDisabled}
        onChange={onChange}
        data={optionsOf(options)}
      />
    </div>
  );
}
