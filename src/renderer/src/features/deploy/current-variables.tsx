import { Button } from '@mantine/core';
import type { ContainerSettings, CurrentSettings } from '../../../../shared/model/current-settings.ts';
import { Mono } from '../../ui/mono.tsx';
import styles from './current-variables.module.css';
import type { VariableEdit } from './deploy-fields.ts';
import { SETTING_TEXT } from './deploy-text.ts';

/** A line of the form before it has its number. */
export type NewEdit = Omit<VariableEdit, 'id'>;

interface CurrentVariablesProps {
  readonly now: CurrentSettings;
  readonly edits: readonly VariableEdit[];
  readonly onEdit: (edit: NewEdit) => void;
}

/** The variables and secrets that the containers have, each with buttons to change and to remove it. */
export function CurrentVariables({ now, edits, onEdit }: CurrentVariablesProps) {
  return now.containers.map((container) => (
    <ContainerVariables key={container.container} now={container} edits={edits} onEdit={onEdit} />
  ));
}

interface ContainerVariablesProps {
  readonly now: ContainerSettings;
  readonly edits: readonly VariableEdit[];
  readonly onEdit: (edit: NewEdit) => void;
}

function ContainerVariables({ now, edits, onEdit }: ContainerVariablesProps) {
  const { container, environment, secrets } = now;
  const rows = [
    ...environment.map(({ name, value }) => ({ name, value, act: 'variable' as const })),
    ...secrets.map(({ name, valueFrom }) => ({ name, value: valueFrom, act: 'secret' as const })),
  ];
  if (rows.length === 0) return <p className={styles.none}>{SETTING_TEXT.noVariables(container)}</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={SETTING_TEXT.variablesOf(container)}>
        <tbody>
          {rows.map(({ name, value, act }) => {
            const isEdited = edits.some((edit) => edit.container === container && edit.name === name);
            return (
              <tr key={`${act} ${name}`}>
                <th scope="row">
                  <Mono>{name}</Mono>
                </th>
                <td className={styles.value}>
                  {act === 'secret' && <span className={styles.kind}>{SETTING_TEXT.secret}</span>}
                  <Mono>{value}</Mono>
                </td>
                <td className={styles.ways}>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    disabled={isEdited}
                    aria-label={SETTING_TEXT.changeOf(name, container)}
                    onClick={() => onEdit({ container, act, name, value })}
                  >
                    {SETTING_TEXT.change}
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    disabled={isEdited}
                    aria-label={SETTING_TEXT.removeOf(name, container)}
                    onClick={() => onEdit({ container, act: `remove-${act}`, name, value: '' })}
                  >
                    {SETTING_TEXT.remove}
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
