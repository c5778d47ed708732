import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  type CommitsBehind,
  type Matrix,
  type MatrixCell,
  nextVersionOf,
  type TimelineEnvironment,
} from '../../../../shared/model/timeline.ts';
import { shortDigest } from '../../lib/format.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import type { TimelineSearch } from '../../lib/search.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { FolderField } from '../docker/folder-field.tsx';
import { MomentField } from './moment-field.tsx';
import styles from './timeline.module.css';
import { TIMELINE_TEXT } from './timeline-text.ts';

/** Takes what changes of the search; a member that is undefined or empty is left out of it. */
export type OnSearch = (
  change: {
    readonly [Name in keyof TimelineSearch]: TimelineSearch[Name] | undefined;
  },
) => void;

export interface TimelineViewProps {
  readonly search: TimelineSearch;
  readonly onSearch: OnSearch;
}

/** Rows that are drawn before more are asked for. */
const ROWS = 200;

/** Services by environment, now or at a moment. */
export function TimelineMatrix({
  search,
  onSearch,
  isReading,
}: TimelineViewProps & { readonly isReading: boolean }) {
  const { at, q = '' } = search;
  const matrix = useEngineQuery('timeline.matrix', at === undefined ? {} : { at });
  const [text, setText] = useFilterText(q, (next) => onSearch({ q: next }));
  return (
    <>
      <div className={styles.fields}>
        <MomentField
          label={TIMELINE_TEXT.at}
          placeholder={TIMELINE_TEXT.momentHint}
          value={at}
          onChange={(next) => onSearch({ at: next })}
        />
        {at === undefined ? null : (
          <Button onClick={() => onSearch({ at: undefined })}>{TIMELINE_TEXT.now}</Button>
        )}
        <TextInput
          type="search"
          label={TIMELINE_TEXT.filter}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {matrix.data === undefined ? (
        matrix.error === null ? (
          <LoadingRows what="the matrix" rows={8} height={48} />
        ) : (
          <ErrorPage error={matrix.error} onRetry={() => void matrix.refetch()} />
        )
      ) : (
        <MatrixTable matrix={matrix.data} text={text} isReading={isReading} />
      )}
    </>
  );
}

interface MatrixTableProps {
  readonly matrix: Matrix;
  /** Words that the names contain. */
  readonly text: string;
  readonly isReading: boolean;
}

