import { Button, Group, TextInput } from '@mantine/core';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { BUILD_TEXT } from './docker-text.ts';

interface FolderFieldProps {
  /** What the folder is for, where it is not the one to build from. */
  readonly label?: string;
  readonly disabled: boolean;
  /** What is typed, which the form keeps. */
  readonly typed: { readonly text: string; readonly onChange: (path: string) => void };
  /** Told the path when the person has settled on one: by Enter, by leaving the field, or in the dialog. */
  readonly onFolder: (folder: string) => void;
}

/** A folder, such as the one to build from: its path, and the system's dialog where there is one. */
export function FolderField({ label = BUILD_TEXT.folder, disabled, typed, onFolder }: FolderFieldProps) {
  const { text: path, onChange: setPath } = typed;
  const info = useEngineQuery('app.info', {}, { staleMs: Number.POSITIVE_INFINITY });
  const chooser = useEngineChange('app.chooseFolder');

  const settle = (): void => {
    if (path.trim() !== '') onFolder(path.trim());
  };
  const choose = (): void =>
    chooser.mutate(
      {},
      {
        onSuccess: ({ folder }) => {
          if (folder === undefined) return;
          setPath(folder);
          onFolder(folder);
        },
      },
    );

  return (
    <>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label={label}
          placeholder={BUILD_TEXT.folderExample}
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
          onBlur={settle}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            settle();
          }}
          disabled={disabled}
          spellCheck={false}
          autoComplete="off"
        />
        {info.data?.nativeDialogs === true && (
          <Button onClick={choose} loading={chooser.isPending} disabled={disabled}>
            {BUILD_TEXT.chooseFolder}
          </Button>
        )}
      </Group>
      {chooser.error && <ErrorNotice error={chooser.error} />}
    </>
  );
}
