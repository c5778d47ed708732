import { ActionIcon, Button } from '@mantine/core';
import { IconCopy, IconLink } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import type { TimeZone } from '../../lib/format.ts';
import { formatBytes, formatClock, formatInstant } from '../../lib/format.ts';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import {
  type Highlighter,
  type JsonLine,
  jsonLineOf,
  type Piece,
  piecesOf,
  SHOWN_CHARACTERS,
} from './line-content.ts';
import { type LogMark, shortTask } from './log-marks.ts';
import styles from './log-row.module.css';
import type { LogEntry } from './log-store.ts';
import { SHOWN_REST } from './log-view.ts';
import { LOGS_TEXT } from './logs-text.ts';

/** How the lines are drawn; the same for all. */
export interface LineLook {
  readonly newest: string;
  readonly zone: TimeZone;
  readonly hasDates: boolean;
  readonly hasContainers: boolean;
  readonly highlight: Highlighter | undefined;
}

interface LineProps {
  readonly entry: LogEntry;
  readonly look: LineLook;
  readonly isOpen: boolean;
  readonly onToggle: (key: number) => void;
  /** Buttons for the line that is chosen. */
  readonly actions: ReactNode;
}

/** One line with its columns: time, revision, task, container, level, text. */
export const LineRow = memo(function LineRow({ entry, look, isOpen, onToggle, actions }: LineProps) {
  const { line, head, rest } = entry;
  const at = new Date(entry.time).toISOString();
  const json = jsonLineOf(head);
  const { highlight } = look;
  const toggle = (): void => onToggle(entry.key);
  return (
    <>
      <div className={styles.columns}>
        <time className={styles.time}>
          {look.hasDates ? formatInstant(at, look.zone).slice(5, 11) : ''}
          {formatClock(at, look.zone)}
        </time>
        <span className={styles.rail} role="img" aria-label={line.revision}>
          <RevisionShape isNew={line.revision === look.newest} />
        </span>
        <span className={styles.task} title={line.taskId}>
          {shortTask(line.taskId)}
        </span>
        {look.hasContainers ? (
          <span className={styles.container} title={line.container}>
            {line.container}
          </span>
        ) : null}
        <span className={styles.level}>{line.level?.toUpperCase()}</span>
        <span className={styles.text}>
          {json === undefined ? (
            <PlainLine raw={head} highlight={highlight} isOpen={isOpen} onToggle={toggle} />
          ) : (
            <FieldsInShort json={json} highlight={highlight} isOpen={isOpen} onToggle={toggle} />
          )}
        </span>
        {actions}
      </div>
      {json !== undefined && isOpen ? <AllFields json={json} highlight={highlight} /> : null}
      {rest.length > 0 ? <Rest rest={rest} highlight={highlight} isOpen={isOpen} onToggle={toggle} /> : null}
    </>
  );
});

