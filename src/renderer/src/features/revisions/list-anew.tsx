import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './revision-timeline.module.css';

interface ListAnewProps {
  readonly input: Immutable<Omit<Input<'revisions.names'>, 'whole'>>;
  readonly listedAt: string;
  readonly onListed: () => void;
}

/** When the whole list was read, and the way to have AWS list all of it again. */
export function ListAnew({ input, listedAt, onListed }: ListAnewProps) {
  const client = useEngine();
  const list = useMutation({
    mutationFn: async () => {
      try {
        await client.call('revisions.names', { ...input, whole: true });
      } catch (thrown) {
        throw toSlipwayError(thrown);
      }
    },
    onSuccess: onListed,
  });
  return (
    <span className={styles.reading}>
      as of <RelativeTime at={listedAt} />{' '}
      <Button size="compact-xs" variant="subtle" loading={list.isPending} onClick={() => list.mutate()}>
        List anew
      </Button>
      {list.error && <ErrorNotice error={list.error} />}
    </span>
  );
}
