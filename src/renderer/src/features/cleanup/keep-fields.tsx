import { NumberInput } from '@mantine/core';
import { POLICY_TEXT } from './cleanup-text.ts';

/** A number field that is empty holds text. */
interface KeepDraft {
  readonly keepNewest: number | string;
  readonly keepWorked: number | string;
  readonly keepDays: number | string;
}

interface KeepFieldsProps {
  /** Of what the newest are kept, such as `of each family`. */
  readonly of: string;
  readonly draft: KeepDraft;
  readonly onChange: (changed: Partial<KeepDraft>) => void;
}

/** How many stay by number, by success and by age. */
export function KeepFields({ of, draft, onChange }: KeepFieldsProps) {
  return (
    <>
      <NumberInput
        label={POLICY_TEXT.keepNewest}
        description={of}
        min={1}
        max={10_000}
        allowDecimal={false}
        value={draft.keepNewest}
        onChange={(keepNewest) => onChange({ keepNewest })}
      />
      <NumberInput
        label={POLICY_TEXT.keepWorked}
        description={POLICY_TEXT.keepWorkedHelp}
        min={1}
        max={20}
        allowDecimal={false}
        value={draft.keepWorked}
        onChange={(keepWorked) => onChange({ keepWorked })}
      />
      <NumberInput
        label={POLICY_TEXT.keepDays}
        description={POLICY_TEXT.keepDaysHelp}
        suffix={POLICY_TEXT.days}
        min={0}
        max={3650}
        allowDecimal={false}
        value={draft.keepDays}
        onChange={(keepDays) => onChange({ keepDays })}
      />
    </>
  );
}
