import { ActionIcon, Button, Menu, NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { IconColumns2, IconDownload, IconTextWrap } from '@tabler/icons-react';
import { memo, type RefObject, useId, useState } from 'react';
import { formatInstant } from '../../lib/format.ts';
import { ariaShortcut } from '../../lib/shortcuts.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import type { ExpressionProblem, LogFilter } from './log-filter.ts';
import { LOG_LEVELS, type LogCounts } from './log-store.ts';
import styles from './logs.module.css';
import type { LogRange } from './logs-search.ts';
import { LOGS_TEXT } from './logs-text.ts';

interface LogsToolbarProps {
  /** It is drawn again when this changes. */
  readonly version: string;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly problem: ExpressionProblem | undefined;
  /** Lines that match; undefined while nothing is looked for. */
  readonly matches: number | undefined;
  readonly counts: LogCounts;
  readonly range: LogRange;
  readonly onRange: (range: LogRange) => void;
  readonly wrap: boolean;
  readonly onWrap: () => void;
  /** Whether revisions are shown side by side; undefined if there is only one. */
  readonly isSplit: boolean | undefined;
  readonly onSplit: () => void;
  readonly onExport: (format: 'text' | 'json') => void;
  readonly onCopyShown: () => void;
  /** Whether the list of tasks is open, in a window that is too narrow for it. */
  readonly isSideOpen: boolean;
  readonly onSide: () => void;
  readonly onLeave: () => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** What is shown of the lines, and what can be done with them. */
export const LogsToolbar = memo(function LogsToolbar(props: LogsToolbarProps) {
  const { problem, range, onRange } = props;
  return (
    <>
      <search className={styles.toolbar} aria-label={LOGS_TEXT.title}>
        <FilterField {...props} />
        <LevelButtons {...props} />
        <RangeFields range={range} onRange={onRange} />
        <Tools {...props} />
      </search>
      {problem === undefined ? null : (
        <p className={styles.problem} role="alert">
          {LOGS_TEXT.problem(problem)}
        </p>
      )}
    </>
  );
}, isSameVersion);

type FilterFieldProps = Pick<
  LogsToolbarProps,
  'filter' | 'onFilter' | 'problem' | 'matches' | 'input' | 'onLeave'
>;

/** The text or expression that is looked for, and how many lines have it. */
function FilterField({ filter, onFilter, problem, matches, input, onLeave }: FilterFieldProps) {
  const { text, isExpression, isCaseSensitive } = filter;
  return (
    <TextInput
      ref={input}
      className={styles.search}
      type="search"
      aria-label={LOGS_TEXT.filter}
      aria-keyshortcuts={ariaShortcut('logFilter')}
      placeholder={LOGS_TEXT.filter}
      value={text}
      onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (text !== '') event.stopPropagation();
        onFilter({ ...filter, text: '' });
        onLeave();
      }}
      maxLength={500}
      error={problem !== undefined}
      rightSectionWidth={matches === undefined ? 62 : 150}
      rightSection={
        <span className={styles.inField}>
          {matches === undefined ? null : <span>{LOGS_TEXT.matches(matches)}</span>}
          <FieldToggle
            label={LOGS_TEXT.expression}
            isOn={isExpression}
            onClick={() => onFilter({ ...filter, isExpression: !isExpression })}
          >
            .*
          </FieldToggle>
          <FieldToggle
            label={LOGS_TEXT.caseSensitive}
            isOn={isCaseSensitive}
            onClick={() => onFilter({ ...filter, isCaseSensitive: !isCaseSensitive })}
          >
            Aa
          </FieldToggle>
        </span>
      }
    />
  );
}

/** The levels with their numbers of lines; each can be hidden. */
function LevelButtons({
  filter,
  onFilter,
  counts,
}: Pick<LogsToolbarProps, 'filter' | 'onFilter' | 'counts'>) {
  const { hiddenLevels } = filter;
  const toggle = (level: LogFilter['hiddenLevels'][number]): void =>
    onFilter({
      ...filter,
      hiddenLevels: hiddenLevels.includes(level)
        ? hiddenLevels.filter((each) => each !== level)
        : [...hiddenLevels, level],
    });
  return (
    <fieldset className={styles.levels} aria-label={LOGS_TEXT.levels}>
      {LOG_LEVELS.map((level) => (
        <UnstyledButton
          key={level}
          className={styles.level}
          data-level={level}
          aria-pressed={!hiddenLevels.includes(level)}
          title={level === 'info' ? LOGS_TEXT.infoHelp : undefined}
          onClick={() => toggle(level)}
        >
          <i aria-hidden />
          {LOGS_TEXT.level[level]} <b>{LOGS_TEXT.number(counts.levels.get(level) ?? 0)}</b>
        </UnstyledButton>
      ))}
    </fieldset>
  );
}

