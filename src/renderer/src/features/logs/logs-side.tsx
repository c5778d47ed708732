import { Checkbox, UnstyledButton } from '@mantine/core';
import { memo, type ReactNode, useId, useState } from 'react';
import type { ServiceLogSource } from '../../../../shared/model/log.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatAge, formatClock } from '../../lib/format.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { Mark } from '../../ui/mark.tsx';
import { isChosen, type LogFilter, toggled } from './log-filter.ts';
import { type LogMark, shortTask } from './log-marks.ts';
import { markKind, RevisionShape } from './log-row.tsx';
import type { LogCounts } from './log-store.ts';
import styles from './logs.module.css';
import { LOGS_TEXT } from './logs-text.ts';
import { isSameVersion } from './logs-toolbar.tsx';

interface LogsSideProps {
  /** It is drawn again when this changes. */
  readonly version: string;
  readonly sources: readonly ServiceLogSource[];
  readonly newest: string;
  readonly counts: LogCounts;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly marks: readonly LogMark[];
  readonly onMark: (mark: LogMark) => void;
}

/** The tasks by revision, the containers and the marks: what the lines come from, to choose by. */
export const LogsSide = memo(function LogsSide({
  sources,
  newest,
  counts,
  filter,
  onFilter,
  marks,
  onMark,
}: LogsSideProps) {
  const zone = useTimeZone();
  const containers = [...counts.containers].flatMap(([name, count]) => (count > 0 ? [name] : [])).sort();
  return (
    <aside className={styles.side} aria-label={LOGS_TEXT.side}>
      {revisionsOf(sources, counts, newest).map((revision) => (
        <Group key={revision} label={LOGS_TEXT.tasks(revision)}>
          <div className={styles.revision}>
            <RevisionShape isNew={revision === newest} />
            <Choice
              label={revision}
              isOn={isChosen(filter.revisions, revision)}
              onToggle={() => onFilter({ ...filter, revisions: toggled(filter.revisions, revision) })}
              about={revision === newest ? LOGS_TEXT.newRevision : LOGS_TEXT.oldRevision}
              count={counts.revisions.get(revision) ?? 0}
            />
          </div>
          <TaskChoices tasks={tasksOf(sources, revision)} {...{ counts, filter, onFilter }} />
        </Group>
      ))}
      {containers.length > 1 ? (
        <Group label={LOGS_TEXT.containers} title={LOGS_TEXT.containers}>
          {containers.map((name) => (
            <Choice
              key={name}
              label={name}
              isOn={isChosen(filter.containers, name)}
              onToggle={() => onFilter({ ...filter, containers: toggled(filter.containers, name) })}
              about=""
              count={counts.containers.get(name) ?? 0}
            />
          ))}
        </Group>
      ) : null}
      {marks.length > 0 ? (
        <Group label={LOGS_TEXT.marks} title={LOGS_TEXT.marks}>
          {marks.map((mark) => (
            <UnstyledButton key={mark.id} className={styles.mark} onClick={() => onMark(mark)}>
              <span className={styles.markTime}>
                {formatClock(new Date(mark.time).toISOString(), zone).slice(0, 8)}
              </span>
              <Mark kind={markKind(mark)} />
              <span className={mark.isBad ? styles.bad : undefined}>{mark.title}</span>
            </UnstyledButton>
          ))}
        </Group>
      ) : null}
    </aside>
  );
}, isSameVersion);

/** Tasks of a revision that are drawn at first, and with each click. A crash loop has hundreds, and each costs every frame. */
const TASKS = 30;

interface TaskChoicesProps extends Pick<LogsSideProps, 'counts' | 'filter' | 'onFilter'> {
  readonly tasks: readonly ServiceLogSource[];
}

function TaskChoices({ tasks, counts, filter, onFilter }: TaskChoicesProps) {
  const [most, setMost] = useState(TASKS);
  const left = tasks.length - most;
  return (
    <>
      {tasks.slice(0, most).map((source) => (
        <Choice
          key={source.taskId}
          label={shortTask(source.taskId)}
          title={source.taskId}
          isOn={isChosen(filter.tasks, source.taskId)}
          onToggle={() => onFilter({ ...filter, tasks: toggled(filter.tasks, source.taskId) })}
          about={<TaskAge source={source} />}
          count={counts.tasks.get(source.taskId) ?? 0}
        />
      ))}
      {left > 0 ? (
        <UnstyledButton className={styles.more} onClick={() => setMost(most + TASKS)}>
          {LOGS_TEXT.moreTasks(Math.min(TASKS, left), left)}
        </UnstyledButton>
      ) : null}
    </>
  );
}

interface GroupProps {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}

function Group({ label, title, children }: GroupProps) {
  return (
    <fieldset className={styles.group} aria-label={label}>
      {title === undefined ? null : <div className={styles.groupTitle}>{title}</div>}
      {children}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly title?: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly about: ReactNode;
  readonly count: number;
}

function Choice({ label, title, isOn, onToggle, about, count }: ChoiceProps) {
  const id = useId();
  return (
    <label className={styles.choice} title={title ?? label} htmlFor={id}>
      <Checkbox id={id} checked={isOn} onChange={onToggle} aria-label={label} />
      <span className={styles.choiceName}>{label}</span>
      <span className={styles.choiceAbout}>{about}</span>
      <span className={styles.choiceCount}>{LOGS_TEXT.number(count)}</span>
    </label>
  );
}

/** How long it has run, or its state where that says more. */
function TaskAge({ source: { state, startedAt } }: { readonly source: ServiceLogSource }) {
  const age = useTimeText((now) => (startedAt === undefined ? '' : formatAge(startedAt, now)));
  const isUsual = state === 'running' || state === 'healthy';
  return isUsual && age !== '' ? age : LOGS_TEXT.state[state];
}

/** The new revision first, then the highest numbers. */
function revisionsOf(
  sources: readonly ServiceLogSource[],
  counts: LogCounts,
  newest: string,
): readonly string[] {
  const written = [...counts.revisions].flatMap(([name, count]) => (count > 0 ? [name] : []));
  const names = [...new Set([...sources.map(({ revision }) => revision), ...written])];
  const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf(':') + 1));
  return names.sort((a, b) => Number(b === newest) - Number(a === newest) || numberOf(b) - numberOf(a));
}

/** Each task once: those that run, the oldest first, and then those that stopped, the last first. */
function tasksOf(sources: readonly ServiceLogSource[], revision: string): readonly ServiceLogSource[] {
  const byTask = new Map(
    sources.filter((source) => source.revision === revision).map((source) => [source.taskId, source]),
  );
  return [...byTask.values()].sort(
    (a, b) =>
      Number(a.state === 'stopped') - Number(b.state === 'stopped') ||
      (b.stoppedAt ?? '').localeCompare(a.stoppedAt ?? '') ||
      (a.startedAt ?? '').localeCompare(b.startedAt ?? ''),
  );
}
