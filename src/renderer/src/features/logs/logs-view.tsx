import { Button, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPauseFilled } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { formatClock } from '../../lib/format.ts';
import { recall, remember } from '../../lib/memory.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { StaleNotice } from '../../ui/error-notice.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { isFiltering, type LogFilter, matcherOf, NO_FILTER } from './log-filter.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { entriesAsJson, entriesAsText, isEntry, type LogRow, marksOf, newestRevision } from './log-marks.ts';
import { LineActions, type LineLook, LineRow, MarkRow } from './log-row.tsx';
import type { LogCounts, LogEntry } from './log-store.ts';
import styles from './logs.module.css';
import { LogsFooter, NoLines } from './logs-notes.tsx';
import { type LogsAddress, type LogWindow, momentAddress, searchOf } from './logs-search.ts';
import { LogsSide } from './logs-side.tsx';
import { LOGS_TEXT } from './logs-text.ts';
import { LogsToolbar } from './logs-toolbar.tsx';
import { useLogLines } from './use-log-lines.ts';
import { useLogSearch } from './use-log-search.ts';
import { entryBeside, isAmong, useRows } from './use-rows.ts';

const WRAP = 'logs.wrap';
const SPLIT = 'logs.split';

interface LogsViewProps {
  readonly service: ServiceRef;
  readonly revision: string;
  readonly window: LogWindow;
  readonly address: LogsAddress;
  readonly onAddress: (change: Partial<LogsAddress>) => void;
  readonly deployments: readonly Deployment[];
}