interface FoldedProps {
  readonly highlight: Highlighter | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function PlainLine({ raw, highlight, isOpen, onToggle }: FoldedProps & { readonly raw: string }) {
  const isCut = raw.length > SHOWN_CHARACTERS;
  return (
    <>
      <span className={styles.words} data-open={isCut && isOpen}>
        <Pieces pieces={piecesOf(isCut && !isOpen ? raw.slice(0, SHOWN_CHARACTERS) : raw, highlight)} />
      </span>
      {isCut ? (
        <Toggle isOpen={isOpen} onToggle={onToggle}>
          {LOGS_TEXT.showWhole(formatBytes(raw.length))}
        </Toggle>
      ) : null}
    </>
  );
}

function FieldsInShort({ json, highlight, isOpen, onToggle }: FoldedProps & { readonly json: JsonLine }) {
  return (
    <>
      <span className={styles.words}>
        <Pieces pieces={piecesOf(json.message.slice(0, SHOWN_CHARACTERS), highlight)} />
        {json.listed.map(([name, value]) => (
          <span key={name} className={styles.field}>
            {' '}
            {name}=<Pieces pieces={piecesOf(value, highlight)} />
          </span>
        ))}
      </span>
      <Toggle isOpen={isOpen} onToggle={onToggle}>
        {json.moreFields === 0 ? LOGS_TEXT.fields : LOGS_TEXT.moreFields(json.moreFields)}
      </Toggle>
    </>
  );
}

function AllFields({ json, highlight }: Pick<FoldedProps, 'highlight'> & { readonly json: JsonLine }) {
  return (
    <dl className={styles.fields}>
      {json.fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Pieces pieces={piecesOf(value, highlight)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Rest({ rest, highlight, isOpen, onToggle }: FoldedProps & { readonly rest: readonly string[] }) {
  const shown = isOpen ? rest : rest.slice(0, SHOWN_REST);
  const folded = rest.length - SHOWN_REST;
  return (
    <div className={styles.rest}>
      {shown.map((raw, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: frames may be the same, and keep their order
        <div key={index} className={styles.frame}>
          <span className={styles.words}>
            <Pieces pieces={piecesOf(raw.slice(0, SHOWN_CHARACTERS), highlight)} />
          </span>
          {folded > 0 && index === shown.length - 1 ? (
            <Toggle isOpen={isOpen} onToggle={onToggle}>
              {LOGS_TEXT.moreFrames(folded)}
            </Toggle>
          ) : null}
        </div>
      ))}
    </div>
  );
}

interface ToggleProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: string;
}

function Toggle({ isOpen, onToggle, children }: ToggleProps) {
  return (
    <button type="button" className={styles.toggle} aria-expanded={isOpen} onClick={onToggle}>
      {isOpen ? LOGS_TEXT.fewer : children}
    </button>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(({ text, tone, isBold, isMatch }, index) => {
    if (tone === undefined && !isBold && !isMatch) return text;
    const Element = isMatch ? 'mark' : 'span';
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
      <Element key={index} data-tone={tone} className={isBold ? styles.bold : undefined}>
        {text}
      </Element>
    );
  });
}

interface LineActionsProps {
  readonly taskId: string;
  readonly onCopy: () => void;
  readonly onCopyLink: () => void;
  readonly onOnlyTask: () => void;
}

/** What can be done with the line that is chosen. */
export function LineActions({ taskId, onCopy, onCopyLink, onOnlyTask }: LineActionsProps) {
  return (
    <span className={styles.actions}>
      <ActionIcon
        variant="default"
        size={20}
        aria-label={LOGS_TEXT.copyLine}
        title={LOGS_TEXT.copyLine}
        onClick={onCopy}
      >
        <IconCopy size={13} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={20}
        aria-label={LOGS_TEXT.copyLink}
        title={LOGS_TEXT.copyLink}
        onClick={onCopyLink}
      >
        <IconLink size={13} aria-hidden />
      </ActionIcon>
      <Button size="compact-xs" h={20} onClick={onOnlyTask}>
        {LOGS_TEXT.onlyTask(shortTask(taskId))}
      </Button>
    </span>
  );
}

/** A diamond at the right for the new revision, a square at the left for old ones. Shapes of CSS, because thousands are drawn a second. */
export function RevisionShape({ isNew }: { readonly isNew: boolean }) {
  return <span aria-hidden className={styles.shape} data-new={isNew} />;
}

/** A band between two lines. */
export function MarkRow({ mark, zone }: { readonly mark: LogMark; readonly zone: TimeZone }) {
  return (
    <div className={styles.band} data-kind={markKind(mark)}>
      <Mark kind={markKind(mark)} />
      <b>
        {formatClock(new Date(mark.time).toISOString(), zone).slice(0, 8)} {mark.title}
      </b>
    </div>
  );
}

export function markKind({ kind, isBad }: LogMark): MarkKind {
  if (isBad) return 'failed';
  if (kind === 'started') return 'progress';
  return kind === 'stopped' ? 'idle' : 'ok';
}
