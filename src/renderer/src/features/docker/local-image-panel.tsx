import { Button, Group, Select } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { LocalImage } from '../../../../shared/model/docker.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import { formatAgo, formatBytes } from '../../lib/format.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RepositorySelect } from '../images/repository-select.tsx';
import { PushOutcome } from './push-outcome.tsx';
import { isTag, TagField } from './tag-field.tsx';
import { usePush } from './use-push.ts';

interface LocalImagePanelProps {
  readonly scope: Scope;
  /** The repository that is proposed, if the container's image comes from one. */
  readonly repository: string | undefined;
  readonly onPushed: (reference: string) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Chooses an image of this machine's Docker Engine and pushes it to a repository. */
export function LocalImagePanel({ scope, repository, onPushed, onBusyChange }: LocalImagePanelProps) {
  const images = useEngineQuery('docker.images', {});
  const push = usePush(scope);
  const [image, setImage] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  // The proposal may come after the person has begun.
  const target = chosen ?? repository;
  const [tag, setTag] = useState('');
  const pushing = push.current.state === 'running';
  useReportBusy(onBusyChange, pushing ? `The push of ${target}:${tag} is in progress.` : undefined);

  if (images.isPending) return <LoadingRows what="local images" rows={2} height={30} />;
  if (images.isError) return <ErrorNotice error={images.error} onRetry={() => void images.refetch()} />;
  if (images.data.length === 0) {
    return (
      <EmptyState title="No local images">
        Build one from a folder or with `docker build`, then try again.
      </EmptyState>
    );
  }

  const start = async (): Promise<void> => {
    if (image === undefined || target === undefined) return;
    const pushed = await push.start(image, { repository: target, tag });
    if (pushed) onPushed(pushed.image);
  };
  const choose = (name: string | null): void => {
    if (name === null) return;
    setImage(name);
    setTag(proposedTag(name) ?? tag);
  };

  return (
    <>
      <Select
        label="Local image"
        placeholder="Search by name"
        data={images.data.map(imageOption)}
        value={image ?? null}
        onChange={choose}
        disabled={pushing}
        searchable
        allowDeselect={false}
      />
      <Group grow align="flex-start" gap="md">
        <RepositorySelect
          scope={scope}
          value={target}
          onChange={({ name }) => setChosen(name)}
          disabled={pushing}
        />
        <TagField value={tag} onChange={setTag} disabled={pushing} />
      </Group>
      <PushOutcome push={push} />
      <Group>
        {pushing ? (
          <Button onClick={push.cancel}>Stop push</Button>
        ) : (
          <Button
            disabled={image === undefined || target === undefined || !isTag(tag)}
            onClick={() => void start()}
          >
            Push
          </Button>
        )}
      </Group>
    </>
  );
}

function imageOption(image: LocalImage): { readonly value: string; readonly label: string } {
  const name = image.names[0];
  const details = `${formatBytes(image.sizeBytes)}, built ${formatAgo(image.createdAt, Date.now())}`;
  const id = image.id.replace('sha256:', '').slice(0, 12);
  return { value: name ?? image.id, label: `${name ?? `${id} (unnamed)`} · ${details}` };
}

function proposedTag(name: string): string | undefined {
  const tag = parseImageReference(name)?.tag;
  return tag === 'latest' ? undefined : tag;
}
