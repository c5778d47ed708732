import { useDocumentTitle } from '@mantine/hooks';
import { usePlace } from './place.ts';

/** Names the place in the title of the window or tab: `web · production · Slipway`. */
export function usePlaceTitle(): void {
  const { scope, cluster, service } = usePlace();
  const parts = [service?.service, cluster?.cluster ?? scope?.region, 'Slipway'];
  useDocumentTitle(parts.filter((part) => part !== undefined).join(' · '));
}
