import { Button } from '@mantine/core';
import styles from './compare-bar.module.css';
import { COMPARE_TEXT } from './revisions-text.ts';

interface CompareBarProps {
  /** Names of the chosen revisions of one family; at most two. */
  readonly chosen: readonly string[];
  readonly onCompare: (before: string, after: string) => void;
  /** Compares one with what a service runs. */
  readonly onCompareWithRunning: (name: string) => void;
  readonly onClear: () => void;
}

/** Says which two revisions are chosen, and compares them: the older one is the one before. */
export function CompareBar({ chosen, onCompare, onCompareWithRunning, onClear }: CompareBarProps) {
  const [after, before] = chosen.toSorted((one, other) => numberOf(other) - numberOf(one));
  return (
    <div className={styles.bar} role="status">
      <span className={styles.text}>{COMPARE_TEXT.chosen(before, after)}</span>
      {chosen.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={onClear}>
          {COMPARE_TEXT.clear}
        </Button>
      )}
      {after !== undefined && before === undefined && (
        <Button size="compact-xs" onClick={() => onCompareWithRunning(after)}>
          {COMPARE_TEXT.withRunning}
        </Button>
      )}
      <Button
        size="compact-xs"
        disabled={before === undefined || after === undefined}
        onClick={() => {
          if (before !== undefined && after !== undefined) onCompare(before, after);
        }}
      >
        {COMPARE_TEXT.compare}
      </Button>
    </div>
  );
}

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf(':') + 1));
}
