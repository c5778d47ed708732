import { Button, Checkbox, Group, Modal, Progress, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { Region } from '../../../../shared/model/account.ts';
import { type Image, ImageTag, RepositoryName } from '../../../../shared/model/image.ts';
import type { Promoted, PromotionProgress, RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { AccountRegionFields } from '../../ui/account-region-fields.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './repositories.module.css';
import { COPY_TEXT } from './repositories-text.ts';

const TARGET = z.object({
  to: z.object({ account: z.string(), region: z.string(), repository: z.string() }),
  tag: z.string(),
});

interface CopyImageDialogProps {
  readonly from: RepositoryPlace;
  readonly image: Image;
  /** How the image is called. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Copies an image to another repository, account or region, and shows how far it is. */
export function CopyImageDialog({ from, image, name, onClose }: CopyImageDialogProps) {
  const queries = useQueryClient();
  const [{ to, tag }, setTarget, forget] = useDraft({
    key: `copy.${from.account}/${from.region}/${from.repository}@${image.digest}`,
    shape: TARGET,
    initial: { to: from, tag: image.tags[0] ?? '' },
  });
  const setTo = (next: RepositoryPlace): void => setTarget({ to: next, tag });
  const [referrers, setReferrers] = useState(true);
  const [progress, setProgress] = useState<PromotionProgress>();
  const copy = useEngineStream('images.promote', { onEvent: setProgress });
  const isRunning = copy.current.state === 'running';
  const isSame =
    to.account === from.account && to.region === from.region && to.repository === from.repository;
  const isValid =
    RepositoryName.safeParse(to.repository).success &&
    Region.safeParse(to.region).success &&
    (tag === '' ? !isSame : ImageTag.safeParse(tag).success && !(isSame && image.tags.includes(tag)));

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isValid || isRunning) return;
    setProgress(undefined);
    const done = await copy.start({
      ...from,
      image: image.digest,
      to,
      ...(tag === '' ? {} : { tag }),
      referrers,
    });
    if (done === undefined) return;
    forget();
    await queries.invalidateQueries({ queryKey: ['images.list'] });
  };
  const close = (): void => {
    copy.cancel();
    onClose();
  };
  return (
    <Modal opened onClose={close} title={COPY_TEXT.title(name)} closeOnClickOutside={!isRunning}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <p className={styles.soft}>{COPY_TEXT.about}</p>
          <AccountRegionFields
            accountLabel={COPY_TEXT.account}
            scope={{ account: to.account, region: to.region }}
            onChange={(scope) => setTo({ ...to, ...scope })}
          />
          <TextInput
            label={COPY_TEXT.repository}
            value={to.repository}
            onChange={(event) => setTo({ ...to, repository: event.currentTarget.value.trim() })}
            spellCheck={false}
          />
          <TextInput
            label={COPY_TEXT.tag}
            description={COPY_TEXT.tagHelp}
            value={tag}
            onChange={(event) => setTarget({ to, tag: event.currentTarget.value.trim() })}
            maxLength={128}
            spellCheck={false}
          />
          <Checkbox
            label={COPY_TEXT.referrers}
            checked={referrers}
            onChange={(event) => setReferrers(event.currentTarget.checked)}
          />
          {isSame && !isValid ? <p className={styles.soft}>{COPY_TEXT.sameName}</p> : null}
          {isRunning ? <CopyProgress progress={progress} /> : null}
          {copy.current.state === 'failed' ? <ErrorNotice error={copy.current.error} /> : null}
          {copy.current.state === 'done' ? <Copied promoted={copy.current.output} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={isRunning ? () => copy.cancel() : close}>
              {isRunning ? COPY_TEXT.stop : copy.current.state === 'done' ? COPY_TEXT.done : COPY_TEXT.cancel}
            </Button>
            <Button variant="filled" type="submit" disabled={!isValid} loading={isRunning}>
              {COPY_TEXT.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function CopyProgress({ progress }: { readonly progress: PromotionProgress | undefined }) {
  if (progress === undefined) return <p role="status">{COPY_TEXT.preparing}</p>;
  const { doneBytes, totalBytes } = progress;
  return (
    <div>
      <Progress value={totalBytes === 0 ? 100 : (doneBytes / totalBytes) * 100} aria-label={COPY_TEXT.bar} />
      <p className={styles.soft}>{COPY_TEXT.progress(progress)}</p>
    </div>
  );
}

function Copied({ promoted }: { readonly promoted: Promoted }) {
  const { alreadyThere, layers, sentBytes, referrers, replication, warnings, image } = promoted;
  return (
    <div role="status">
      <p>
        {alreadyThere
          ? COPY_TEXT.alreadyThere
          : COPY_TEXT.copied(layers.sent, sentBytes, layers.mounted, layers.present)}
        {referrers === 0 ? '' : ` ${COPY_TEXT.signatures(referrers)}`}
      </p>
      <p className={styles.image}>
        <Mono>{image}</Mono>
      </p>
      {replication.map(({ account, region, status }) => (
        <p key={`${account} ${region}`} className={styles.soft}>
          {account} {region}: {status}
        </p>
      ))}
      {warnings.map((warning) => (
        <p key={warning} className={styles.problem}>
          {warning}
        </p>
      ))}
    </div>
  );
}
