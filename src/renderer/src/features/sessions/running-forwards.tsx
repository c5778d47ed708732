import { Button } from '@mantine/core';
import { PlainCard } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { stopForward, useForwards } from './forwards.ts';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';

/** The forwarded ports of a cluster's tasks, each with its address and its end. Nothing where there are none. */
export function RunningForwards({ cluster }: { readonly cluster: string }) {
  const forwards = useForwards(cluster);
  if (forwards.length === 0) return null;
  return (
    <div className={styles.running}>
      <PlainCard label={SESSIONS_TEXT.forwards}>
        <ul className={styles.forwards} aria-label={SESSIONS_TEXT.forwards}>
          {forwards.map(({ id, localPort, port, host, container, open, total, note, isOver }) => (
            <li key={id}>
              <span>
                {isOver
                  ? SESSIONS_TEXT.portOf(port, container, host)
                  : SESSIONS_TEXT.forwardOf(localPort, SESSIONS_TEXT.portOf(port, container, host))}
                {localPort === undefined || isOver ? null : (
                  <CopyId value={SESSIONS_TEXT.address(localPort)} what={SESSIONS_TEXT.localAddress} />
                )}
                <small className={styles.note} role="status">
                  {note || (localPort === undefined ? '' : SESSIONS_TEXT.connections(open, total))}
                </small>
              </span>
              <Button
                size="compact-xs"
                aria-label={isOver ? undefined : SESSIONS_TEXT.stopOf(localPort)}
                onClick={() => stopForward(id)}
              >
                {isOver ? SESSIONS_TEXT.dismiss : SESSIONS_TEXT.stop}
              </Button>
            </li>
          ))}
        </ul>
      </PlainCard>
    </div>
  );
}
