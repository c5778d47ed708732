import { Button, Fieldset, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { EnvironmentRule } from '../../../../shared/model/environment.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ChoiceField } from './choice-field.tsx';
import { ColorField } from './color-field.tsx';
import { type DraftFieldsProps, type RuleDraft, readDraft } from './rule-draft.ts';
import styles from './rule-form.module.css';
import { optionsOf } from './setting-options.ts';
import { RULE_TEXT } from './settings-text.ts';
import { TeamFields } from './team-fields.tsx';
import { WindowFields } from './window-fields.tsx';

interface RuleFormProps {
  readonly label: string;
  /** Kept by the list, so that nothing typed is lost when the rule moves in the file. */
  readonly draft: RuleDraft;
  /** The rule that is edited; undefined for a new one. */
  readonly rule?: EnvironmentRule | undefined;
  readonly onChange: (draft: RuleDraft) => void;
  /** The rule is not in the file anymore as it was when the form was opened. */
  readonly isOutdated: boolean;
  readonly error: SlipwayError | null;
  readonly isSaving: boolean;
  readonly onSave: (rule: EnvironmentRule) => void;
  readonly onDiscard: () => void;
  readonly onRemove?: () => void;
}

/** What one rule matches and what it says. A setting that is not set is left to the other rules. */
export function RuleForm(props: RuleFormProps) {
  const { label, draft, onChange, isOutdated, error, isSaving, onSave, onDiscard, onRemove } = props;
  const [wasRead, setWasRead] = useState(false);
  const reading = readDraft(draft, props.rule);
  // Fields that nobody has filled in yet are no mistakes.
  const problems = wasRead && 'problems' in reading ? reading.problems : {};

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasRead(true);
    if ('rule' in reading && !isOutdated) onSave(reading.rule);
  };
  const fields: DraftFieldsProps = {
    draft,
    problems,
    onChange: (change) => onChange({ ...draft, ...change }),
  };
  return (
    <form className={styles.form} aria-label={label} onSubmit={submit} noValidate>
      <div className={styles.groups}>
        <PlaceFields {...fields} />
        <GuardFields {...fields} />
        <ImageFields {...fields} />
        <WindowFields {...fields} />
        <TeamFields {...fields} />
        <LedgerFields {...fields} />
      </div>
      {problems[''] === undefined ? null : (
        <p className={styles.problem} role="alert">
          {sentenceOf(problems[''])}
        </p>
      )}
      {isOutdated ? (
        <p className={styles.problem} role="alert">
          {RULE_TEXT.changedMeanwhile}
        </p>
      ) : null}
      {error === null ? null : <ErrorNotice error={error} />}
      <div className={styles.actions}>
        <Button type="submit" variant="filled" loading={isSaving} disabled={isOutdated}>
          {RULE_TEXT.save}
        </Button>
        <Button onClick={onDiscard}>{RULE_TEXT.discard}</Button>
        {onRemove === undefined ? null : <RemoveButton onRemove={onRemove} isDisabled={isOutdated} />}
      </div>
    </form>
  );
}

function PlaceFields({ draft, problems, onChange }: DraftFieldsProps) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const names = useId();
  return (
    <Fieldset legend={RULE_TEXT.appliesTo} variant="unstyled" className={styles.group}>
      <p className={styles.note}>{RULE_TEXT.patterns}</p>
      <TextInput
        label={RULE_TEXT.account}
        placeholder={RULE_TEXT.accountHelp}
        value={draft.account}
        error={problems.account}
        onChange={(event) => onChange({ account: event.currentTarget.value })}
        list={names}
        data-autofocus
      />
      <datalist id={names}>
        {accounts.data?.accounts.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
      <TextInput
        label={RULE_TEXT.region}
        placeholder={RULE_TEXT.regionHelp}
        value={draft.region}
        error={problems.region}
        onChange={(event) => onChange({ region: event.currentTarget.value })}
      />
      <TextInput
        label={RULE_TEXT.cluster}
        placeholder={RULE_TEXT.clusterHelp}
        value={draft.cluster}
        error={problems.cluster}
        onChange={(event) => onChange({ cluster: event.currentTarget.value })}
      />
      <TextInput
        label={RULE_TEXT.service}
        placeholder={RULE_TEXT.serviceHelp}
        value={draft.service}
        error={problems.service}
        onChange={(event) => onChange({ service: event.currentTarget.value })}
      />
    </Fieldset>
  );
}

