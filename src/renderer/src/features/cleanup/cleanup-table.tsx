import { Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRowHeight } from '../../lib/appearance.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import styles from './cleanup-table.module.css';
import { PREVIEW_TEXT } from './cleanup-text.ts';
import { useCleanupSearch } from './use-cleanup-search.ts';
import type { Exclusions } from './use-exclusions.ts';

const ROW_HEIGHT = 28;
const COMPACT_ROW_HEIGHT = 23;

type Verdict = 'remove' | 'keep';

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
  /** A cell for each of the columns at the right end. */
  readonly facts: readonly ReactNode[];
}

interface CleanupTableProps<Item extends JudgedItem> {
  /** What the items are, such as `images`. */
  readonly things: string;
  readonly items: readonly Item[];
  /** The headers of the facts. */
  readonly columns: readonly string[];
  readonly rowOf: (item: Item) => CleanupRow;
  /** What the filter finds an item by, besides its reason. */
  readonly labelOf: (item: Item) => string;
  readonly exclusions: Exclusions;
}

/** Each revision or image with its verdict and the reason; first what is removed, of which single ones can be excluded. */
export function CleanupTable<Item extends JudgedItem>(props: CleanupTableProps<Item>) {
  const { things, items, columns, rowOf, labelOf, exclusions } = props;
  const [search, change] = useCleanupSearch();
  const shown = search.show ?? (items.some(({ verdict }) => verdict === 'remove') ? 'remove' : 'all');
  const [text, setText] = useFilterText(search.q ?? '', (q) => change({ q: q === '' ? undefined : q }));
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
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
          onChange={(show) => change({ show })}
          data={[
            { value: 'remove', label: PREVIEW_TEXT.remove(count('remove')) },
            { value: 'keep', label: PREVIEW_TEXT.keep(count('keep')) },
            { value: 'all', label: PREVIEW_TEXT.all(found.length) },
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
        <>
          <div className={`${styles.row} ${styles.head}`}>
            <AllCheckbox
              things={things}
              keys={visible.flatMap((item) => (item.verdict === 'remove' ? rowOf(item).key : []))}
              exclusions={exclusions}
            />
            <span>{PREVIEW_TEXT.columns.name}</span>
            <span>{PREVIEW_TEXT.columns.action}</span>
            <span>{PREVIEW_TEXT.columns.reason}</span>
            <span className={styles.facts}>
              {columns.map((column) => (
                <span key={column}>{column}</span>
              ))}
            </span>
          </div>
          <VirtualList
            key={`${shown} ${text}`}
            items={visible}
            keyOf={(item) => rowOf(item).key}
            rowHeight={rowHeight}
            // A list that scrolls must be reachable by keyboard.
            scroller={{
              className: styles.scroll,
              role: 'region',
              'aria-label': `${things.slice(0, 1).toUpperCase()}${things.slice(1)}`,
              tabIndex: 0,
            }}
            rowAttributes={() => ({ className: styles.row })}
          >
            {(item) => <Row item={item} content={rowOf(item)} exclusions={exclusions} />}
          </VirtualList>
        </>
      )}
    </>
  );
}

interface AllCheckboxProps {
  readonly things: string;
  /** Of those in the list that would be removed. */
  readonly keys: readonly string[];
  readonly exclusions: Exclusions;
}

function AllCheckbox({ things, keys, exclusions }: AllCheckboxProps) {
  if (keys.length === 0) return <span />;
  const excluded = keys.filter((key) => exclusions.all.has(key)).length;
  return (
    <Checkbox
      size="xs"
      aria-label={PREVIEW_TEXT.removeAll(things)}
      checked={excluded === 0}
      indeterminate={excluded > 0 && excluded < keys.length}
      onChange={() => exclusions.set(keys, excluded === 0)}
    />
  );
}

interface RowProps {
  readonly item: JudgedItem;
  readonly content: CleanupRow;
  readonly exclusions: Exclusions;
}

function Row({ item, content, exclusions: { chosen, all, set } }: RowProps) {
  const { key, name } = content;
  const isExcluded = all.has(key);
  const isKeptWithAnother = isExcluded && !chosen.has(key);
  const reason = isExcluded
    ? isKeptWithAnother
      ? PREVIEW_TEXT.keptWithAnother
      : PREVIEW_TEXT.excludedReason
    : item.reason;
  return (
    <>
      {item.verdict === 'remove' ? (
        <Checkbox
          size="xs"
          aria-label={PREVIEW_TEXT.removeOne(name)}
          checked={!isExcluded}
          disabled={isKeptWithAnother}
          onChange={() => set([key], !isExcluded)}
        />
      ) : (
        <span />
      )}
      <span title={content.title ?? name}>
        <Mono>{name}</Mono>
      </span>
      <span>
        <Verdict verdict={item.verdict} isExcluded={isExcluded} />
      </span>
      <span className={styles.reason} title={reason}>
        {reason}
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

function Verdict({ verdict, isExcluded }: { readonly verdict: Verdict; readonly isExcluded: boolean }) {
  if (isExcluded) return <Tag kind="warning">{PREVIEW_TEXT.excluded}</Tag>;
  return <Tag kind={verdict === 'remove' ? 'failed' : 'idle'}>{PREVIEW_TEXT.verdicts[verdict]}</Tag>;
}
