import { useQueryClient } from '@tanstack/react-query';
import type { TagSource } from '../../../../shared/model/tag-source.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import type { DeployTarget } from './rule-refusals.ts';

/** What the tags of a repository are made of. */
interface TagSourceState {
  /** What slipway.yml says for the container, else what was used last for the repository, here or on the command line. */
  readonly source: string | undefined;
  readonly isDeclared: boolean;
  readonly isReading: boolean;
  /** Keeps it for the next build for this repository. */
  readonly remember: (source: TagSource) => void;
}

export function useTagSource(
  { service, container }: DeployTarget,
  repository: string | undefined,
): TagSourceState {
  const { account, region, cluster, service: name } = service;
  const cache = useQueryClient();
  const settings = useEngineQuery('settings.read', {});
  const guard = useEngineQuery('environments.of', { account, cluster, service: name }, { staleMs: 60_000 });
  const change = useEngineChange('settings.setTagFrom');
  const declared = guard.data?.images?.find((image) => image.container === container)?.tagFrom;
  const remembered = settings.data?.tagFrom[`${account}/${region}/${repository ?? ''}`];
  return {
    source: declared ?? remembered,
    isDeclared: declared !== undefined,
    isReading: settings.isLoading || guard.isLoading,
    remember(source) {
      if (repository === undefined || source === remembered) return;
      change.mutate(
        { account, region, repository, tagFrom: source },
        { onSuccess: () => void cache.invalidateQueries({ queryKey: ['settings.read'] }) },
      );
    },
  };
}
