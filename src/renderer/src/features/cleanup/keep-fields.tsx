import { NumberInput } from '@mantine/core';

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
        label="Keep the newest"
        description={of}
        min={1}
        max={10_000}
        allowDecimal={false}
        value={draft.keepNewest}
        onChange={(keepNewest) => onChange({ keepNewest })}
      />
      <NumberInput
        label="Keep recent successful releases"
        description="per service, as rollback targets"
        min={1}
        max={20}
        allowDecimal={false}
        value={draft.keepWorked}
        onChange={(keepWorked) => onChange({ keepWorked })}
      />
      <NumberInput
        label="Keep newer than"
        description="0 = ignore age"
        suffix=" days"
        min={0}
        max={3650}
        allowDecimal={false}
        value={draft.keepDays}
        onChange={(keepDays) => onChange({ keepDays })}
      />
    </>
  );
}
