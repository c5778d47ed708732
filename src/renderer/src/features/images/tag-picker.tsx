import { Button, Group, Select, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Image, Repository } from '../../../../shared/model/image.ts';
import { PINNED, type Pinned, parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { deployableReference } from '../../lib/deployable-reference.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { usePinned } from '../../lib/use-pinned.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { ImageList } from './image-list.tsx';
import {
  bestMatch,
  isRunningImage,
  preferredTag,
  type RunningImage,
  runningFirst,
  searchImages,
  typedProblem,
  typedReference,
} from './image-search.ts';
import { IMAGES_TEXT } from './images-text.ts';
import styles from './tag-picker.module.css';

const KINDS = PINNED.map((value) => ({
  value,
  label: IMAGES_TEXT.pinnedKinds[value],
}));

/** What is typed in the search, where the form keeps it. */
export interface TypedSearch {
  readonly text: string;
  readonly onChange: (text: string) => void;
}

interface TagPickerProps {
  readonly scope: Scope;
  /** Undefined until it is known or chosen. */
  readonly repository: Repository | undefined;
  /** The reference of the chosen image. */
  readonly chosen: string | undefined;
  /** Told the image reference to deploy, whenever it changes. */
  readonly onChoose: (reference: string) => void;
  /** What runs now, to be marked in the list. */
  readonly running?: RunningImage | undefined;
  /** Whether the search gets the focus when the dialog opens. */
  readonly isFocused?: boolean;
  /** Whether an image of any other registry may be typed. */
  readonly takesAnyImage?: boolean;
  /** The service that it is for: what names its images is remembered. */
  readonly service?: ServiceRef;
  readonly search?: TypedSearch;
  /** The choice of the repository, beside the search. */
  readonly children?: ReactNode;
}

/** Chooses an image of a repository, and whether its tag, its digest or both name it. */
export function TagPicker(props: TagPickerProps) {
  const { scope, repository, chosen, onChoose, running, isFocused, takesAnyImage, service, children } = props;
  const images = useEngineQuery(
    'images.list',
    { account: scope.account, region: scope.region, repository: repository?.name ?? '' },
    { enabled: repository !== undefined },
  );
  const [pinned, rememberPinned] = usePinned(service);
  const [ownSearch, setOwnSearch] = useState('');
  const { text: search, onChange: setSearch } = props.search ?? { text: ownSearch, onChange: setOwnSearch };
  const isRunning = (image: Image): boolean => running !== undefined && isRunningImage(image, running);
  const found = runningFirst(searchImages(images.data ?? [], search), isRunning);
  const typed = takesAnyImage === true ? typedReference(search) : undefined;
  const problem = takesAnyImage === true ? typedProblem(search) : undefined;
  const choice = repository && choiceOf(repository, images.data ?? [], chosen);
  const index = found.findIndex(({ digest }) => digest === choice?.image.digest);

  const from = index < 0 ? placeBefore(found, isRunning) : index;

  const choose = ({ image, tag, pinned }: TagChoice): void => {
    if (repository) onChoose(deployableReference(repository, image, tag, pinned));
  };
  const chooseImage = (image: Image): void => {
    const tag = preferredTag(image);
    if (repository) choose({ image, tag, pinned });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = { ArrowDown: found[from + 1], ArrowUp: found[from - 1] }[event.key];
    if (next) {
      event.preventDefault();
      chooseImage(next);
    }
    // Enter takes what was searched for; once that is chosen, it goes on like Enter in any other field.
    if (event.key !== 'Enter' || search === '' || index >= 0) return;
    const first = bestMatch(found, search, isRunning);
    if (first === undefined && (typed === undefined || typed === chosen)) return;
    event.preventDefault();
    if (first) chooseImage(first);
    else if (typed !== undefined) onChoose(typed);
  };

  return (
    <>
      <div className={styles.search}>
        <TextInput
          className={styles.text}
          aria-label={takesAnyImage === true ? IMAGES_TEXT.searchOrType : IMAGES_TEXT.search}
          placeholder={
            takesAnyImage === true
              ? IMAGES_TEXT.searchOrTypeHint
              : IMAGES_TEXT.searchOf(images.data?.length ?? 0)
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          spellCheck={false}
          {...(isFocused === true ? { 'data-autofocus': true } : {})}
        />
        {children}
      </div>
      {typed !== undefined && typed !== chosen && (
        <Button className={styles.typed} variant="default" onClick={() => onChoose(typed)}>
          {IMAGES_TEXT.typedImage(typed)}
        </Button>
      )}
      {images.isError && <ErrorNotice error={images.error} onRetry={() => void images.refetch()} />}
      {images.isLoading && <LoadingRows what="images" rows={5} height={30} />}
      {repository && images.data?.length === 0 && (
        <EmptyState title={IMAGES_TEXT.none(repository.name)}>{IMAGES_TEXT.noneHelp}</EmptyState>
      )}
      {repository && images.data && images.data.length > 0 && found.length === 0 && typed === undefined && (
        <EmptyState title={IMAGES_TEXT.noMatch}>
          {IMAGES_TEXT.noMatchHelp(repository.name)}
          {problem === undefined ? null : ` ${IMAGES_TEXT.noReference(search.trim(), problem)}`}
        </EmptyState>
      )}
      {found.length > 0 && (
        <ImageList
          images={found}
          chosen={choice?.image.digest}
          onChoose={chooseImage}
          isRunning={isRunning}
          from={from}
        />
      )}
      {repository && choice && (
        <TagOptions
          choice={choice}
          onChange={(next) => {
            if (next.pinned !== choice.pinned) rememberPinned(next.pinned);
            choose(next);
          }}
        />
      )}
    </>
  );
}

/** Where the arrow keys start while nothing is chosen: at the running images, so that ↓ takes the next one. */
function placeBefore(images: readonly Image[], isRunning: (image: Image) => boolean): number {
  const others = images.findIndex((image) => !isRunning(image));
  return others < 0 ? -1 : others - 1;
}

interface TagChoice {
  readonly image: Image;
  readonly tag: string | undefined;
  readonly pinned: Pinned;
}

/** The image of the repository that a reference names; undefined for a reference to anything else. */
function choiceOf(
  repository: Repository,
  images: readonly Image[],
  chosen: string | undefined,
): TagChoice | undefined {
  const reference = chosen === undefined ? undefined : parseImageReference(chosen);
  const own = parseImageReference(repository.uri);
  if (reference?.registry !== own?.registry || reference?.repository !== own?.repository) return undefined;
  const { tag, digest } = reference ?? {};
  const image = images.find((each) =>
    digest === undefined ? tag !== undefined && each.tags.includes(tag) : each.digest === digest,
  );
  return image && { image, tag: tag ?? preferredTag(image), pinned: pinnedOf(tag, digest) };
}

function pinnedOf(tag: string | undefined, digest: string | undefined): Pinned {
  if (digest === undefined) return 'tag';
  return tag === undefined ? 'digest' : 'both';
}

interface TagOptionsProps {
  readonly choice: TagChoice;
  readonly onChange: (choice: TagChoice) => void;
}

function TagOptions({ choice, onChange }: TagOptionsProps) {
  const { image, tag, pinned } = choice;
  return (
    <Group gap="md" align="flex-end">
      {image.tags.length > 1 && (
        <Select
          aria-label={IMAGES_TEXT.tagToDeploy}
          data={image.tags}
          value={tag ?? null}
          onChange={(next) => {
            if (next !== null) onChange({ ...choice, tag: next });
          }}
          disabled={pinned === 'digest'}
          allowDeselect={false}
        />
      )}
      <Select
        label={IMAGES_TEXT.pinned}
        title={IMAGES_TEXT.pinnedHelp[pinned]}
        data={KINDS}
        value={tag === undefined ? 'digest' : pinned}
        disabled={tag === undefined}
        onChange={(value) => {
          const next = PINNED.find((each) => each === value);
          if (next !== undefined) onChange({ ...choice, pinned: next });
        }}
        allowDeselect={false}
      />
    </Group>
  );
}
