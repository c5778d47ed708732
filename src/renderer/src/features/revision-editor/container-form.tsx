import { Button } from '@mantine/core';
import { membersAt, type Place, textAt } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import { ChoiceMember, LinesMember, NumberMember, SwitchMember, TextMember } from './member-fields.tsx';
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
      <legend>Container {name === '' ? index + 1 : name}</legend>
      <div className={styles.fields}>
        <TextMember {...at('name')} label="Name" />
        <div className={styles.wide}>
          <TextMember {...at('image')} label="Image" hint="registry/repository:tag" />
        </div>
        <NumberMember {...at('cpu')} label="CPU units" hint="Shared" />
        <NumberMember {...at('memory')} label="Memory limit, MiB" hint="Same as the task" />
        <NumberMember {...at('memoryReservation')} label="Memory reserved, MiB" hint="None" />
        <SwitchMember
          {...at('essential')}
          label="Essential (the task stops if this container exits)"
          byDefault
        />
      </div>
      <RowsField
        {...at('environment')}
        title="Variables"
        what="variable"
        columns={[
          { member: 'name', label: 'Name', kind: 'text' },
          { member: 'value', label: 'Value', kind: 'text' },
        ]}
        fresh={{ name: '', value: '' }}
      />
      <RowsField
        {...at('secrets')}
        title="Secrets"
        what="secret"
        columns={[
          { member: 'name', label: 'Name', kind: 'text' },
          { member: 'valueFrom', label: 'ARN of a secret or parameter', kind: 'text' },
        ]}
        fresh={{ name: '', valueFrom: '' }}
      />
      <RowsField
        {...at('portMappings')}
        title="Ports"
        what="port"
        columns={[
          { member: 'containerPort', label: 'Container port', kind: 'number' },
          { member: 'hostPort', label: 'Host port', kind: 'number' },
          { member: 'protocol', label: 'Protocol', kind: 'choice' },
          { member: 'name', label: 'Name', kind: 'text' },
        ]}
        fresh={{ containerPort: 80, protocol: 'tcp' }}
      />
      <details className={styles.more}>
        <summary>Command, health check, logs, order</summary>
        <div className={styles.fields}>
          <LinesMember {...at('entryPoint')} label="Entry point" hint="Same as the image" />
          <LinesMember {...at('command')} label="Command" hint="Same as the image" />
          <LinesMember {...at('healthCheck', 'command')} label="Health check" hint="None" />
          <NumberMember {...at('healthCheck', 'interval')} label="Every, s" hint="30" />
          <NumberMember {...at('healthCheck', 'timeout')} label="Timeout, s" hint="5" />
          <NumberMember {...at('healthCheck', 'retries')} label="Retries" hint="3" />
          <NumberMember {...at('healthCheck', 'startPeriod')} label="Start period, s" hint="0" />
          <ChoiceMember {...at('logConfiguration', 'logDriver')} label="Log driver" hint="None" />
        </div>
        <OptionsField {...at('logConfiguration', 'options')} title="Log options" what="option" />
        <RowsField
          {...at('dependsOn')}
          title="Starts after"
          what="container"
          columns={[
            { member: 'containerName', label: 'Container', kind: 'text' },
            { member: 'condition', label: 'Condition', kind: 'choice' },
          ]}
          fresh={{ containerName: '', condition: 'START' }}
        />
      </details>
      <div className={styles.foot}>
        <AlsoKept members={membersAt(editing.document, place)} shown={SHOWN} />
        <Button size="compact-xs" variant="subtle" color="red" onClick={onRemove}>
          Remove container {name}
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
  return <span className={styles.soft}>Edit these in the JSON: {others.join(', ')}.</span>;
}
