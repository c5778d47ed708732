import { useQueryClient } from '@tanstack/react-query';
import type { Pinned } from '../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { useEngineChange, useEngineQuery } from './queries.ts';

/**
 * What names the images of a service, as it was chosen last, here or on the command line; the tag and the digest where nothing
 * was. And the function that remembers another choice.
 */
export function usePinned(service: ServiceRef | undefined): readonly [Pinned, (pinned: Pinned) => void] {
  const cache = useQueryClient();
  const settings = useEngineQuery('settings.read', {}, { enabled: service !== undefined });
  const change = useEngineChange('settings.setPinned');
  if (service === undefined) return ['both', () => undefined];
  const { account, region, cluster, service: name } = service;
  const pinned = settings.data?.pinned[`${account}/${region}/${cluster}/${name}`] ?? 'both';
  const remember = (next: Pinned): void =>
    change.mutate(
      { service: { account, region, cluster, service: name }, pinned: next },
      { onSuccess: () => void cache.invalidateQueries({ queryKey: ['settings.read'] }) },
    );
  return [pinned, remember];
}
