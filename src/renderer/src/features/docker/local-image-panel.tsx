import { Button, Group, Select } from '@mantine/core';
import { useState } from 'react';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import type { LocalImage } from '../../../../shared/model/docker.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import { formatAgo } from '../../lib/format.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, usePushRefusals } from '../../lib/refusals.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { RepositorySelect } from '../images/repository-select.tsx';
import { PUSH_TEXT } from './docker-text.ts';
import { PushOutcome } from './push-outcome.tsx';
import { RuleNote, ruleProps } from './rule-note.tsx';
import { type DeployTarget, useRuleRefusals } from './rule-refusals.ts';
import { isTag, TagField } from './tag-field.tsx';
import { usePush } from './use-push.ts';

interface LocalImagePanelProps {
  readonly scope: Scope;
  /** What the image is pushed for. */
  readonly deployTo: DeployTarget;
  /** Where the tag is kept until the image was pushed. */
  readonly draftKey: string;
  /** The repository that is proposed, if the container's image comes from one. */
  readonly repository: string | undefined;
  readonly onPushed: (reference: string) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Chooses an image of this machine's Docker Engine and pushes it to a repository. */
export function LocalImagePanel(props: LocalImagePanelProps) {
  const { scope, deployTo, draftKey, repository, onPushed, onBusyChange } = props;
  const images = useEngineQuery('docker.images', {});
  const push = usePush(scope);
  const [image, setImage] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  // The proposal may come after the person has begun.
  const target = chosen ?? repository;
  const [tag, setTag, forgetTag] = useDraft({ key: draftKey, shape: z.string(), initial: '' });
  const refusals = usePushRefusals(scope, target);
  const rules = useRuleRefusals(deployTo, target, tag);
  const pushing = push.current.state === 'running';
  useReportBusy(onBusyChange, pushing ? PUSH_TEXT.pushing(`${target}:${tag}`) : undefined);

  if (images.isPending) return <LoadingRows what={PUSH_TEXT.loadingImages} rows={2} height={30} />;
  if (images.isError) return <ErrorNotice error={images.error} onRetry={() => void images.refetch()} />;
  if (images.data.length === 0) {
    return <EmptyState title={PUSH_TEXT.noImages}>{PUSH_TEXT.noImagesHelp}</EmptyState>;
  }

  const start = async (): Promise<void> => {
    const isRefused = refusals.isRefused('push') || rules.isRefused;
    if (image === undefined || target === undefined || isRefused) return;
    const pushed = await push.start(image, { repository: target, tag });
    if (!pushed) return;
    forgetTag();
    onPushed(pushed.image);
  };
  const choose = (name: string | null): void => {
    if (name === null) return;
    setImage(name);
    setTag(proposedTag(name) ?? tag);
  };

  return (
    <>
      <Select
        label={PUSH_TEXT.image}
        placeholder={PUSH_TEXT.searchImages}
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
          canCreate
        />
        <TagField scope={scope} repository={target} value={tag} onChange={setTag} disabled={pushing} />
      </Group>
      <PushOutcome push={push} />
      <RefusalNote refusals={refusals} />
      <RuleNote refusals={rules} />
      <Group>
        {pushing ? (
          <Button onClick={push.cancel}>{PUSH_TEXT.stop}</Button>
        ) : (
          <Button
            disabled={image === undefined || target === undefined || !isTag(tag)}
            {...refusedProps(refusals, 'push')}
            {...ruleProps(rules)}
            onClick={() => void start()}
          >
            {PUSH_TEXT.start}
          </Button>
        )}
      </Group>
    </>
  );
}

function imageOption(image: LocalImage): { readonly value: string; readonly label: string } {
  const name = image.names[0];
  const shown = name ?? PUSH_TEXT.unnamed(image.id.replace('sha256:', '').slice(0, 12));
  const age = formatAgo(image.createdAt, Date.now());
  return { value: name ?? image.id, label: PUSH_TEXT.imageOption(shown, image.sizeBytes, age) };
}

function proposedTag(name: string): string | undefined {
  const tag = parseImageReference(name)?.tag;
  return tag === 'latest' ? undefined : tag;
}
