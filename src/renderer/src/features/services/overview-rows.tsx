import { Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, type Ref, useRef } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { useAppearance } from '../../lib/appearance.ts';
import type { OverviewSpan } from '../../lib/search.ts';
import type { ServiceList } from '../../lib/service-list.ts';
import { stateWord } from '../../ui/state-mark.tsx';
import { TaskCells } from '../../ui/task-cells.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/virtual-list.tsx';
import { overviewStateOf } from './overview-of.ts';
import {
  causeWidth,
  isWide,
  layoutFor,
  type RowSpace,
  rowHeight,
  showsNextStep,
  stepsWidth,
} from './overview-row-layout.ts';
import styles from './overview-rows.module.css';
import { releaseMarks } from './release-marks.ts';
import { ReleaseTimeline, TimelineHead, useMinute, useTimeAxis } from './release-timeline.tsx';
import { RowStepLinks } from './row-step-links.tsx';
import { rowSteps } from './row-steps.ts';
import { RowState, RowTime } from './service-rows.tsx';
import { OVERVIEW_TEXT } from './service-text.ts';
import { useReadEarly } from './use-read-early.ts';
import { type ServiceRowsHandle, useServiceFocus } from './use-service-focus.ts';

interface OverviewRowsProps {
  readonly cluster: ClusterRef;
  readonly list: ServiceList;
  readonly names: readonly string[];
  readonly releases: ReadonlyMap<string, readonly JournalEntry[]>;
  /** How far back the releases are shown. */
  readonly span: OverviewSpan;
  readonly onSpan: (span: OverviewSpan) => void;
  readonly onDrawn: (names: readonly string[]) => void;
  readonly ref: Ref<ServiceRowsHandle>;
}

/** The services of an overview, each with its cause or progress and its releases of the last hour, day or week. */
export function OverviewRows(props: OverviewRowsProps) {
  const { cluster, list, names, releases, span, onSpan, onDrawn, ref } = props;
  const rows = useRef<VirtualListHandle>(null);
  const { ref: rowSpace, width } = useElementSize();
  const now = useMinute();
  const axis = useTimeAxis(span, now);
  const { current, onFocus, onKeyDown } = useServiceFocus(cluster, names, rows, ref);
  const readEarly = useReadEarly();
  const layout = layoutFor(width);
  const { density } = useAppearance();
  const space = { layout, density, causeWidth: causeWidth(layout, width), isWide: isWide(width) };
  return (
    <div
      className={styles.table}
      data-layout={layout}
      style={{ '--steps': `${stepsWidth(width)}px` } as CSSProperties}
    >
      <div ref={rowSpace} className={styles.rowSpace} />
      <div className={styles.head}>
        <span aria-hidden>{OVERVIEW_TEXT.columns.state}</span>
        <span aria-hidden>{OVERVIEW_TEXT.columns.service}</span>
        <span aria-hidden>{OVERVIEW_TEXT.columns.cause}</span>
        {layout === 'timeline' ? <TimelineHead axis={axis} onSpan={onSpan} /> : null}
        <span className={styles.when} aria-hidden>
          {OVERVIEW_TEXT.columns.changed}
        </span>
        <span className={styles.steps} aria-hidden>
          {OVERVIEW_TEXT.columns.steps}
        </span>
      </div>
      <VirtualList
        ref={rows}
        items={names}
        keyOf={(name) => name}
        rowHeight={(name) => heightOf(list.rows.get(name), space)}
        scroller={{ className: styles.scroll, onKeyDown }}
        rowAttributes={() => ({ className: styles.row ?? '' })}
        onRange={(first, last) => onDrawn(names.slice(first, last + 1))}
      >
        {(name, index) => {
          const row = list.rows.get(name);
          return (
            <>
              <Link
                to="/a/$account/$region/c/$cluster/s/$service"
                params={{ ...cluster, service: name }}
                className={styles.link}
                tabIndex={index === current ? 0 : -1}
                onFocus={() => onFocus(name)}
                onPointerDown={(event) => readEarly(event, { ...cluster, service: name })}
                data-service={name}
              >
                <State row={row} />
                <Service name={name} row={row} />
                <Cause row={row} width={space.causeWidth} />
                <span className={styles.when}>
                  <RowTime row={row} stale={list.stale.get(name)} readAt={list.kept.get(name)} />
                </span>
              </Link>
              {layout === 'timeline' ? (
                <span className={styles.timeline}>
                  <ReleaseTimeline
                    marks={releaseMarks(row, releases.get(name) ?? [], span, now)}
                    axis={axis}
                  />
                </span>
              ) : null}
              {row === undefined ? null : (
                <span className={styles.steps}>
                  <RowStepLinks
                    cluster={cluster}
                    row={row}
                    isCurrent={index === current}
                    onFocus={() => onFocus(name)}
                  />
                </span>
              )}
            </>
          );
        }}
      </VirtualList>
    </div>
  );
}

