import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { isSecretArgumentName } from '../../../../shared/looks-secret.ts';
import {
  alsoTagProblem,
  asSecretSource,
  type BuildOptions,
  isOtherPlatform,
  nameProblem,
  platformProblem,
  type SecretRow,
  secretIdProblem,
  secretSourceProblem,
  targetProblem,
} from './build-options.ts';
import styles from './build-options-fields.module.css';
import { BUILD_TEXT } from './docker-text.ts';

interface BuildOptionsFieldsProps {
  readonly options: BuildOptions;
  /** What the service runs on. */
  readonly wantedPlatform: string | undefined;
  readonly onChange: (options: BuildOptions) => void;
  readonly disabled: boolean;
}

/** Build arguments, secrets, target stage, platform and a second tag, folded until somebody needs them. */
export function BuildOptionsFields({ options, wantedPlatform, onChange, disabled }: BuildOptionsFieldsProps) {
  const { target, platform, alsoTag } = options;
  return (
    <details>
      <summary>{BUILD_TEXT.options}</summary>
      <div className={styles.fields}>
        <ArgumentRows options={options} onChange={onChange} disabled={disabled} />
        <SecretRows options={options} onChange={onChange} disabled={disabled} />
        <Group grow align="flex-start" gap="md">
          <TextInput
            label={BUILD_TEXT.target}
            description={BUILD_TEXT.targetHelp}
            value={target}
            onChange={(event) => onChange({ ...options, target: event.currentTarget.value.trim() })}
            error={targetProblem(target)}
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            label={BUILD_TEXT.platform}
            description={
              isOtherPlatform(platform, wantedPlatform) ? (
                <span className={styles.warning}>{BUILD_TEXT.otherPlatform(wantedPlatform)}</span>
              ) : (
                BUILD_TEXT.platformHelp(wantedPlatform)
              )
            }
            value={platform}
            onChange={(event) => onChange({ ...options, platform: event.currentTarget.value.trim() })}
            error={platformProblem(platform)}
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            label={BUILD_TEXT.alsoTag}
            description={BUILD_TEXT.alsoTagHelp}
            value={alsoTag}
            onChange={(event) => onChange({ ...options, alsoTag: event.currentTarget.value.trim() })}
            error={alsoTagProblem(alsoTag)}
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
          />
        </Group>
      </div>
    </details>
  );
}

type RowsProps = Omit<BuildOptionsFieldsProps, 'wantedPlatform'>;

function ArgumentRows({ options, onChange, disabled }: RowsProps) {
  const { rows } = options;
  const replace = (id: number, change: { readonly name: string } | { readonly value: string }): void =>
    onChange({ ...options, rows: rows.map((row) => (row.id === id ? { ...row, ...change } : row)) });
  const add = (): void => {
    const id = Math.max(0, ...rows.map((row) => row.id)) + 1;
    onChange({ ...options, rows: [...rows, { id, name: '', value: '' }] });
  };
  return (
    <>
      {rows.map((row, index) => (
        <fieldset key={row.id} className={styles.row} aria-label={BUILD_TEXT.argumentNumber(index + 1)}>
          <TextInput
            aria-label={BUILD_TEXT.argumentName}
            placeholder={BUILD_TEXT.argumentName}
            value={row.name}
            onChange={(event) => replace(row.id, { name: event.currentTarget.value.trim() })}
            error={nameProblem(row, rows)}
            description={
              isSecretArgumentName(row.name) && (
                <span className={styles.warning}>{BUILD_TEXT.secretArgument}</span>
              )
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            aria-label={BUILD_TEXT.argumentValue}
            placeholder={BUILD_TEXT.argumentValue}
            value={row.value}
            onChange={(event) => replace(row.id, { value: event.currentTarget.value })}
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
          />
          <ActionIcon
            variant="subtle"
            aria-label={BUILD_TEXT.removeArgument(index + 1)}
            onClick={() => onChange({ ...options, rows: rows.filter(({ id }) => id !== row.id) })}
            disabled={disabled}
          >
            <IconX size={14} />
          </ActionIcon>
        </fieldset>
      ))}
      <Button variant="subtle" size="compact-xs" className={styles.add} onClick={add} disabled={disabled}>
        {BUILD_TEXT.addArgument}
      </Button>
    </>
  );
}

/** Secrets are named here and never typed: their values come from a variable or a file of this machine. */
function SecretRows({ options, onChange, disabled }: RowsProps) {
  const { secrets } = options;
  const replace = (id: number, change: Partial<SecretRow>): void =>
    onChange({ ...options, secrets: secrets.map((row) => (row.id === id ? { ...row, ...change } : row)) });
  const add = (): void => {
    const id = Math.max(0, ...secrets.map((row) => row.id)) + 1;
    onChange({ ...options, secrets: [...secrets, { id, name: '', kind: 'variable', source: '' }] });
  };
  return (
    <>
      {secrets.map((row, index) => (
        <fieldset
          key={row.id}
          className={styles.secret}
          aria-label={BUILD_TEXT.secretNumber(index + 1)}
          disabled={disabled}
        >
          <TextInput
            aria-label={BUILD_TEXT.secretId}
            placeholder={BUILD_TEXT.secretId}
            value={row.name}
            onChange={(event) => replace(row.id, { name: event.currentTarget.value.trim() })}
            error={secretIdProblem(row)}
            spellCheck={false}
            autoComplete="off"
          />
          <Select
            aria-label={BUILD_TEXT.secretFrom}
            data={[
              { value: 'variable', label: BUILD_TEXT.secretVariable },
              { value: 'file', label: BUILD_TEXT.secretFile },
            ]}
            value={row.kind}
            onChange={(kind) => replace(row.id, { kind: asSecretSource(kind) })}
            allowDeselect={false}
          />
          <TextInput
            aria-label={BUILD_TEXT.secretSource(row.kind)}
            placeholder={BUILD_TEXT.secretSource(row.kind)}
            value={row.source}
            onChange={(event) => replace(row.id, { source: event.currentTarget.value })}
            error={secretSourceProblem(row)}
            spellCheck={false}
            autoComplete="off"
          />
          <ActionIcon
            variant="subtle"
            aria-label={BUILD_TEXT.removeSecret(index + 1)}
            onClick={() => onChange({ ...options, secrets: secrets.filter(({ id }) => id !== row.id) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </fieldset>
      ))}
      <Button variant="subtle" size="compact-xs" className={styles.add} onClick={add} disabled={disabled}>
        {BUILD_TEXT.addSecret}
      </Button>
    </>
  );
}
