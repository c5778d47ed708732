import { Button, TextInput } from '@mantine/core';
import type { Scope } from '../../../../shared/model/account.ts';
import { ImageTag } from '../../../../shared/model/image.ts';
import { freeTags, isTagImmutable } from '../../../../shared/tag-rules.ts';
import { useRepositories } from '../images/repository-select.tsx';
import { TARGET_TEXT } from './docker-text.ts';
import { useRepositoryTags } from './use-repository-tags.ts';

interface TagFieldProps {
  readonly scope: Scope;
  /** The repository to push to, once one is chosen. */
  readonly repository: string | undefined;
  /** The commit that is built, where it is known. */
  readonly commit?: string | undefined;
  readonly value: string;
  readonly onChange: (tag: string) => void;
  readonly disabled: boolean;
}

/** The tag to push under, with what is wrong about it and what one had better know. */
export function TagField({ scope, repository, commit, value, onChange, disabled }: TagFieldProps) {
  const invalid = value !== '' && !isTag(value);
  const taken = useTakenTag(scope, repository, value);
  return (
    <div>
      <TextInput
        label={TARGET_TEXT.tag}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        error={invalid ? TARGET_TEXT.invalidTag : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={value.endsWith('-dirty') ? <DirtyWarning /> : undefined}
      />
      {taken === undefined || disabled ? null : (
        <p role="status" style={{ color: 'var(--warn)', fontSize: 12 }}>
          {TARGET_TEXT.takenTag(value)}{' '}
          {freeTags(value, { tags: taken, commit }).map((tag) => (
            <Button key={tag} size="compact-xs" mr={4} onClick={() => onChange(tag)}>
              {TARGET_TEXT.takeTag(tag)}
            </Button>
          ))}
        </p>
      )}
    </div>
  );
}

/** All tags of the repository, where the wanted one has an image and cannot be moved. */
function useTakenTag(
  { account, region }: Scope,
  repository: string | undefined,
  tag: string,
): readonly string[] | undefined {
  const repositories = useRepositories({ account, region });
  const found = repositories.data?.find(({ name }) => name === repository);
  const isFixed = found !== undefined && isTagImmutable(found, tag);
  const { tags } = useRepositoryTags({ account, region }, repository, { isNeeded: isFixed });
  return isFixed && tags?.includes(tag) === true ? tags : undefined;
}

function DirtyWarning() {
  return <span style={{ color: 'var(--warn)' }}>{TARGET_TEXT.dirtyTag}</span>;
}

/** Whether a registry takes this tag. */
export function isTag(text: string): boolean {
  return ImageTag.safeParse(text).success;
}
