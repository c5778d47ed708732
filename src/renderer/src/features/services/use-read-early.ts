import { useQueryClient } from '@tanstack/react-query';
import type { PointerEvent } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngine } from '../../lib/engine.ts';
import { engineQuery } from '../../lib/queries.ts';

/**
 * Asks for a service when the pointer is pressed on its link: the answer takes most of the time until its page shows, and a
 * finger stays down for about 100 ms. The page takes that answer.
 */
export function useReadEarly(): (event: PointerEvent, service: ServiceRef) => void {
  const client = useEngine();
  const cache = useQueryClient();
  return ({ button }, service) => {
    if (button === 0) void cache.prefetchQuery(engineQuery(client, 'services.get', service));
  };
}
