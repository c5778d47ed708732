import type { Difference } from '../../../shared/model/revision.ts';
import { After, Arrow, Before } from './before-after.tsx';
import styles from './difference-list.module.css';

/** Differences as lines of key and value, such as `environment  ROUNDING=floor → half-even`. */
export function DifferenceLines({ differences }: { readonly differences: readonly Difference[] }) {
  return differences.map((difference) => (
    <div key={differenceKey(difference)} className={styles.line}>
      <dt className={styles.key}>{differenceSubject(difference)}</dt>
      <dd className={styles.value}>
        <DifferenceValue difference={difference} />
      </dd>
    </div>
  ));
}

function DifferenceValue({ difference }: { readonly difference: Difference }) {
  const { name, before, after } = difference;
  return (
    <>
      {name !== '' && <span className={styles.name}>{name}</span>}
      {name !== '' && (before ?? after) !== undefined && ' = '}
      {before !== undefined && <Before>{shown(before)}</Before>}
      {before !== undefined && after !== undefined && <Arrow />}
      {after !== undefined && <After>{shown(after)}</After>}
      {difference.kind !== 'changed' && <span className={styles.kind}>{difference.kind}</span>}
    </>
  );
}

/** An empty value is a value: it is shown as “empty”, because it would be invisible otherwise. */
function shown(value: string) {
  return value === '' ? <em>empty</em> : value;
}

function differenceSubject({ container, subject }: Difference): string {
  return container === undefined ? subject : `${container}, ${subject}`;
}

/** What tells the differences of one diff apart. */
function differenceKey({ container, subject, name, kind, before, after }: Difference): string {
  return JSON.stringify([container, subject, name, kind, before, after]);
}
