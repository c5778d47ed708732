import { Mark } from '../../ui/mark.tsx';
import styles from './cleanup-preview.module.css';
import { PREVIEW_TEXT } from './cleanup-text.ts';

/** What was not checked, and what to do about it. */
export function PreviewWarnings({ warnings }: { readonly warnings: readonly string[] }) {
  return warnings.map((warning) => (
    <p key={warning} className={styles.warning}>
      <Mark kind="warning" label={PREVIEW_TEXT.warning} /> {warning}
    </p>
  ));
}
