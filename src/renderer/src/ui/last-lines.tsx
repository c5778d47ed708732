import type { LastLines } from '../../../shared/model/deployment.ts';
import { formatClock } from '../lib/format.ts';
import { useTimeZone } from '../lib/time-zone.ts';
import styles from './last-lines.module.css';
import { Mark } from './mark.tsx';
import { UI_TEXT } from './ui-text.ts';

/** The end of what a failed container wrote, with the time of each line. */
export function LastLinesView({ lastLines }: { readonly lastLines: LastLines }) {
  const zone = useTimeZone();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <ol className={styles.lines} aria-label={UI_TEXT.lastLines(lastLines.container)} tabIndex={0}>
      {lastLines.lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines may be the same, and keep their order
        <li key={index} className={isFatal(line.text) ? styles.fatal : undefined}>
          {isFatal(line.text) && <Mark kind="failed" label={UI_TEXT.fatalLine} />}
          {line.at !== undefined && <span className={styles.when}>{formatClock(line.at, zone)} </span>}
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}

/** Whether a line names itself fatal or an error. Only its beginning is looked at. */
function isFatal(text: string): boolean {
  return /\b(?:fatal|panic|critical|killed)\b|(?:error|exception)\b/i.test(text.slice(0, 1000));
}
