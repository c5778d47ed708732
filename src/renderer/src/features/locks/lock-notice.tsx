import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Hold } from '../../../../shared/model/lock.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EndHoldDialog, type HoldPlace, PutOnHoldDialog } from './hold-dialogs.tsx';
import { HoldEnd } from './hold-end.tsx';
import styles from './lock-notice.module.css';
import { LOCK_TEXT } from './lock-text.ts';

/** Most locks last for seconds, and a person should see one before deploying. */
const POLL_MS = 5_000;

/** Who has the lock of a service, and which holds stop its changes; nothing where no ledger is set. */
export function LockNotice({ place }: { readonly place: HoldPlace }) {
  const status = useEngineQuery('locks.status', place, { pollMs: POLL_MS });
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { data } = status;
  if (data === undefined || data.ledger === 'none') return null;
  const readAgain = (): void => void queries.invalidateQueries({ queryKey: ['locks.status'] });
  const { account, region, cluster, service } = place;
  const own = service === undefined ? data.clusterHold : data.hold;
  return (
    <>
      {data.ledger === 'unavailable' ? (
        <Line>
          {LOCK_TEXT.unavailable} {data.problem}
        </Line>
      ) : null}
      {data.holder === undefined ? null : (
        <Line>
          {LOCK_TEXT.locked(data.holder)}, {LOCK_TEXT.taken} <RelativeTime at={data.holder.since} />
          {data.waiting.length === 0 ? null : `. ${LOCK_TEXT.waiting(data.waiting.length)}`}
        </Line>
      )}
      {data.clusterHold === undefined ? null : (
        <HoldLine
          what={LOCK_TEXT.cluster}
          place={{ account, region, cluster }}
          hold={data.clusterHold}
          onEnded={readAgain}
        />
      )}
      {data.hold === undefined ? null : (
        <HoldLine what={LOCK_TEXT.service} place={place} hold={data.hold} onEnded={readAgain} />
      )}
      {own === undefined && data.ledger === 'read' ? (
        <div>
          <Button variant="subtle" size="compact-xs" onClick={() => setAsking(true)}>
            {LOCK_TEXT.put}
          </Button>
        </div>
      ) : null}
      <PutOnHoldDialog
        place={place}
        opened={isAsking}
        onClose={() => setAsking(false)}
        onDone={() => {
          setAsking(false);
          readAgain();
        }}
      />
    </>
  );
}

function Line({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles.notice} data-kind="warning">
      <Mark kind="warning" />
      <p className={styles.text} role="status">
        {children}
      </p>
      {action}
    </div>
  );
}

interface HoldLineProps {
  readonly what: string;
  readonly place: HoldPlace;
  readonly hold: Hold;
  readonly onEnded: () => void;
}

function HoldLine({ what, place, hold, onEnded }: HoldLineProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Line
        action={
          <Button size="compact-sm" onClick={() => setAsking(true)}>
            {LOCK_TEXT.end}
          </Button>
        }
      >
        {LOCK_TEXT.held(what, hold)} <RelativeTime at={hold.since} />
        <HoldEnd hold={hold} />: {hold.why}
      </Line>
      <EndHoldDialog
        place={place}
        hold={hold}
        opened={isAsking}
        onClose={() => setAsking(false)}
        onDone={() => {
          setAsking(false);
          onEnded();
        }}
      />
    </>
  );
}
