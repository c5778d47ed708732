import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { useTimeText } from '../lib/clock.ts';
import { outageStore } from '../lib/outage.ts';
import { Mark } from '../ui/mark.tsx';
import styles from '../ui/window-notice.module.css';

const RETRY_MS = 10_000;

/** Says once that AWS cannot be reached, and reads again what failed: by itself after a while, or at once when asked. */
export function ConnectionNotice() {
  const cache = useQueryClient().getQueryCache();
  const [store] = useState(() => outageStore(cache));
  const outage = useSyncExternalStore(store.subscribe, store.current);
  if (!outage) return null;
  return (
    <div className={styles.notice}>
      <Mark kind="warning" />
      <span role="alert">{outage.error.message}</span>
      {outage.isTrying ? <span>Trying again…</span> : <Countdown onEnd={store.tryAgain} />}
      <Button size="compact-xs" onClick={store.tryAgain} disabled={outage.isTrying}>
        Try again now
      </Button>
    </div>
  );
}

/** Counts from the start whenever it is shown. */
function Countdown({ onEnd }: { readonly onEnd: () => void }) {
  const [until] = useState(() => Date.now() + RETRY_MS);
  const end = useEffectEvent(onEnd);
  useEffect(() => {
    const timer = setTimeout(() => end(), until - Date.now());
    // The system knows sooner that there is a network again.
    const onOnline = (): void => end();
    window.addEventListener('online', onOnline);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', onOnline);
    };
  }, [until]);
  const text = useTimeText((now) => `Next try in ${Math.max(1, Math.ceil((until - now) / 1000))} s`);
  return <span>{text}</span>;
}