/** The lines between two times: they follow what comes until the person pauses them. */
export function LogsView(props: LogsViewProps) {
  const { service, revision, window: shown, address, onAddress, deployments } = props;
  const { filter, moment } = address;
  const lines = useLogLines(service, shown);
  const { store, view, sources, apply, isCaughtUp } = lines;
  const zone = useTimeZone();
  const list = useRef<LogListHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [wrap, setWrap] = useState(() => recall(WRAP) === 'yes');
  const [wantsSplit, setWantsSplit] = useState(() => recall(SPLIT) === 'yes');
  const [isSideOpen, setSideOpen] = useState(false);

  const { search, problem, isReady } = useLogSearch(filter);
  const matches = useMemo(() => (isReady ? matcherOf(filter, search) : undefined), [isReady, filter, search]);

  const ofSources = sources?.sources ?? [];
  const revisions = new Set([
    ...ofSources.map((source) => source.revision),
    ...store.counts.revisions.keys(),
  ]);
  const newest = newestRevision([...revisions], revision);
  const earlier = [...revisions].filter((each) => each !== newest);
  const isSplit = wantsSplit && earlier.length > 0;
  const since = Date.parse(shown.since);
  const until = shown.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(shown.until);
  const marks = marksOf({
    deployments,
    since,
    until,
    sources: ofSources,
    healthy: lines.healthy,
    firstErrors: store.firstErrors,
  });
  const rowState = useRows({ view, marks, moment, isCaughtUp, matches, apply });
  const { paused, rows, heightBefore, fresh, isStale, chosen, setChosen, pause, goTo } = rowState;
  const follow = (): void => {
    rowState.follow();
    if (moment !== undefined) onAddress({ moment: undefined });
  };

  const move = (by: 1 | -1): void => {
    pause();
    const at = chosen === undefined ? rows.length : rows.indexOf(chosen.last);
    const next = entryBeside(rows, at, chosen === undefined ? -1 : by);
    if (next === undefined) return;
    setChosen({ first: next.entry, last: next.entry });
    if (paused !== undefined) list.current?.focusRow(next.index);
  };
  const choose = (entry: LogEntry, isRange: boolean): void => {
    pause();
    setChosen({ first: isRange ? (chosen?.first ?? entry) : entry, last: entry });
  };

  const copyShown = (): void => {
    copyEntries((list.current?.shown() ?? []).filter(isEntry));
  };
  const copyChosen = (): void => {
    if (chosen === undefined) copyShown();
    else copyEntries(rows.filter(isEntry).filter((entry) => isAmong(entry, chosen)));
  };
  const copyLink = (entry: LogEntry): void => {
    const link = new URL(window.location.href);
    const search = searchOf(momentAddress(filter, entry.time));
    link.search = new URLSearchParams({ tab: 'logs' }).toString();
    for (const [name, value] of Object.entries(search)) link.searchParams.set(name, value ?? '');
    copy(link.href, LOGS_TEXT.copiedLink);
  };
  const save = (format: 'text' | 'json'): void => {
    const entries = paused === undefined ? view.entries : rows.filter(isEntry);
    const file = `${service.service}-logs.${format === 'text' ? 'txt' : 'jsonl'}`;
    const text = format === 'text' ? entriesAsText(entries) : entriesAsJson(entries);
    saveFile(file, format === 'text' ? 'text/plain' : 'application/jsonl', `${text}\n`);
    notifications.show({ message: LOGS_TEXT.exported(countOf(entries), file) });
  };
  const toggleWrap = (): void => {
    setWrap(!wrap);
    remember(WRAP, wrap ? 'no' : 'yes');
  };
  const toggleSplit = (): void => {
    setWantsSplit(!wantsSplit);
    remember(SPLIT, wantsSplit ? 'no' : 'yes');
  };
  const toggleOpen = useCallback((key: number): void => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  useShortcuts({
    logFollow: () => (paused === undefined ? pause() : follow()),
    logFilter: () => input.current?.focus(),
    logNext: () => move(1),
    logPrevious: () => move(-1),
    logWrap: toggleWrap,
    logCopy: copyChosen,
  });

  const { hasDates } = shown;
  const hasContainers = countContainers(store.counts) > 1;
  const look = useMemo(
    (): LineLook => ({ newest, zone, hasDates, hasContainers, highlight: search?.highlight }),
    [newest, zone, hasDates, hasContainers, search],
  );
  const onFilter = (next: LogFilter): void => onAddress({ filter: next });
  const renderRow = (row: LogRow) => {
    if (!isEntry(row)) return <MarkRow mark={row} zone={zone} />;
    const actions =
      row === chosen?.last ? (
        <LineActions
          taskId={row.line.taskId}
          onCopy={copyChosen}
          onCopyLink={() => copyLink(row)}
          onOnlyTask={() => onFilter({ ...filter, tasks: { kind: 'only', names: [row.line.taskId] } })}
        />
      ) : null;
    return (
      <LineRow entry={row} look={look} isOpen={open.has(row.key)} onToggle={toggleOpen} actions={actions} />
    );
  };
  const rowAttributes = (row: LogRow) => {
    if (!isEntry(row)) return { 'data-time': row.time };
    return {
      'data-time': row.time,
      'data-level': row.line.level,
      'data-earlier': row.line.revision !== newest,
      'data-chosen': chosen !== undefined && isAmong(row, chosen),
      onClick: ({ shiftKey }: { readonly shiftKey: boolean }) => choose(row, shiftKey),
    };
  };

  // The counts change with every line, and need not be drawn as often.
  const version = JSON.stringify([
    lines.counted,
    address,
    problem,
    wrap,
    isSplit,
    isSideOpen,
    paused?.snapshot,
  ]);
  const hasLines = rows.some(isEntry);
  const isLost = lines.stream.current.state === 'failed' && store.lines > 0;
  return (
    <section className={styles.logs} aria-label={LOGS_TEXT.title}>
      <LogsToolbar
        version={version}
        {...{ filter, onFilter, problem, wrap, input, isSideOpen }}
        matches={isFiltering(filter) && problem === undefined ? view.lines : undefined}
        counts={store.counts}
        range={address.range}
        onRange={(range) => onAddress({ range, moment: undefined })}
        onWrap={toggleWrap}
        isSplit={earlier.length === 0 ? undefined : isSplit}
        onSplit={toggleSplit}
        onExport={save}
        onCopyShown={copyShown}
        onSide={() => setSideOpen(!isSideOpen)}
        onLeave={() => input.current?.blur()}
      />
      {isLost && lines.stream.current.state === 'failed' ? (
        <StaleNotice error={lines.stream.current.error} onRetry={lines.stream.restart} />
      ) : null}
      <div className={styles.body} data-side={isSideOpen}>
        <LogsSide
          version={version}
          {...{ newest, filter, onFilter, marks }}
          sources={ofSources}
          counts={store.counts}
          onMark={({ time }) => goTo(time)}
        />
        <div
          className={styles.list}
          data-dates={hasDates}
          data-containers={hasContainers}
          data-split={isSplit}
        >
          {isSplit && hasLines ? (
            <div className={styles.sides}>
              <b>{earlier.join(', ')}</b>
              <b>{newest}</b>
            </div>
          ) : null}
          {hasLines ? (
            <LogList
              ref={list}
              {...{ rows, heightBefore, wrap, renderRow, rowAttributes }}
              snapshot={paused?.snapshot ?? 0}
              isFollowing={paused === undefined}
              moment={paused?.moment}
              label={LOGS_TEXT.title}
              onPause={pause}
              onFollow={follow}
              onMove={move}
            />
          ) : (
            <NoLines
              lines={lines}
              isFiltered={isFiltering(filter) && store.lines > 0 && view.isComplete && !(isStale && paused)}
              window={shown}
              onClear={() => onFilter(NO_FILTER)}
              onLonger={() => onAddress({ range: { kind: '24h' }, moment: undefined })}
            />
          )}
          {paused === undefined || !hasLines ? null : (
            <div className={styles.pill}>
              <IconPlayerPauseFilled size={13} aria-hidden />
              {paused.time === undefined ? null : <span>{LOGS_TEXT.paused(clock(paused.time, zone))}</span>}
              {shown.until === undefined ? <b>{LOGS_TEXT.newLines(fresh)}</b> : null}
              <Button size="compact-xs" variant="filled" radius="xl" onClick={follow}>
                {shown.until === undefined ? LOGS_TEXT.follow : LOGS_TEXT.toEnd}{' '}
                <KeyHint shortcut="logFollow" />
              </Button>
            </div>
          )}
        </div>
      </div>
      <LogsFooter lines={lines} window={shown} zone={zone} />
      <VisuallyHidden role="status">
        {paused === undefined ? '' : LOGS_TEXT.announced(Math.floor(fresh / ANNOUNCED) * ANNOUNCED)}
      </VisuallyHidden>
    </section>
  );
}

/** A screen reader is told of new lines in steps, not of each. */
const ANNOUNCED = 100;

function clock(time: number, zone: Parameters<typeof formatClock>[1]): string {
  return formatClock(new Date(time).toISOString(), zone).slice(0, 8);
}

function copyEntries(entries: readonly LogEntry[]): void {
  if (entries.length > 0) copy(entriesAsText(entries), LOGS_TEXT.copied(countOf(entries)));
}

function copy(text: string, message: string): void {
  navigator.clipboard.writeText(text).then(
    () => notifications.show({ message }),
    () => notifications.show({ message: LOGS_TEXT.notCopied }),
  );
}

function countOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, { attached }) => sum + 1 + attached.length, 0);
}

function countContainers({ containers }: LogCounts): number {
  return [...containers.values()].filter((count) => count > 0).length;
}
