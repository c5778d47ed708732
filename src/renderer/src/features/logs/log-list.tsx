import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { isEntry, type LogRow, rowAt } from './log-marks.ts';
import { SHOWN_REST } from './log-view.ts';
import styles from './logs.module.css';

export const LINE_HEIGHT = 20;
export const REST_HEIGHT = 18;
const MARK_HEIGHT = 24;
const OVERSCAN = 20;
/** Pixels, of a list that has not been measured yet. */
const INITIAL_HEIGHT = 800;
/** Rows before those in sight while the list follows, for the moment before a scroll pauses it. */
const FOLLOWED_MORE = 6;
/** A person who scrolled within this time means the end of the list when it is reached. */
const MEANT_MS = 1_000;

export interface LogListHandle {
  /** Scrolls to a row and gives it the focus. Only while the list is paused. */
  focusRow(index: number): void;
  /** The rows on the screen. */
  shown(): readonly LogRow[];
}

interface LogListProps {
  /** While it is paused all rows, otherwise the newest ones. */
  readonly rows: readonly LogRow[];
  /** Names the rows: while it is the same, they are. */
  readonly snapshot: number;
  readonly isFollowing: boolean;
  /** Pixels of what stands before the newest rows while the list follows. */
  readonly heightBefore: number;
  readonly wrap: boolean;
  /** The moment that comes into sight first. */
  readonly moment: number | undefined;
  readonly renderRow: (row: LogRow) => ReactNode;
  readonly rowAttributes: (row: LogRow) => HTMLAttributes<HTMLLIElement>;
  readonly label: string;
  readonly onPause: () => void;
  readonly onFollow: () => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly ref: Ref<LogListHandle>;
}

/**
 * The rows of the log. While it follows, only the newest rows are drawn, at the end of their space. Once a person scrolls up it
 * is paused: then a list of all rows draws those in sight.
 */
