import { Checkbox, Fieldset } from '@mantine/core';
import type { UnknownUse } from '../../../../shared/model/revision.ts';

interface UnknownUseFieldsProps {
  readonly unknown: readonly UnknownUse[];
  /** The sources that the person has looked at. */
  readonly acknowledged: readonly string[];
  readonly onChange: (acknowledged: readonly string[]) => void;
}

/** What may need any revision, each to be acknowledged by its name. */
export function UnknownUseFields({ unknown, acknowledged, onChange }: UnknownUseFieldsProps) {
  if (unknown.length === 0) return null;
  return (
    <Fieldset legend="May use any revision: check each before you continue" variant="filled" p="xs">
      {unknown.map(({ source, reason }) => (
        <Checkbox
          key={source}
          size="xs"
          my={6}
          label={`I have checked ${source}, which ${reason}`}
          checked={acknowledged.includes(source)}
          onChange={({ currentTarget: { checked } }) =>
            onChange(checked ? [...acknowledged, source] : acknowledged.filter((each) => each !== source))
          }
        />
      ))}
    </Fieldset>
  );
}