function heightOf(row: ServiceRow | undefined, space: RowSpace): number {
  if (row === undefined) return rowHeight({ ...space, cause: '', hasNext: false, steps: 0 });
  const { problem } = row;
  const isRolledBack = problem === undefined && row.state === 'rolled-back';
  return rowHeight({
    ...space,
    cause: problem?.sentence ?? (isRolledBack ? OVERVIEW_TEXT.rolledBack(row) : ''),
    hasNext: isRolledBack || (problem !== undefined && showsNextStep(problem, space.causeWidth)),
    steps: rowSteps(row).length,
  });
}

function State({ row }: { readonly row: ServiceRow | undefined }) {
  if (row === undefined) return <span className={styles.state} />;
  const isDrifted = overviewStateOf(row) === 'drifted';
  const word = isDrifted ? OVERVIEW_TEXT.stateNames.drifted : stateWord(row.state);
  return (
    <span className={styles.state}>
      <RowState row={row} />
      <span aria-hidden>{word}</span>
    </span>
  );
}

function Service({ name, row }: { readonly name: string; readonly row: ServiceRow | undefined }) {
  return (
    <span className={styles.service}>
      <span className={styles.first}>
        <span className={styles.name} title={name}>
          {name}
        </span>
        {row === undefined ? null : (
          <span className={styles.cells}>
            <TaskCells states={row.cells} />
          </span>
        )}
      </span>
      {row === undefined ? (
        <Skeleton height={9} width={90} mt={4} />
      ) : (
        <span className={styles.version}>{row.imageVersion}</span>
      )}
    </span>
  );
}

/** Why a service needs somebody and what to do, or how far its deployment is; of the others, what runs. */
function Cause({ row, width }: { readonly row: ServiceRow | undefined; readonly width: number }) {
  if (row === undefined) return <span />;
  const { problem, progress } = row;
  if (problem !== undefined) {
    return (
      <span className={styles.cause} title={`${problem.sentence} ${problem.nextStep}`}>
        <span>{problem.sentence}</span>
        {showsNextStep(problem, width) && <span className={styles.next}>{problem.nextStep}</span>}
      </span>
    );
  }
  if (progress !== undefined) {
    const percent = progress.total === 0 ? 0 : (progress.done / progress.total) * 100;
    return (
      <span className={styles.cause}>
        <span>{OVERVIEW_TEXT.progress(progress)}</span>
        <span className={styles.bar} aria-hidden>
          <span style={{ width: `${percent}%` }} />
        </span>
      </span>
    );
  }
  if (row.state === 'rolled-back') {
    return (
      <span className={styles.cause}>
        <span>{OVERVIEW_TEXT.rolledBack(row)}</span>
        <span className={styles.next}>{OVERVIEW_TEXT.tasks(row)}</span>
      </span>
    );
  }
  return (
    <span className={styles.cause}>
      <span className={row.state === 'steady' ? styles.next : undefined}>{OVERVIEW_TEXT.tasks(row)}</span>
    </span>
  );
}
