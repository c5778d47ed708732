import {
  defaultRangeExtractor,
  measureElement,
  type Range,
  useVirtualizer,
  type VirtualItem,
} from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type HTMLAttributes,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import styles from './virtual-list.module.css';

const OVERSCAN = 10;
/** Of a list that has not been measured yet. */
const INITIAL_RECT = { width: 900, height: 800 };

type RowAttributes = HTMLAttributes<HTMLLIElement> & { readonly [data: `data-${string}`]: string | boolean };

export interface VirtualListHandle {
  scrollToRow(index: number): void;
  /** Scrolls to a row and gives the focus to what the row holds. */
  focusRow(index: number): void;
}

/** Pixels of each row, or of a row by its item; or an estimate for rows that are measured when they are drawn. */
type RowHeights<Item> =
  | { readonly rowHeight: number | ((item: Item) => number); readonly estimatedRowHeight?: undefined }
  | { readonly estimatedRowHeight: number; readonly rowHeight?: undefined };

type VirtualListProps<Item> = RowHeights<Item> & {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item, index: number) => ReactNode;
  /** Attributes of a row's element; its place in the list is known. */
  readonly rowAttributes: (item: Item, index: number) => RowAttributes;
  /** Attributes of the element that scrolls. Its class limits the height. */
  readonly scroller: HTMLAttributes<HTMLDivElement>;
  /** Is told which rows are drawn, first and last. */
  readonly onRange?: (first: number, last: number) => void;
  readonly ref?: Ref<VirtualListHandle>;
};

/**
 * A list of rows. However many there are, only the rows in sight are drawn, and the one that has
 * the focus, which would lose it otherwise.
 */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, keyOf, children, rowAttributes, scroller, onRange, ref } = props;
  const element = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const focusedIndex = focused === undefined ? -1 : items.findIndex((item) => keyOf(item) === focused);
  // oxlint-disable-next-line react/incompatible-library -- only the React compiler minds, and it is not used
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => element.current,
    // A new function with each drawing, so that the heights and places of the rows are computed again.
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    estimateSize: (index) => heightOf(items[index], props),
    // An element without a layout, such as one of a hidden page, has no height.
    measureElement: (row, entry, list) =>
      measureElement(row, entry, list) || heightOf(items[list.indexFromElement(row)], props),
    overscan: OVERSCAN,
    rangeExtractor: (range) => withRow(focusedIndex, range),
    initialRect: INITIAL_RECT,
  });
  const drawn = rows.getVirtualItems();
  const { startIndex, endIndex } = rows.range ?? { startIndex: 0, endIndex: 0 };
  const first = Math.max(0, startIndex - OVERSCAN);
  const last = Math.max(0, Math.min(items.length - 1, endIndex + OVERSCAN));
  useEffect(() => onRange?.(first, last), [onRange, first, last]);

  // A row that is out of sight is drawn only after the list has scrolled to it, and takes the focus then.
  const wanted = useRef<string>(undefined);
  const focusWanted = (): void => {
    if (wanted.current === undefined) return;
    const row = element.current?.querySelector(`[data-key="${CSS.escape(wanted.current)}"]`);
    if (!(row?.firstElementChild instanceof HTMLElement)) return;
    wanted.current = undefined;
    row.firstElementChild.focus({ preventScroll: true });
  };
  useEffect(focusWanted);

  const scrollToRow = (index: number): void => rows.scrollToIndex(index);
  useImperativeHandle(ref, () => ({
    scrollToRow,
    focusRow: (index) => {
      const item = items[index];
      if (item === undefined) return;
      wanted.current = keyOf(item);
      scrollToRow(index);
      focusWanted();
    },
  }));

  const isListbox = scroller.role === 'listbox';
  return (
    <div ref={element} {...scroller}>
      <ul
        className={styles.rows}
        style={{ height: rows.getTotalSize() }}
        onFocus={({ target }) => setFocused(keyOfRowAround(target))}
        onBlur={({ target }) => {
          // It is still the active one when only the window lost the focus.
          if (document.activeElement !== target) setFocused(undefined);
        }}
        {...(isListbox && { role: 'presentation' })}
      >
        {drawn.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const { className = '', ...attributes } = rowAttributes(item, row.index);
          return (
            <li
              key={row.key}
              data-key={row.key}
              aria-posinset={row.index + 1}
              aria-setsize={items.length}
              className={`${styles.row} ${className}`}
              {...(props.rowHeight === undefined
                ? { ref: rows.measureElement, 'data-index': row.index, style: placeOf(row) }
                : { style: { ...placeOf(row), height: row.size } })}
              {...attributes}
            >
              {children(item, row.index)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function placeOf({ start }: VirtualItem): CSSProperties {
  return { transform: `translateY(${start}px)` };
}

function keyOfRowAround(element: Element): string | undefined {
  return element.closest<HTMLElement>('[data-key]')?.dataset.key;
}

/** The rows in sight and a little beyond, and one more wherever it is. */
function withRow(index: number, range: Range): number[] {
  const inSight = defaultRangeExtractor(range);
  if (index < 0 || inSight.includes(index)) return inSight;
  return [...inSight, index].sort((a, b) => a - b);
}

function heightOf<Item>(item: Item | undefined, { rowHeight, estimatedRowHeight }: RowHeights<Item>): number {
  if (rowHeight === undefined) return estimatedRowHeight;
  if (typeof rowHeight === 'number') return rowHeight;
  return item === undefined ? 0 : rowHeight(item);
}

/** The row that a key leads to from the current one; nothing for other keys and in an empty list. */
export function rowAfterKey(key: string, current: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return Math.min(current + 1, count - 1);
    case 'ArrowUp':
      return Math.max(current - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
