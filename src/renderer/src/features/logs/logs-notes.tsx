import { Button, VisuallyHidden } from '@mantine/core';
import { IconPlayerPauseFilled } from '@tabler/icons-react';
import { formatClock, formatInstant, type TimeZone } from '../../lib/format.ts';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { SentenceWithLink } from '../../ui/sentence-with-link.tsx';
import { MOST_LINES } from './log-store.ts';
import styles from './logs.module.css';
import type { LogWindow } from './logs-search.ts';
import { LOGS_TEXT } from './logs-text.ts';
import type { LogLines } from './use-log-lines.ts';
import type { Rows } from './use-rows.ts';

interface NoLinesProps {
  readonly lines: Pick<LogLines, 'stream' | 'sources' | 'isCaughtUp' | 'store'>;
  /** Whether there are lines, and the filter shows none of them. */
  readonly isFiltered: boolean;
  readonly window: LogWindow;
  readonly onClear: () => void;
  readonly onLonger: () => void;
}

/** Why there are no lines: not read yet, not allowed, no tasks, none written, or none that matches. */
export function NoLines({ lines, isFiltered, window, onClear, onLonger }: NoLinesProps) {
  const { stream, sources, isCaughtUp, store } = lines;
  if (isFiltered) {
    return (
      <EmptyState
        title={LOGS_TEXT.noMatch}
        action={<Button onClick={onClear}>{LOGS_TEXT.clearFilter}</Button>}
      />
    );
  }
  if (stream.current.state === 'failed')
    return <ErrorPage error={stream.current.error} onRetry={stream.restart} />;
  if (!isCaughtUp || store.lines > 0) return <LoadingRows what={LOGS_TEXT.loading} rows={10} height={20} />;
  const unread = sources === undefined || sources.notRead.length === 0 ? undefined : sources.notRead;
  if (sources?.sources.length === 0) {
    return (
      <EmptyState title={unread === undefined ? LOGS_TEXT.noTasks : LOGS_TEXT.noneRead}>
        {unread === undefined ? LOGS_TEXT.noTasksHelp : <Unread sentences={unread} />}
      </EmptyState>
    );
  }
  const help = window.until === undefined ? LOGS_TEXT.noLinesHelp : LOGS_TEXT.noLinesThen;
  return (
    <EmptyState title={LOGS_TEXT.noLines} action={<Button onClick={onLonger}>{LOGS_TEXT.longer}</Button>}>
      {unread === undefined ? help : <Unread sentences={unread} />}
    </EmptyState>
  );
}

/** What was not read, where the lines would be: nobody looks for it in the footer. */
function Unread({ sentences }: { readonly sentences: readonly string[] }) {
  return sentences.map((sentence) => (
    <span key={sentence} className={styles.unread}>
      <SentenceWithLink sentence={sentence} />
    </span>
  ));
}

interface PausedPillProps {
  readonly paused: NonNullable<Rows['paused']>;
  /** Lines that have come since. */
  readonly fresh: number;
  readonly window: LogWindow;
  readonly zone: TimeZone;
  readonly onFollow: () => void;
}

/** Over the lines: since when they stand still, what has come since, and the way back to the newest. */
export function PausedPill({ paused, fresh, window, zone, onFollow }: PausedPillProps) {
  const isLive = window.until === undefined;
  return (
    <div className={styles.pill}>
      <IconPlayerPauseFilled size={13} aria-hidden />
      {paused.time === undefined ? null : <span>{LOGS_TEXT.paused(clock(paused.time, zone))}</span>}
      {isLive ? <b>{LOGS_TEXT.newLines(fresh)}</b> : null}
      <Button size="compact-xs" variant="filled" radius="xl" onClick={onFollow}>
        {isLive ? LOGS_TEXT.follow : LOGS_TEXT.toEnd} <KeyHint shortcut="logFollow" />
      </Button>
    </div>
  );
}

/** A screen reader is told of new lines in steps, not of each. */
const ANNOUNCED = 100;

/** Says how many lines have come since the pause; nothing while the list follows. */
export function AnnouncedLines({ paused, fresh }: Pick<Rows, 'paused' | 'fresh'>) {
  return (
    <VisuallyHidden role="status">
      {paused === undefined ? '' : LOGS_TEXT.announced(Math.floor(fresh / ANNOUNCED) * ANNOUNCED)}
    </VisuallyHidden>
  );
}

function clock(time: number, zone: TimeZone): string {
  return formatClock(new Date(time).toISOString(), zone).slice(0, 8);
}

interface LogsFooterProps {
  readonly lines: LogLines;
  readonly window: LogWindow;
  readonly zone: TimeZone;
}

/** Where the lines come from, how old they are when they arrive, and what is missing. */
export function LogsFooter({ lines, window, zone }: LogsFooterProps) {
  const { store, sources, isSampled, lagMs } = lines;
  const groups = [...new Set(sources?.sources.map(({ logGroup }) => logGroup))];
  const consoleUrl = sources?.sources.find((source) => source.consoleUrl !== undefined)?.consoleUrl;
  const how = [
    ...(groups.length === 0 ? [] : [LOGS_TEXT.source(groups)]),
    ...(window.until !== undefined
      ? [LOGS_TEXT.endsAt(formatInstant(window.until, zone))]
      : sources === undefined
        ? []
        : [sources.via === 'live-tail' ? LOGS_TEXT.liveTail : LOGS_TEXT.polls]),
    ...(lagMs === undefined || window.until !== undefined
      ? []
      : [LOGS_TEXT.behind(Math.round(lagMs / 1_000))]),
    LOGS_TEXT.lines(store.lines),
  ];
  const notes = [
    ...(sources?.why === undefined || window.until !== undefined ? [] : [sources.why]),
    ...(isSampled ? [LOGS_TEXT.sampled] : []),
    ...(store.dropped > 0 ? [LOGS_TEXT.dropped(store.dropped, MOST_LINES)] : []),
    ...(sources?.notRead ?? []),
  ];
  return (
    <footer className={styles.footer}>
      <p>
        {how.join(' · ')} <ConsoleLink url={consoleUrl} what={groups[0] ?? LOGS_TEXT.title} />
      </p>
      {notes.map((note) => (
        <p key={note}>
          <SentenceWithLink sentence={note} />
        </p>
      ))}
    </footer>
  );
}
