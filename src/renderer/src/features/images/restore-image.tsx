import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ImagePlace } from '../../../../shared/model/image-scan.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const RESTORE_TEXT = {
  restore: 'Restore image',
  restoring: 'ECR is restoring the image, which takes up to 20 minutes. It can be pulled then.',
  restored: 'The image is restored.',
} as const;

/** Restores an archived image, and says how far that is. */
export function RestoreImage({ place }: { readonly place: ImagePlace }) {
  const queries = useQueryClient();
  const restore = useEngineChange('images.restore');
  const start = (): void =>
    restore.mutate(place, {
      onSuccess: () => void queries.invalidateQueries({ queryKey: ['images.list'] }),
    });
  if (restore.isSuccess) {
    return (
      <output>{restore.data.status === 'ACTIVE' ? RESTORE_TEXT.restored : RESTORE_TEXT.restoring}</output>
    );
  }
  return (
    <>
      {restore.isError ? <ErrorNotice error={restore.error} /> : null}
      <Button size="compact-xs" onClick={start} loading={restore.isPending}>
        {RESTORE_TEXT.restore}
      </Button>
    </>
  );
}
