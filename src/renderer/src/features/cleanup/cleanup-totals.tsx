import { Mono } from '../../ui/mono.tsx';
import { PREVIEW_TEXT } from './cleanup-text.ts';
import styles from './cleanup-totals.module.css';

/** How many of a family or a repository are removed and kept. */
export interface NamedTotal {
  readonly name: string;
  readonly removing: number;
  readonly keeping: number;
}

interface CleanupTotalsProps {
  readonly label: string;
  readonly totals: readonly NamedTotal[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
}

/** Totals by name. Choosing one narrows the list below down to it. */
export function CleanupTotals({ label, totals, chosen, onChoose }: CleanupTotalsProps) {
  return (
    <section className={styles.totals} aria-label={label}>
      <ul className={styles.rows}>
        {totals.map(({ name, removing, keeping }) => (
          <li key={name}>
            <button
              type="button"
              className={styles.row}
              aria-pressed={name === chosen}
              onClick={() => onChoose(name === chosen ? undefined : name)}
            >
              <Mono>{name}</Mono>
              <span className={styles.count}>{PREVIEW_TEXT.toRemove(removing)}</span>
              <span className={styles.count}>{PREVIEW_TEXT.toKeep(keeping)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