export function LogList(props: LogListProps) {
  const { rows, snapshot, isFollowing, wrap, label, onPause, onFollow, onMove, ref } = props;
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [height, setHeight] = useState(INITIAL_HEIGHT);
  useLayoutEffect(() => {
    if (scroller === null) return;
    const observer = new ResizeObserver(() => setHeight(scroller.clientHeight));
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller]);
  const scrollToRow = useRef<(index: number) => void>(undefined);
  const lastTop = useRef(0);
  const meantAt = useRef(0);
  const wanted = useRef<string>(undefined);

  const focusWanted = (): void => {
    if (wanted.current === undefined) return;
    const row = scroller?.querySelector(`[data-key="${CSS.escape(wanted.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  };
  useEffect(focusWanted);

  useImperativeHandle(ref, () => ({
    focusRow(index) {
      const row = rows[index];
      if (row === undefined) return;
      wanted.current = keyOf(row);
      scrollToRow.current?.(index);
      focusWanted();
    },
    shown: () => shownRows(scroller, rows),
  }));

  const onScroll = (): void => {
    if (scroller === null) return;
    const top = scroller.scrollTop;
    const isAtEnd = scroller.scrollHeight - top - scroller.clientHeight < 4;
    if (isFollowing) {
      if (top < lastTop.current - 2 && !isAtEnd) onPause();
    } else if (isAtEnd && top > lastTop.current && performance.now() - meantAt.current < MEANT_MS) {
      onFollow();
    }
    lastTop.current = top;
  };
  const onScrolled = (top: number): void => {
    lastTop.current = top;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    meantAt.current = performance.now();
    if (event.key === 'Home' || event.key === 'PageUp') onPause();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    onMove(event.key === 'ArrowDown' ? 1 : -1);
  };

  return (
    <div
      ref={setScroller}
      className={styles.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={label}
      data-wrap={wrap}
      onScroll={onScroll}
      onWheel={({ deltaY }) => {
        meantAt.current = deltaY > 0 ? performance.now() : 0;
        if (deltaY < 0 && isFollowing && scroller !== null && scroller.scrollHeight > scroller.clientHeight)
          onPause();
      }}
      onPointerDown={() => {
        meantAt.current = Number.POSITIVE_INFINITY;
      }}
      onPointerUp={() => {
        meantAt.current = performance.now();
      }}
      onKeyDown={onKeyDown}
    >
      {scroller === null ? null : isFollowing ? (
        <FollowedRows {...props} scroller={scroller} onScrolled={onScrolled} height={height} />
      ) : (
        <PausedRows key={`${snapshot} ${wrap}`} {...props} scroller={scroller} scrollToRow={scrollToRow} />
      )}
    </div>
  );
}

interface FollowedProps extends LogListProps {
  readonly scroller: HTMLDivElement;
  readonly onScrolled: (top: number) => void;
  /** Of the list on the screen. */
  readonly height: number;
}

/** The newest rows. Their elements are used again for later ones: most of them are others in each frame. */
function FollowedRows(props: FollowedProps) {
  const { rows, heightBefore, renderRow, rowAttributes, scroller, onScrolled, height } = props;
  // A row is at least as high as a line.
  const start = Math.max(0, rows.length - Math.ceil(height / LINE_HEIGHT) - FOLLOWED_MORE);
  useLayoutEffect(() => {
    onScrolled(scrollToEnd(scroller));
  });
  return (
    <ul className={styles.rows} style={{ paddingTop: heightBefore + heightUpTo(rows, start) }}>
      {rows.slice(start).map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index} data-key={keyOf(row)} tabIndex={-1} {...rowAttributes(row)}>
          {renderRow(row)}
        </li>
      ))}
    </ul>
  );
}

interface PausedProps extends LogListProps {
  readonly scroller: HTMLDivElement;
  readonly scrollToRow: RefObject<((index: number) => void) | undefined>;
}

function scrollToEnd(scroller: HTMLElement): number {
  scroller.scrollTop = scroller.scrollHeight;
  return scroller.scrollTop;
}

/** All rows; those in sight are drawn. It begins where the list was before, so that nothing moves on the screen. */
function PausedRows({ rows, moment, renderRow, rowAttributes, scroller, scrollToRow }: PausedProps) {
  // oxlint-disable-next-line react/incompatible-library -- only the React compiler minds, and it is not used
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    getItemKey: useCallback(
      (index: number) => {
        const row = rows[index];
        return row === undefined ? index : keyOf(row);
      },
      [rows],
    ),
    estimateSize: (index) => heightOf(rows[index]),
    overscan: OVERSCAN,
    initialOffset: () => offsetBefore(scroller, rows, moment),
    useFlushSync: false,
  });
  useEffect(() => {
    scrollToRow.current = (index) => list.scrollToIndex(index);
    return () => {
      scrollToRow.current = undefined;
    };
  }, [list, scrollToRow]);
  return (
    <ul className={styles.rows} style={{ height: list.getTotalSize() }}>
      {list.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <li
            key={key}
            ref={list.measureElement}
            data-index={index}
            data-key={keyOf(row)}
            data-placed
            tabIndex={-1}
            aria-posinset={index + 1}
            aria-setsize={rows.length}
            style={{ transform: `translateY(${start}px)` }}
            {...rowAttributes(row)}
          >
            {renderRow(row)}
          </li>
        );
      })}
    </ul>
  );
}

function keyOf(row: LogRow): string {
  return isEntry(row) ? String(row.key) : row.id;
}

function heightOf(row: LogRow | undefined): number {
  if (row === undefined) return 0;
  if (!isEntry(row)) return MARK_HEIGHT;
  return LINE_HEIGHT + REST_HEIGHT * Math.min(SHOWN_REST, row.rest.length);
}

/** Where a list of these rows scrolls to, so that the first row on the screen keeps its place; or to a moment. */
function offsetBefore(scroller: HTMLElement, rows: readonly LogRow[], moment: number | undefined): number {
  if (moment !== undefined)
    return Math.max(0, heightUpTo(rows, rowAt(rows, moment)) - scroller.clientHeight / 3);
  const top = scroller.getBoundingClientRect().top;
  const first = [...scroller.querySelectorAll<HTMLElement>('[data-key]')].find(
    (row) => row.getBoundingClientRect().bottom > top,
  );
  if (first === undefined) return scroller.scrollTop;
  const found = rows.findLastIndex((row) => keyOf(row) === first.dataset.key);
  const time = Number(first.dataset.time);
  const index = found === -1 ? rowAt(rows, time) : found;
  return Math.max(0, heightUpTo(rows, index) + top - first.getBoundingClientRect().top);
}

function heightUpTo(rows: readonly LogRow[], end: number): number {
  let height = 0;
  for (let index = 0; index < end; index += 1) height += heightOf(rows[index]);
  return height;
}

function shownRows(scroller: HTMLElement | null, rows: readonly LogRow[]): readonly LogRow[] {
  if (scroller === null) return [];
  const { top, bottom } = scroller.getBoundingClientRect();
  const keys = new Set(
    [...scroller.querySelectorAll<HTMLElement>('[data-key]')]
      .filter((row) => {
        const at = row.getBoundingClientRect();
        return at.bottom > top + 1 && at.top < bottom - 1;
      })
      .map(({ dataset }) => dataset.key),
  );
  return rows.filter((row) => keys.has(keyOf(row)));
}
