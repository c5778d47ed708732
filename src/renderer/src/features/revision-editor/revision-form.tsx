import { Button } from '@mantine/core';
import { CardBody } from '../../ui/card.tsx';
import { AlsoKept, ContainerForm } from './container-form.tsx';
import { itemsAt, membersAt } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import { ChoiceMember, LinesMember, NumberMember, TextMember } from './member-fields.tsx';
import styles from './revision-form.module.css';
import { RowsField } from './rows-field.tsx';

/** The members that have fields here. */
const SHOWN: ReadonlySet<string> = new Set([
  'family',
  'cpu',
  'memory',
  'networkMode',
  'requiresCompatibilities',
  'runtimePlatform',
  'ephemeralStorage',
  'executionRoleArn',
  'taskRoleArn',
  'containerDefinitions',
  'tags',
]);

const CONTAINERS = 'containerDefinitions';

interface RevisionFormProps {
  readonly editing: FormEditing;
}

/** A task definition as a form: its own members, then each container, then the tags. */
export function RevisionForm({ editing }: RevisionFormProps) {
  const containers = itemsAt(editing.document, [CONTAINERS]);
  const at = (...members: readonly string[]) => ({ editing, place: members });
  return (
    <CardBody>
      <form className={styles.form} aria-label="Task definition" onSubmit={(event) => event.preventDefault()}>
        <fieldset className={styles.group}>
          <legend>Task</legend>
          <div className={styles.fields}>
            <TextMember {...at('family')} label="Family" />
            <TextMember {...at('cpu')} label="CPU units" hint="1,024 = 1 vCPU" />
            <TextMember {...at('memory')} label="Memory, MiB" />
            <ChoiceMember {...at('networkMode')} label="Network mode" />
            <LinesMember {...at('requiresCompatibilities')} label="Runs on" hint="FARGATE" />
            <ChoiceMember {...at('runtimePlatform', 'cpuArchitecture')} label="Architecture" hint="X86_64" />
            <ChoiceMember
              {...at('runtimePlatform', 'operatingSystemFamily')}
              label="Operating system"
              hint="LINUX"
            />
            <NumberMember {...at('ephemeralStorage', 'sizeInGiB')} label="Storage, GiB" hint="20" />
          </div>
          <div className={styles.fields}>
            <div className={styles.wide}>
              <TextMember {...at('executionRoleArn')} label="Execution role" hint="None" />
            </div>
            <div className={styles.wide}>
              <TextMember {...at('taskRoleArn')} label="Task role" hint="None" />
            </div>
          </div>
          <AlsoKept members={membersAt(editing.document, [])} shown={SHOWN} />
        </fieldset>
        {containers.map((_container, index) => (
          <ContainerForm
            // Containers may have no name yet, and are not moved.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            editing={editing}
            index={index}
            onRemove={() => editing.onChange([CONTAINERS, index], undefined)}
          />
        ))}
        <Button
          className={styles.add}
          onClick={() => editing.onChange([CONTAINERS, containers.length], { name: '', image: '' })}
        >
          Add container
        </Button>
        <RowsField
          {...at('tags')}
          title="Revision tags"
          what="tag"
          columns={[
            { member: 'key', label: 'Key', kind: 'text' },
            { member: 'value', label: 'Value', kind: 'text' },
          ]}
          fresh={{ key: '', value: '' }}
        />
      </form>
    </CardBody>
  );
}