function MatrixTable({ matrix: { environments, rows }, text, isReading }: MatrixTableProps) {
  const [most, setMost] = useState(ROWS);
  if (rows.length === 0) {
    return isReading ? (
      <LoadingRows what="the matrix" rows={8} height={48} />
    ) : (
      <EmptyState title={TIMELINE_TEXT.none}>{TIMELINE_TEXT.noneHelp}</EmptyState>
    );
  }
  const found = rows.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  if (found.length === 0) return <EmptyState title={TIMELINE_TEXT.noMatch} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section className={styles.scroll} aria-label={TIMELINE_TEXT.views.matrix} tabIndex={0}>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">{TIMELINE_TEXT.service}</th>
              {environments.map((environment) => (
                <EnvironmentHead key={keyOf(environment)} environment={environment} />
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, most).map(({ name, cells }) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                {environments.map((environment, index) => (
                  <td key={keyOf(environment)}>
                    <Cell environment={environment} cell={cells.find((each) => each.environment === index)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {found.length > most ? (
        <Button onClick={() => setMost(found.length)}>{TIMELINE_TEXT.moreRows(found.length - most)}</Button>
      ) : null}
      <NotCounted rows={found} />
    </>
  );
}

function keyOf({ account, region, cluster }: TimelineEnvironment): string {
  return JSON.stringify([account, region, cluster]);
}

function EnvironmentHead({
  environment: { cluster, region, accountName, environment, readAt, problem },
}: {
  readonly environment: TimelineEnvironment;
}) {
  return (
    <th scope="col">
      <span className={styles.column}>
        <EnvironmentBadge environment={environment} />
        <b title={cluster}>{cluster}</b>
      </span>
      <small title={`${accountName}, ${region}`}>
        {accountName}, {region}
      </small>
      <small>
        <RelativeTime at={readAt} />
      </small>
      {problem === undefined ? null : <small className={styles.problem}>{problem}</small>}
    </th>
  );
}

interface CellProps {
  readonly environment: TimelineEnvironment;
  readonly cell: MatrixCell | undefined;
}

function Cell({ environment: { account, region, cluster }, cell }: CellProps) {
  if (cell === undefined) return <span className={styles.soft}>–</span>;
  const { service, state, running, since, deploying, commits, note } = cell;
  const next = nextVersionOf(cell);
  return (
    <div className={styles.cell}>
      <span className={styles.version}>
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={{ account, region, cluster, service }}
          title={running?.version ?? service}
        >
          {state === 'absent'
            ? TIMELINE_TEXT.absent
            : running === undefined
              ? TIMELINE_TEXT.unknown
              : (running.version ?? running.revision)}
        </Link>
        {running?.digest === undefined ? null : <code>{shortDigest(running.digest)}</code>}
        {deploying === undefined ? null : (
          <span className={styles.deploying}>
            {next === undefined ? '' : `→ ${next} `}({TIMELINE_TEXT.deploying})
          </span>
        )}
      </span>
      {running === undefined ? null : (
        <span className={styles.soft}>
          {running.revision}
          {since === undefined ? null : (
            <>
              {', '}
              <RelativeTime at={since} />
            </>
          )}
        </span>
      )}
      {commits === undefined || running === undefined ? null : <Behind commits={commits} />}
      {note === undefined ? null : (
        <small className={state === 'runs' || state === 'absent' ? styles.soft : styles.problem}>
          {state === 'unsure' ? `${TIMELINE_TEXT.unsure}: ` : ''}
          {note}
        </small>
      )}
    </div>
  );
}

function Behind({ commits }: { readonly commits: CommitsBehind }) {
  if (commits.kind === 'newest') return <small className={styles.newest}>{TIMELINE_TEXT.newest}</small>;
  if (commits.kind === 'uncounted') {
    return (
      <small className={styles.behind} title={commits.reason}>
        {TIMELINE_TEXT.notCounted}
      </small>
    );
  }
  const { behind, ahead } = commits;
  const parts = [
    ...(behind > 0 ? [TIMELINE_TEXT.behind(behind)] : []),
    ...(ahead > 0 ? [TIMELINE_TEXT.ahead(ahead)] : []),
  ];
  return parts.length === 0 ? (
    <small className={styles.newest}>{TIMELINE_TEXT.newest}</small>
  ) : (
    <small className={styles.behind}>{parts.join(', ')}</small>
  );
}

/** Why commits are not counted, each reason once with its services. */
function NotCounted({ rows }: Pick<Matrix, 'rows'>) {
  const reasons = Map.groupBy(
    rows.flatMap(({ name, cells }) =>
      cells.flatMap(({ commits }) =>
        commits?.kind === 'uncounted' ? [{ name, reason: commits.reason, cloneOf: commits.cloneOf }] : [],
      ),
    ),
    ({ reason }) => reason,
  );
  if (reasons.size === 0) return null;
  return (
    <section aria-label={TIMELINE_TEXT.notCountedTitle}>
      <h2 className={styles.heading}>{TIMELINE_TEXT.notCountedTitle}</h2>
      <ul className={styles.reasons}>
        {[...reasons].map(([reason, cells]) => (
          <li key={reason}>
            {reason}{' '}
            <span className={styles.soft}>{[...new Set(cells.map(({ name }) => name))].join(', ')}</span>
            {cells[0]?.cloneOf === undefined ? null : <CloneChooser repository={cells[0].cloneOf} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Names the local clone that commits are counted in. The reading is done again, and counts them. */
function CloneChooser({ repository }: { readonly repository: string }) {
  const [isOpen, setOpen] = useState(false);
  const [path, setPath, forget] = useDraft({ key: `clone.${repository}`, shape: z.string(), initial: '' });
  const queries = useQueryClient();
  const setClone = useEngineChange('images.setClone');
  const choose = (folder: string): void =>
    setClone.mutate(
      { repository, folder },
      {
        onSuccess: () => {
          forget();
          setOpen(false);
          void queries.invalidateQueries({ queryKey: ['timeline.read'] });
        },
      },
    );
  return (
    <>
      {' '}
      <Button size="compact-xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {TIMELINE_TEXT.chooseClone}
      </Button>
      {isOpen ? (
        <FolderField
          label={TIMELINE_TEXT.cloneFolder(repository)}
          typed={{ text: path, onChange: setPath }}
          disabled={setClone.isPending}
          onFolder={choose}
        />
      ) : null}
      {setClone.error === null ? null : <ErrorNotice error={setClone.error} />}
    </>
  );
}
