import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { z } from 'zod';
import { type Image, ImageTag } from '../../../../shared/model/image.ts';
import type { RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ADD_TAG_TEXT } from './repositories-text.ts';

interface AddTagDialogProps {
  readonly place: RepositoryPlace;
  readonly image: Image;
  /** How the image is called. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Gives an image of a repository another tag. */
export function AddTagDialog({ place, image, name, onClose }: AddTagDialogProps) {
  const [tag, setTag, forget] = useDraft({
    key: `add-tag.${place.account}/${place.region}/${place.repository}@${image.digest}`,
    shape: z.string(),
    initial: '',
  });
  const queries = useQueryClient();
  const add = useEngineChange('images.addTag');
  const isValid = ImageTag.safeParse(tag).success;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isValid || add.isPending) return;
    add.mutate(
      { ...place, image: image.digest, tag },
      {
        onSuccess: () => {
          forget();
          void queries.invalidateQueries({ queryKey: ['images.list'] });
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={ADD_TAG_TEXT.title(name)}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={ADD_TAG_TEXT.tag}
            description={ADD_TAG_TEXT.help}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value.trim())}
            maxLength={128}
            spellCheck={false}
            data-autofocus
          />
          {add.isError ? <ErrorNotice error={add.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{ADD_TAG_TEXT.cancel}</Button>
            <Button variant="filled" type="submit" disabled={!isValid} loading={add.isPending}>
              {ADD_TAG_TEXT.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
