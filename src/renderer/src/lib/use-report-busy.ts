import { useEffect, useEffectEvent } from 'react';

/** Tells a dialog what is running in it, in a sentence, and that nothing is any more when the view goes. */
export function useReportBusy(
  onBusyChange: (busy: string | undefined) => void,
  busy: string | undefined,
): void {
  const report = useEffectEvent(onBusyChange);
  useEffect(() => {
    if (busy === undefined) return;
    report(busy);
    return () => report(undefined);
  }, [busy]);
}
