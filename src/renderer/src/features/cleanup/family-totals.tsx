import type { FamilyTotal } from '../../../../shared/model/cleanup.ts';
import { Mono } from '../../ui/mono.tsx';
import styles from './family-totals.module.css';

interface FamilyTotalsProps {
  readonly totals: readonly FamilyTotal[];
  readonly chosen: string | undefined;
  readonly onChoose: (family: string | undefined) => void;
}

/** How many revisions go and stay of each family. Choosing one narrows the list below down to it. */
export function FamilyTotals({ totals, chosen, onChoose }: FamilyTotalsProps) {
  return (
    <section className={styles.totals} aria-label="Totals of each family">
      <ul className={styles.rows}>
        {totals.map(({ family, removing, keeping }) => (
          <li key={family}>
            <button
              type="button"
              className={styles.row}
              aria-pressed={family === chosen}
              onClick={() => onChoose(family === chosen ? undefined : family)}
            >
              <Mono>{family}</Mono>
              <span className={styles.count}>{removing} go</span>
              <span className={styles.count}>{keeping} stay</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
