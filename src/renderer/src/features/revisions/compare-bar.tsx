import { Button } from '@mantine/core';
import styles from './compare-bar.module.css';

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
      <span className={styles.text}>{choiceLabel(before, after)}</span>
      {chosen.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={onClear}>
          Clear
        </Button>
      )}
      {after !== undefined && before === undefined && (
        <Button size="compact-xs" onClick={() => onCompareWithRunning(after)}>
          Compare with a running service
        </Button>
      )}
      <Button
        size="compact-xs"
        disabled={before === undefined || after === undefined}
        onClick={() => {
          if (before !== undefined && after !== undefined) onCompare(before, after);
        }}
      >
        Compare
      </Button>
    </div>
  );
}

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf(':') + 1));
}

function choiceLabel(before: string | undefined, after: string | undefined): string {
  if (after === undefined) return 'Select two revisions to compare';
  if (before === undefined) return `${after} and another`;
  return `${before} and ${after}`;
}
