import { SegmentedControl, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { CleanupItem } from '../../../../shared/model/cleanup.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './cleanup-table.module.css';

const ROW_HEIGHT = 28;

type Shown = 'all' | CleanupItem['verdict'];

/** Each revision with its verdict and the reason. Only the rows in sight are drawn. */
export function CleanupTable({ items }: { readonly items: readonly CleanupItem[] }) {
  const [shown, setShown] = useState<Shown>('all');
  const [text, setText] = useState('');
  const found = items.filter((item) => matches(item, text));
  const visible = shown === 'all' ? found : found.filter(({ verdict }) => verdict === shown);
  const count = (verdict: CleanupItem['verdict']): number =>
    found.filter((item) => item.verdict === verdict).length;
  return (
    <>
      <div className={styles.filter}>
        <SegmentedControl
          size="xs"
          aria-label="Which revisions to show"
          value={shown}
          onChange={setShown}
          data={[
            { value: 'all', label: `All ${found.length}` },
            { value: 'remove', label: `Goes ${count('remove')}` },
            { value: 'keep', label: `Stays ${count('keep')}` },
          ]}
        />
        <TextInput
          size="xs"
          aria-label="Filter by name or reason"
          placeholder="Filter by name or reason"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          spellCheck={false}
          w={260}
        />
      </div>
      {visible.length === 0 ? (
        <EmptyState title="No revision is like that." />
      ) : (
        <Rows key={`${shown} ${text}`} items={visible} />
      )}
    </>
  );
}

function matches({ name, reason, status }: CleanupItem, text: string): boolean {
  return `${name} ${reason} ${status}`.toLowerCase().includes(text.trim().toLowerCase());
}

function Rows({ items }: { readonly items: readonly CleanupItem[] }) {
  const scroll = useRef<HTMLElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not in use here
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <section ref={scroll} className={styles.scroll} aria-label="Revisions" tabIndex={0}>
      <ul className={styles.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          return (
            item && <Row key={item.arn} item={item} place={row.index + 1} of={items.length} top={row.start} />
          );
        })}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly item: CleanupItem;
  /** Counted from 1; most rows of a long list are not in the page. */
  readonly place: number;
  readonly of: number;
  /** Pixels from the top of the list. */
  readonly top: number;
}

function Row({ item, place, of, top }: RowProps) {
  return (
    <li
      aria-posinset={place}
      aria-setsize={of}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Mono>{item.name}</Mono>
      <span>{item.verdict === 'remove' ? <Tag kind="failed">goes</Tag> : <Tag kind="idle">stays</Tag>}</span>
      <span className={styles.reason} title={item.reason}>
        {item.reason}
      </span>
      <span className={styles.status}>{item.status}</span>
    </li>
  );
}
