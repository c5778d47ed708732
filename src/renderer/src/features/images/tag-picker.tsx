import { Checkbox, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Image, Repository } from '../../../../shared/model/image.ts';
import { deployableReference, pinsByDefault } from '../../lib/deployable-reference.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { ImageList } from './image-list.tsx';
import { preferredTag, searchImages } from './image-search.ts';
import { IMAGES_TEXT } from './images-text.ts';

interface TagPickerProps {
  readonly scope: Scope;
  readonly repository: Repository;
  /** Told the image reference to deploy, whenever it changes. */
  readonly onChoose: (reference: string) => void;
}

/** Chooses an image of a repository, the tag that names it, and whether its digest is pinned. */
export function TagPicker({ scope, repository, onChoose }: TagPickerProps) {
  const images = useEngineQuery('images.list', {
    account: scope.account,
    region: scope.region,
    repository: repository.name,
  });
  const [search, setSearch] = useState('');
  const [choice, setChoice] = useState<TagChoice>();

  const choose = (next: TagChoice): void => {
    setChoice(next);
    onChoose(deployableReference(repository, next.image, next.tag, next.pinned));
  };
  const chooseImage = (image: Image): void => {
    const tag = preferredTag(image);
    choose({ image, tag, pinned: pinsByDefault(repository, tag) });
  };

  if (images.isPending) return <LoadingRows what="images" rows={5} height={30} />;
  if (images.isError) return <ErrorNotice error={images.error} onRetry={() => void images.refetch()} />;
  if (images.data.length === 0) {
    return <EmptyState title={IMAGES_TEXT.none(repository.name)}>{IMAGES_TEXT.noneHelp}</EmptyState>;
  }
  const found = searchImages(images.data, search);
  return (
    <>
      <TextInput
        aria-label={IMAGES_TEXT.search}
        placeholder={IMAGES_TEXT.searchOf(images.data.length)}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <EmptyState title={IMAGES_TEXT.noMatch}>{IMAGES_TEXT.noMatchHelp(repository.name)}</EmptyState>
      ) : (
        <ImageList images={found} chosen={choice?.image.digest} onChoose={chooseImage} />
      )}
      {choice && <TagOptions repository={repository} choice={choice} onChange={choose} />}
    </>
  );
}

interface TagChoice {
  readonly image: Image;
  readonly tag: string | undefined;
  readonly pinned: boolean;
}

interface TagOptionsProps {
  readonly repository: Repository;
  readonly choice: TagChoice;
  readonly onChange: (choice: TagChoice) => void;
}

function TagOptions({ repository, choice, onChange }: TagOptionsProps) {
  const { image, tag } = choice;
  return (
    <Group gap="md">
      {image.tags.length > 1 && (
        <Select
          aria-label={IMAGES_TEXT.tagToDeploy}
          data={image.tags}
          value={tag ?? null}
          onChange={(next) => {
            if (next !== null) onChange({ ...choice, tag: next, pinned: pinsByDefault(repository, next) });
          }}
          allowDeselect={false}
        />
      )}
      <Checkbox
        label={IMAGES_TEXT.pin(repository, tag)}
        checked={choice.pinned || tag === undefined}
        disabled={tag === undefined}
        onChange={(event) => onChange({ ...choice, pinned: event.currentTarget.checked })}
      />
    </Group>
  );
}
