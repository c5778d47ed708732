import { Button } from '@mantine/core';
import { CardBody } from '../../ui/card.tsx';
import { AlsoKept, ContainerForm } from './container-form.tsx';
import { itemsAt, membersAt } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import { ChoiceMember, LinesMember, NumberMember, TextMember } from './member-fields.tsx';
import { EDITOR_TEXT, FORM_TEXT } from './revision-editor-text.ts';
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
      <form
        className={styles.form}
        aria-label={EDITOR_TEXT.definition}
        onSubmit={(event) => event.preventDefault()}
      >
        <fieldset className={styles.group}>
          <legend>{FORM_TEXT.task}</legend>
          <div className={styles.fields}>
            <TextMember {...at('family')} label={FORM_TEXT.family} />
            <TextMember {...at('cpu')} label={FORM_TEXT.cpu} hint={FORM_TEXT.cpuHint} />
            <TextMember {...at('memory')} label={FORM_TEXT.memory} />
            <ChoiceMember {...at('networkMode')} label={FORM_TEXT.networkMode} />
            <LinesMember
              {...at('requiresCompatibilities')}
              label={FORM_TEXT.compatibilities}
              hint="FARGATE"
            />
            <ChoiceMember
              {...at('runtimePlatform', 'cpuArchitecture')}
              label={FORM_TEXT.architecture}
              hint="X86_64"
            />
            <ChoiceMember
              {...at('runtimePlatform', 'operatingSystemFamily')}
              label={FORM_TEXT.operatingSystem}
              hint="LINUX"
            />
            <NumberMember {...at('ephemeralStorage', 'sizeInGiB')} label={FORM_TEXT.storage} hint="20" />
          </div>
          <div className={styles.fields}>
            <div className={styles.wide}>
              <TextMember {...at('executionRoleArn')} label={FORM_TEXT.executionRole} hint={FORM_TEXT.none} />
            </div>
            <div className={styles.wide}>
              <TextMember {...at('taskRoleArn')} label={FORM_TEXT.taskRole} hint={FORM_TEXT.none} />
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
          {FORM_TEXT.addContainer}
        </Button>
        <RowsField
          {...at('tags')}
          title={FORM_TEXT.tags}
          what="tag"
          columns={[
            { member: 'key', label: FORM_TEXT.key, kind: 'text' },
            { member: 'value', label: FORM_TEXT.value, kind: 'text' },
          ]}
          fresh={{ key: '', value: '' }}
        />
      </form>
    </CardBody>
  );
}
