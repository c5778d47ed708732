import type { Episode } from '../../../../shared/model/deployment.ts';
import { formatInstant } from '../../lib/format.ts';
import styles from './episode-strip.module.css';

/** What happened in order, at a glance: how it began, each failure, the way back. */
export function EpisodeStrip({ episodes }: { readonly episodes: readonly Episode[] }) {
  return (
    <ol className={styles.strip}>
      {episodes.map((episode, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may happen several times, in this order
          key={index}
          className={`${styles.episode} ${styles[episode.state]}`}
          title={episode.at === undefined ? episode.words : `${episode.words}, ${formatInstant(episode.at)}`}
        >
          {episode.words}
        </li>
      ))}
    </ol>
  );
}
