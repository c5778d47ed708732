import { SegmentedControl, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import styles from './cleanup-table.module.css';
import { PREVIEW_TEXT } from './cleanup-text.ts';

const ROW_HEIGHT = 28;

type Verdict = 'remove' | 'keep';
type Shown = 'all' | Verdict;

interface JudgedItem {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What a line of the table says of an item besides its verdict. */
export interface CleanupRow {
  readonly key: string;
  readonly name: string;
  /** More of its name, on hover. */
  readonly title?: string;
  /** A cell each, at the right end. */
  readonly facts: readonly ReactNode[];
}

interface CleanupTableProps<Item extends JudgedItem> {
  /** What the items are, such as `images`. */
  readonly things: string;
  readonly items: readonly Item[];
  readonly rowOf: (item: Item) => CleanupRow;
  /** What the filter finds an item by, besides its reason. */
  readonly labelOf: (item: Item) => string;
}

/** Each revision or image with its verdict and the reason. */
export function CleanupTable<Item extends JudgedItem>({
  things,
  items,
  rowOf,
  labelOf,
}: CleanupTableProps<Item>) {
  const [shown, setShown] = useState<Shown>('all');
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = items.filter((item) => `${labelOf(item)} ${item.reason}`.toLowerCase().includes(wanted));
  const visible = shown === 'all' ? found : found.filter(({ verdict }) => verdict === shown);
  const count = (verdict: Verdict): number => found.filter((item) => item.verdict === verdict).length;
  return (
    <>
      <div className={styles.filter}>
        <SegmentedControl
          size="xs"
          aria-label={PREVIEW_TEXT.which(things)}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'all', label: PREVIEW_TEXT.all(found.length) },
            { value: 'remove', label: PREVIEW_TEXT.remove(count('remove')) },
            { value: 'keep', label: PREVIEW_TEXT.keep(count('keep')) },
          ]}
        />
        <TextInput
          size="xs"
          aria-label={PREVIEW_TEXT.filter}
          placeholder={PREVIEW_TEXT.filter}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          spellCheck={false}
          w={260}
        />
      </div>
      {visible.length === 0 ? (
        <EmptyState title={PREVIEW_TEXT.noMatch(things)} />
      ) : (
        <VirtualList
          key={`${shown} ${text}`}
          items={visible}
          keyOf={(item) => rowOf(item).key}
          rowHeight={ROW_HEIGHT}
          // A list that scrolls must be reachable by keyboard.
          scroller={{
            className: styles.scroll,
            role: 'region',
            'aria-label': `${things.slice(0, 1).toUpperCase()}${things.slice(1)}`,
            tabIndex: 0,
          }}
          rowAttributes={() => ({ className: styles.row })}
        >
          {(item) => <Row item={item} content={rowOf(item)} />}
        </VirtualList>
      )}
    </>
  );
}

interface RowProps {
  readonly item: JudgedItem;
  readonly content: CleanupRow;
}

function Row({ item, content }: RowProps) {
  return (
    <>
      <span title={content.title}>
        <Mono>{content.name}</Mono>
      </span>
      <span>
        <Tag kind={item.verdict === 'remove' ? 'failed' : 'idle'}>{PREVIEW_TEXT.verdicts[item.verdict]}</Tag>
      </span>
      <span className={styles.reason} title={item.reason}>
        {item.reason}
      </span>
      <span className={styles.facts}>
        {content.facts.map((fact, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row stand in a fixed order
          <span key={column}>{fact}</span>
        ))}
      </span>
    </>
  );
}
