import styles from './kept-notice.module.css';
import { Mark } from './mark.tsx';
import { RelativeTime } from './relative-time.tsx';
import { UI_TEXT } from './ui-text.ts';

/** Says that a page shows what an earlier start has read, and when. The window's notice says why. */
export function KeptNotice({ at }: { readonly at: string }) {
  return (
    <p className={styles.notice} role="status">
      <Mark kind="warning" />
      <span>
        {UI_TEXT.lastRead} <RelativeTime at={at} />. {UI_TEXT.nothingCanChange}
      </span>
    </p>
  );
}