function GuardFields({ draft, problems, onChange }: DraftFieldsProps) {
  return (
    <Fieldset legend={RULE_TEXT.changes} variant="unstyled" className={styles.group}>
      <div className={styles.pair}>
        <NativeSelect
          label={RULE_TEXT.environment}
          value={draft.environment}
          onChange={(event) => onChange({ environment: chosen(RULE_TEXT.environments, event) })}
          data={optionsOf(RULE_TEXT.environments)}
        />
        <TextInput
          label={RULE_TEXT.name}
          title={RULE_TEXT.nameHelp}
          value={draft.name}
          error={problems.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      </div>
      <ColorField value={draft.color} onChange={(color) => onChange({ color })} />
      <ChoiceField
        label={RULE_TEXT.confirm}
        options={RULE_TEXT.confirms}
        value={draft.confirm}
        onChange={(confirm) => onChange({ confirm })}
      />
      <ChoiceField
        label={RULE_TEXT.access}
        options={RULE_TEXT.accesses}
        value={draft.access}
        onChange={(access) => onChange({ access })}
      />
      <ChoiceField
        label={RULE_TEXT.mutableTags}
        options={RULE_TEXT.mutableTagsKinds}
        value={draft.mutableTags}
        onChange={(mutableTags) => onChange({ mutableTags })}
      />
      <ChoiceField
        label={RULE_TEXT.reason}
        options={RULE_TEXT.reasons}
        value={draft.reason}
        onChange={(reason) => onChange({ reason })}
      />
      <ChoiceField
        label={RULE_TEXT.shells}
        options={RULE_TEXT.shellsKinds}
        value={draft.shells}
        onChange={(shells) => onChange({ shells })}
      />
    </Fieldset>
  );
}

/** What a new image must be, as far as the registry says it. */
function ImageFields({ draft, problems, onChange }: DraftFieldsProps) {
  return (
    <Fieldset legend={RULE_TEXT.images} variant="unstyled" className={styles.group}>
      <p className={styles.note}>{RULE_TEXT.newFindingsHelp}</p>
      <div className={styles.pair}>
        <NativeSelect
          label={RULE_TEXT.refusedFindings}
          value={draft.refusedFindings}
          error={problems.findings}
          onChange={(event) => onChange({ refusedFindings: chosen(RULE_TEXT.severities, event) })}
          data={optionsOf(RULE_TEXT.severities)}
        />
        <NativeSelect
          label={RULE_TEXT.warnedFindings}
          value={draft.warnedFindings}
          onChange={(event) => onChange({ warnedFindings: chosen(RULE_TEXT.severities, event) })}
          data={optionsOf(RULE_TEXT.severities)}
        />
      </div>
      <ChoiceField
        label={RULE_TEXT.unscanned}
        options={RULE_TEXT.unscannedKinds}
        value={draft.unscanned}
        onChange={(unscanned) => onChange({ unscanned })}
      />
      <ChoiceField
        label={RULE_TEXT.signature}
        options={RULE_TEXT.signatures}
        value={draft.signature}
        onChange={(signature) => onChange({ signature })}
      />
    </Fieldset>
  );
}

/** Where a team shares its journal. */
function LedgerFields({ draft, problems, onChange }: DraftFieldsProps) {
  return (
    <Fieldset legend={RULE_TEXT.ledger} variant="unstyled" className={styles.group}>
      <TextInput
        label={RULE_TEXT.ledgerTable}
        placeholder={RULE_TEXT.ledgerTableHelp}
        value={draft.ledgerTable}
        error={problems['ledger.table']}
        onChange={(event) => onChange({ ledgerTable: event.currentTarget.value })}
      />
      <TextInput
        label={RULE_TEXT.ledgerRegion}
        placeholder={RULE_TEXT.ledgerRegionHelp}
        value={draft.ledgerRegion}
        error={problems['ledger.region']}
        onChange={(event) => onChange({ ledgerRegion: event.currentTarget.value })}
      />
      <ChoiceField
        label={RULE_TEXT.ledgerRequired}
        options={RULE_TEXT.ledgerRequiredKinds}
        value={draft.ledgerRequired}
        onChange={(ledgerRequired) => onChange({ ledgerRequired })}
      />
    </Fieldset>
  );
}

/** Asks once more: what the rule guarded may be guarded less. */
function RemoveButton({
  onRemove,
  isDisabled,
}: {
  readonly onRemove: () => void;
  readonly isDisabled: boolean;
}) {
  const [isAsked, setIsAsked] = useState(false);
  if (!isAsked) {
    return (
      <Button color="red" variant="subtle" disabled={isDisabled} onClick={() => setIsAsked(true)}>
        {RULE_TEXT.remove}
      </Button>
    );
  }
  return (
    <span className={styles.question} role="alert">
      {RULE_TEXT.askRemove}
      <Button color="red" variant="filled" disabled={isDisabled} onClick={onRemove}>
        {RULE_TEXT.confirmRemove}
      </Button>
      <Button onClick={() => setIsAsked(false)}>{RULE_TEXT.keep}</Button>
    </span>
  );
}

/** The schema of the file says the rule "matches nothing: …"; on the form it stands alone. */
function sentenceOf(problem: string): string {
  return `The rule ${problem}.`;
}

function chosen<Value extends string>(
  options: Readonly<Record<Value, string>>,
  event: { readonly currentTarget: { readonly value: string } },
): Value {
  const { value } = event.currentTarget;
  const found = optionsOf(options).find((option) => option.value === value);
  if (found === undefined) throw new TypeError(`There is no choice ${value}.`);
  return found.value;
}
