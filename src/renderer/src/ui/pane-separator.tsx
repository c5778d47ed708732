import type { KeyboardEvent, PointerEvent } from 'react';
import type { Pane, PaneLimits } from '../lib/pane.ts';
import styles from './pane-separator.module.css';

/** Pixels of an arrow key. */
const STEP = 16;

interface PaneSeparatorProps {
  readonly label: string;
  readonly pane: Pane;
  readonly limits: PaneLimits;
}

/** The edge of a pane: dragged, or moved with the arrow keys; Enter folds the pane, a double click resets it. */
export function PaneSeparator({ label, pane, limits }: PaneSeparatorProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    const width = widthAfterKey(event.key, pane.width, limits);
    if (event.key === 'Enter') pane.setFolded(true);
    else if (width === undefined) return;
    else pane.resize(width);
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const separator = event.currentTarget;
    if (!separator.hasPointerCapture(event.pointerId)) return;
    const left = separator.parentElement?.getBoundingClientRect().left ?? 0;
    pane.resize(event.clientX - left);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is not a thematic break
    <div
      className={styles.separator}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={pane.width}
      aria-valuemin={limits.least}
      aria-valuemax={limits.most}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => pane.resize(limits.initial)}
    />
  );
}

function widthAfterKey(key: string, width: number, { least, most }: PaneLimits): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return width - STEP;
    case 'ArrowRight':
      return width + STEP;
    case 'Home':
      return least;
    case 'End':
      return most;
    default:
      return undefined;
  }
}
