import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ImagePlace } from '../../../../shared/model/image-scan.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { GuardFields, useGuardAnswers } from './guard-answers.tsx';

const RESTORE_TEXT = {
  restore: 'Restore image',
  purpose: 'to restore the image',
  restoring: 'ECR is restoring the image, which takes up to 20 minutes. It can be pulled then.',
  restored: 'The image is restored.',
} as const;

/** Restores an archived image, and says how far that is. */
export function RestoreImage({ place }: { readonly place: ImagePlace }) {
  const queries = useQueryClient();
  const restore = useEngineChange('images.restore');
  const { account, region, repository } = place;
  const asked = useGuardAnswers({ account, region, repository }, repository);
  const refusals = useRefusals({ account, region, repository, changes: ['restore-image'] });
  const start = (): void => {
    if (refusals.isRefused('restore-image')) return;
    restore.mutate(
      { ...place, ...asked.answers },
      { onSuccess: () => void queries.invalidateQueries({ queryKey: ['images.list'] }) },
    );
  };
  if (restore.isSuccess) {
    return (
      <output>{restore.data.status === 'ACTIVE' ? RESTORE_TEXT.restored : RESTORE_TEXT.restoring}</output>
    );
  }
  return (
    <>
      {restore.isError ? <ErrorNotice error={restore.error} /> : null}
      <RefusalNote refusals={refusals} />
      <GuardFields asked={asked} purpose={RESTORE_TEXT.purpose} />
      <Button
        size="compact-xs"
        disabled={!asked.isAnswered}
        {...refusedProps(refusals, 'restore-image')}
        onClick={start}
        loading={restore.isPending}
      >
        {RESTORE_TEXT.restore}
      </Button>
    </>
  );
}
