import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import { formatInstant } from '../../lib/format.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './revision-timeline.module.css';

interface RefreshListProps {
  readonly input: Immutable<Omit<Input<'revisions.names'>, 'whole'>>;
  readonly listedAt: string;
  readonly onListed: () => void;
}

/** Has AWS list all of it again, and says when that was done last. */
export function RefreshList({ input, listedAt, onListed }: RefreshListProps) {
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
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label="Refresh list"
        title={`Listed ${formatInstant(listedAt)}`}
        loading={list.isPending}
        onClick={() => list.mutate()}
      >
        Refresh
      </Button>
      {list.error && <ErrorNotice error={list.error} />}
    </span>
  );
}
