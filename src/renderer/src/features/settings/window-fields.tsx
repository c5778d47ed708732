import { Checkbox, Fieldset, TextInput } from '@mantine/core';
import { useId } from 'react';
import { type DraftFieldsProps, WEEK } from './rule-draft.ts';
import styles from './rule-form.module.css';
import { DAY_LABELS, RULE_TEXT } from './settings-text.ts';

/** When releases may start. */
export function WindowFields({ draft, problems, onChange }: DraftFieldsProps) {
  const zones = useId();
  return (
    <Fieldset legend={RULE_TEXT.releases} variant="unstyled" className={styles.group}>
      <Checkbox
        label={RULE_TEXT.window}
        checked={draft.hasWindow}
        onChange={(event) => onChange({ hasWindow: event.currentTarget.checked })}
      />
      {draft.hasWindow ? (
        <>
          <fieldset className={styles.days} aria-label={RULE_TEXT.days}>
            {WEEK.map((day) => (
              <label key={day} className={styles.day} title={DAY_LABELS[day].long}>
                <input
                  type="checkbox"
                  aria-label={DAY_LABELS[day].long}
                  checked={draft.days.includes(day)}
                  onChange={(event) =>
                    onChange({
                      days: event.currentTarget.checked
                        ? [...draft.days, day]
                        : draft.days.filter((each) => each !== day),
                    })
                  }
                />
                <span aria-hidden>{DAY_LABELS[day].short}</span>
              </label>
            ))}
          </fieldset>
          <div className={styles.pair}>
            <TextInput
              type="time"
              label={RULE_TEXT.from}
              value={draft.from}
              error={problems['window.from']}
              onChange={(event) => onChange({ from: event.currentTarget.value })}
            />
            <TextInput
              type="time"
              label={RULE_TEXT.to}
              value={draft.to}
              error={problems['window.to']}
              onChange={(event) => onChange({ to: event.currentTarget.value })}
            />
          </div>
          <TextInput
            label={RULE_TEXT.timeZone}
            placeholder={RULE_TEXT.timeZoneHelp}
            value={draft.timeZone}
            error={problems['window.timeZone'] ?? problems['window.days'] ?? problems.window}
            onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
            list={zones}
          />
          <datalist id={zones}>
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <p className={styles.note}>{RULE_TEXT.outside}</p>
        </>
      ) : null}
    </Fieldset>
  );
}
