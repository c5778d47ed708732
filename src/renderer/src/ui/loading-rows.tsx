import { Skeleton, VisuallyHidden } from '@mantine/core';

interface LoadingRowsProps {
  /** What is being read, such as `services`. */
  readonly what: string;
  readonly rows: number;
  /** Pixels; the height of the rows that will come, so that nothing moves when they do. */
  readonly height: number;
}

/** Stands in for rows that are on their way. */
export function LoadingRows({ what, rows, height }: LoadingRowsProps) {
  return (
    <div role="status">
      <VisuallyHidden>Reading {what}…</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows that are all alike
          key={row}
          style={{ height, padding: '0 14px', display: 'flex', alignItems: 'center' }}
        >
          <Skeleton height={10} width={`${72 - ((row * 13) % 34)}%`} radius="sm" />
        </div>
      ))}
    </div>
  );
}
