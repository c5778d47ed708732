import { Button } from '@mantine/core';
import { membersAt, type Place, textAt } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import { ChoiceMember, LinesMember, NumberMember, SwitchMember, TextMember } from './member-fields.tsx';
import { FORM_TEXT } from './revision-editor-text.ts';
import styles from './revision-form.module.css';
import { OptionsField, RowsField } from './rows-field.tsx';

/** The members that have fields here. */
const SHOWN: ReadonlySet<string> = new Set([
  'name',
  'image',
  'essential',
  'cpu',
  'memory',
  'memoryReservation',
  'entryPoint',
  'command',
  'environment',
  'secrets',
  'portMappings',
  'healthCheck',
  'logConfiguration',
  'dependsOn',
]);

interface ContainerFormProps {
  readonly editing: FormEditing;
  readonly index: number;
  readonly onRemove: () => void;
}

/** One container of a task definition. */
export function ContainerForm({ editing, index, onRemove }: ContainerFormProps) {
  const place: Place = ['containerDefinitions', index];
  const name = textAt(editing.document, [...place, 'name']);
  const at = (...members: readonly string[]) => ({ editing, place: [...place, ...members] });
  return (
    <fieldset className={styles.group}>
      <legend>{FORM_TEXT.container(name === '' ? index + 1 : name)}</legend>
      <div className={styles.fields}>
        <TextMember {...at('name')} label={FORM_TEXT.name} />
        <div className={styles.wide}>
          <TextMember {...at('image')} label={FORM_TEXT.image} hint={FORM_TEXT.imageHint} />
        </div>
        <NumberMember {...at('cpu')} label={FORM_TEXT.cpu} hint={FORM_TEXT.shared} />
        <NumberMember {...at('memory')} label={FORM_TEXT.memoryLimit} hint={FORM_TEXT.sameAsTask} />
        <NumberMember {...at('memoryReservation')} label={FORM_TEXT.memoryReserved} hint={FORM_TEXT.none} />
        <SwitchMember {...at('essential')} label={FORM_TEXT.essential} byDefault />
      </div>
      <RowsField
        {...at('environment')}
        title={FORM_TEXT.variables}
        what="variable"
        columns={[
          { member: 'name', label: FORM_TEXT.name, kind: 'text' },
          { member: 'value', label: FORM_TEXT.value, kind: 'text' },
        ]}
        fresh={{ name: '', value: '' }}
      />
      <RowsField
        {...at('secrets')}
        title={FORM_TEXT.secrets}
        what="secret"
        columns={[
          { member: 'name', label: FORM_TEXT.name, kind: 'text' },
          { member: 'valueFrom', label: FORM_TEXT.secretArn, kind: 'text' },
        ]}
        fresh={{ name: '', valueFrom: '' }}
      />
      <RowsField
        {...at('portMappings')}
        title={FORM_TEXT.ports}
        what="port"
        columns={[
          { member: 'containerPort', label: FORM_TEXT.containerPort, kind: 'number' },
          { member: 'hostPort', label: FORM_TEXT.hostPort, kind: 'number' },
          { member: 'protocol', label: FORM_TEXT.protocol, kind: 'choice' },
          { member: 'name', label: FORM_TEXT.name, kind: 'text' },
        ]}
        fresh={{ containerPort: 80, protocol: 'tcp' }}
      />
      <details className={styles.more}>
        <summary>{FORM_TEXT.more}</summary>
        <div className={styles.fields}>
          <LinesMember {...at('entryPoint')} label={FORM_TEXT.entryPoint} hint={FORM_TEXT.sameAsImage} />
          <LinesMember {...at('command')} label={FORM_TEXT.command} hint={FORM_TEXT.sameAsImage} />
          <LinesMember
            {...at('healthCheck', 'command')}
            label={FORM_TEXT.healthCheck}
            hint={FORM_TEXT.none}
          />
          <NumberMember {...at('healthCheck', 'interval')} label={FORM_TEXT.interval} hint="30" />
          <NumberMember {...at('healthCheck', 'timeout')} label={FORM_TEXT.timeout} hint="5" />
          <NumberMember {...at('healthCheck', 'retries')} label={FORM_TEXT.retries} hint="3" />
          <NumberMember {...at('healthCheck', 'startPeriod')} label={FORM_TEXT.startPeriod} hint="0" />
          <ChoiceMember
            {...at('logConfiguration', 'logDriver')}
            label={FORM_TEXT.logDriver}
            hint={FORM_TEXT.none}
          />
        </div>
        <OptionsField {...at('logConfiguration', 'options')} title={FORM_TEXT.logOptions} what="option" />
        <RowsField
          {...at('dependsOn')}
          title={FORM_TEXT.startsAfter}
          what="container"
          columns={[
            { member: 'containerName', label: FORM_TEXT.dependency, kind: 'text' },
            { member: 'condition', label: FORM_TEXT.condition, kind: 'choice' },
          ]}
          fresh={{ containerName: '', condition: 'START' }}
        />
      </details>
      <div className={styles.foot}>
        <AlsoKept members={membersAt(editing.document, place)} shown={SHOWN} />
        <Button size="compact-xs" variant="subtle" color="red" onClick={onRemove}>
          {FORM_TEXT.removeContainer(name)}
        </Button>
      </div>
    </fieldset>
  );
}

interface AlsoKeptProps {
  readonly members: readonly (readonly [string, unknown])[];
  readonly shown: ReadonlySet<string>;
}

/** Names what has no field, so that nobody takes it for lost. */
export function AlsoKept({ members, shown }: AlsoKeptProps) {
  const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
  const others = members.flatMap(([name, value]) => (shown.has(name) || isEmpty(value) ? [] : [name]));
  if (others.length === 0) return <span />;
  return <span className={styles.soft}>{FORM_TEXT.onlyInJson(others)}</span>;
}
