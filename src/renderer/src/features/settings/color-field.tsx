import { EnvironmentColor } from '../../../../shared/model/environment.ts';
import styles from './rule-form.module.css';
import settingsStyles from './settings.module.css';
import { COLOR_LABELS, RULE_TEXT } from './settings-text.ts';

type Choice = '' | EnvironmentColor;

interface ColorFieldProps {
  readonly value: Choice;
  readonly onChange: (value: Choice) => void;
}

/** The color of an environment, each with its name for those who do not see it. */
export function ColorField({ value, onChange }: ColorFieldProps) {
  return (
    <div className={settingsStyles.choice}>
      <span aria-hidden>{RULE_TEXT.color}</span>
      <div role="radiogroup" aria-label={RULE_TEXT.color} className={styles.colors}>
        {(['', ...EnvironmentColor.options] as const).map((color) => {
          const label = color === '' ? RULE_TEXT.noColor : COLOR_LABELS[color];
          return (
            <label
              key={color}
              title={label}
              className={`${styles.color} ${color === '' ? styles.none : styles[color]}`}
            >
              <input
                type="radio"
                name="environment-color"
                aria-label={label}
                checked={value === color}
                onChange={() => onChange(color)}
              />
            </label>
          );
        })}
      </div>
    </div>
  );
}
