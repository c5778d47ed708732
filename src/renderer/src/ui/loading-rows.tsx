import { Skeleton, VisuallyHidden } from '@mantine/core';
import styles from './loading-rows.module.css';
import { UI_TEXT } from './ui-text.ts';

interface LoadingRowsProps {
  /** What is being read, such as `services`. */
  readonly what: string;
  readonly rows: number;
  /** Pixels; the height of the rows that will come, so that nothing moves when they do. */
  readonly height: number;
}

/**
 * Stands in for rows that are on their way. They pulse together and after a moment, because each frame of it takes the
 * processor from what is being waited for.
 */
export function LoadingRows({ what, rows, height }: LoadingRowsProps) {
  return (
    <div role="status" className={styles.pulse}>
      <VisuallyHidden>{UI_TEXT.loading(what)}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows that are all alike
          key={row}
          style={{ height, padding: '0 14px', display: 'flex', alignItems: 'center' }}
        >
          <Skeleton animate={false} height={10} width={`${72 - ((row * 13) % 34)}%`} radius="sm" />
        </div>
      ))}
    </div>
  );
}
