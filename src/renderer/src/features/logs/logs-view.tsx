import { useRef, useState } from 'react';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { useRememberedSwitch } from '../../lib/use-remembered-switch.ts';
import { StaleNotice } from '../../ui/error-notice.tsx';
import { copyEntries, saveEntries } from './log-export.ts';
import { isFiltering, type LogFilter, NO_FILTER } from './log-filter.ts';
import type { LogListHandle } from './log-list.tsx';
import { isEntry, marksOf, splitRevisions } from './log-marks.ts';
import { LogRows } from './log-rows.tsx';
import type { LogCounts } from './log-store.ts';
import styles from './logs.module.css';
import { AnnouncedLines, LogsFooter, NoLines, PausedPill } from './logs-notes.tsx';
import type { LogsAddress, LogWindow } from './logs-search.ts';
import { LogsSide } from './logs-side.tsx';
import { LOGS_TEXT } from './logs-text.ts';
import { LogsToolbar } from './logs-toolbar.tsx';
import { type LogLines, useLogLines } from './use-log-lines.ts';
import { useLogSearch } from './use-log-search.ts';
import { useRows } from './use-rows.ts';

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
  const { store, view, apply, isCaughtUp } = lines;
  const zone = useTimeZone();
  const list = useRef<LogListHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  const [wrap, toggleWrap] = useRememberedSwitch('logs.wrap');
  const [wantsSplit, toggleSplit] = useRememberedSwitch('logs.split');
  const [isSideOpen, setSideOpen] = useState(false);
  const { search, problem, matches } = useLogSearch(filter);

  const { newest, earlier } = splitRevisions(revisionsOf(lines), revision);
  const besides = wantsSplit ? earlier : [];
  const marks = marksOf({
    deployments,
    since: Date.parse(shown.since),
    until: shown.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(shown.until),
    sources: lines.sources?.sources ?? [],
    healthy: lines.healthy,
    firstErrors: store.firstErrors,
  });
  const rows = useRows({ view, marks, moment, isCaughtUp, matches, apply });
  const { paused, fresh } = rows;
  const hasLines = rows.rows.some(isEntry);

  const follow = (): void => {
    rows.follow();
    if (moment !== undefined) onAddress({ moment: undefined });
  };
  const move = (by: 1 | -1): void => {
    const place = rows.chooseNext(by);
    if (place !== undefined && paused !== undefined) list.current?.focusRow(place);
  };
  const copyShown = (): void => copyEntries((list.current?.shown() ?? []).filter(isEntry));
  const onFilter = (next: LogFilter): void => onAddress({ filter: next });
  useShortcuts({
    logFollow: () => (paused === undefined ? rows.pause() : follow()),
    logFilter: () => input.current?.focus(),
    logNext: () => move(1),
    logPrevious: () => move(-1),
    logWrap: toggleWrap,
    logCopy: () => (rows.chosen === undefined ? copyShown() : copyEntries(rows.chosenEntries())),
  });

  // The counts change with every line, and need not be drawn as often.
  const version = JSON.stringify([
    lines.counted,
    address,
    problem,
    wrap,
    besides,
    isSideOpen,
    paused?.snapshot,
  ]);
  const hasContainers = countContainers(store.counts) > 1;
  const { current, restart } = lines.stream;
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
        isSplit={earlier.length === 0 ? undefined : wantsSplit}
        onSplit={toggleSplit}
        onExport={(format) =>
          saveEntries(
            paused === undefined ? view.entries : rows.rows.filter(isEntry),
            service.service,
            format,
          )
        }
        onCopyShown={copyShown}
        onSide={() => setSideOpen(!isSideOpen)}
        onLeave={() => input.current?.blur()}
      />
      {current.state === 'failed' && store.lines > 0 ? (
        <StaleNotice error={current.error} onRetry={restart} />
      ) : null}
      <div className={styles.body} data-side={isSideOpen}>
        <LogsSide
          version={version}
          {...{ newest, filter, onFilter, marks }}
          sources={lines.sources?.sources ?? []}
          counts={store.counts}
          onMark={({ time }) => rows.goTo(time)}
        />
        <div
          className={styles.list}
          data-dates={shown.hasDates}
          data-containers={hasContainers}
          data-split={besides.length > 0}
        >
          {hasLines ? (
            <LogRows
              {...{ rows, newest, besides, hasContainers, zone, wrap, filter, onFilter, list }}
              hasDates={shown.hasDates}
              highlight={search?.highlight}
              onFollow={follow}
              onMove={move}
            />
          ) : (
            <NoLines
              lines={lines}
              isFiltered={
                isFiltering(filter) && store.lines > 0 && view.isComplete && !(rows.isStale && paused)
              }
              window={shown}
              onClear={() => onFilter(NO_FILTER)}
              onLonger={() => onAddress({ range: { kind: '24h' }, moment: undefined })}
            />
          )}
          {paused === undefined || !hasLines ? null : (
            <PausedPill {...{ paused, fresh, zone }} window={shown} onFollow={follow} />
          )}
        </div>
      </div>
      <LogsFooter lines={lines} window={shown} zone={zone} />
      <AnnouncedLines paused={paused} fresh={fresh} />
    </section>
  );
}

/** Of the tasks that run, and of the lines of those that are gone. */
function revisionsOf({ sources, store }: LogLines): ReadonlySet<string> {
  return new Set([
    ...(sources?.sources ?? []).map((source) => source.revision),
    ...store.counts.revisions.keys(),
  ]);
}

function countContainers({ containers }: LogCounts): number {
  return [...containers.values()].filter((count) => count > 0).length;
}