type ToolsProps = Pick<
  LogsToolbarProps,
  'wrap' | 'onWrap' | 'isSplit' | 'onSplit' | 'onExport' | 'onCopyShown' | 'isSideOpen' | 'onSide'
>;

/** How the lines are laid out, and the ways to take them along. */
function Tools(props: ToolsProps) {
  const { wrap, onWrap, isSplit, onSplit, onExport, onCopyShown, isSideOpen, onSide } = props;
  return (
    <span className={styles.tools}>
      <Button className={styles.sideButton} aria-expanded={isSideOpen} onClick={onSide}>
        {LOGS_TEXT.side}
      </Button>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={LOGS_TEXT.wrap}
        title={LOGS_TEXT.wrap}
        aria-keyshortcuts={ariaShortcut('logWrap')}
        aria-pressed={wrap}
        className={styles.tool}
        onClick={onWrap}
      >
        <IconTextWrap size={15} aria-hidden />
      </ActionIcon>
      {isSplit === undefined ? null : (
        <ActionIcon
          variant="default"
          size={30}
          aria-label={LOGS_TEXT.split}
          title={LOGS_TEXT.split}
          aria-pressed={isSplit}
          className={styles.tool}
          onClick={onSplit}
        >
          <IconColumns2 size={15} aria-hidden />
        </ActionIcon>
      )}
      <Menu position="bottom-end" withinPortal transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={LOGS_TEXT.export} title={LOGS_TEXT.export}>
            <IconDownload size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onExport('text')}>{LOGS_TEXT.exportText}</Menu.Item>
          <Menu.Item onClick={() => onExport('json')}>{LOGS_TEXT.exportJson}</Menu.Item>
          <Menu.Item onClick={onCopyShown}>{LOGS_TEXT.copyShown}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

/** For views whose counts change with every line. */
export function isSameVersion(
  before: { readonly version: string },
  after: { readonly version: string },
): boolean {
  return before.version === after.version;
}

interface FieldToggleProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly children: string;
}

function FieldToggle({ label, isOn, onClick, children }: FieldToggleProps) {
  return (
    <UnstyledButton
      className={styles.fieldToggle}
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      onClick={onClick}
    >
      {children}
    </UnstyledButton>
  );
}

const RANGES = ['15m', '1h', '3h', '24h', 'deployment', 'between'] as const;

function RangeFields({ range, onRange }: Pick<LogsToolbarProps, 'range' | 'onRange'>) {
  const [isAsking, setAsking] = useState(false);
  const kind = isAsking ? 'between' : range.kind;
  return (
    <>
      <NativeSelect
        className={styles.range}
        aria-label={LOGS_TEXT.range}
        value={kind}
        data={RANGES.map((value) => ({ value, label: LOGS_TEXT.ranges[value] }))}
        onChange={(event) => {
          const next = RANGES.find((each) => each === event.currentTarget.value);
          setAsking(next === 'between');
          if (next !== undefined && next !== 'between') onRange({ kind: next });
        }}
      />
      {kind === 'between' ? <BetweenFields range={range} onRange={onRange} /> : null}
    </>
  );
}

/** The two times as the person's zone has them. */
function BetweenFields({ range, onRange }: Pick<LogsToolbarProps, 'range' | 'onRange'>) {
  const zone = useTimeZone();
  const given = range.kind === 'between' ? range : undefined;
  const written = (at: string | undefined): string =>
    at === undefined ? '' : formatInstant(at, zone).slice(0, 19).replace(' ', 'T');
  const [from, setFrom] = useState(written(given?.from));
  const [until, setUntil] = useState(written(given?.until));
  const id = useId();
  const instant = (text: string): string | undefined => {
    const time = Date.parse(zone === 'utc' ? `${text}Z` : text);
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  };
  const start = instant(from);
  return (
    <form
      className={styles.between}
      onSubmit={(event) => {
        event.preventDefault();
        if (start !== undefined) onRange({ kind: 'between', from: start, until: instant(until) });
      }}
    >
      <label htmlFor={`${id}-from`}>{LOGS_TEXT.from}</label>
      <TextInput
        id={`${id}-from`}
        type="datetime-local"
        step={1}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <label htmlFor={`${id}-until`}>{LOGS_TEXT.until}</label>
      <TextInput
        id={`${id}-until`}
        type="datetime-local"
        step={1}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <Button type="submit" disabled={start === undefined}>
        {LOGS_TEXT.show}
      </Button>
    </form>
  );
}
