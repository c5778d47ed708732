import { useQueryClient } from '@tanstack/react-query';
import { TagSource } from '../../../../shared/model/tag-source.ts';
import { recall } from '../../lib/memory.ts';
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
  const isRead = settings.data !== undefined;
  const earlier =
    isRead && remembered === undefined
      ? sourceKeptByWindow(`${account}.${region}.${repository ?? ''}`)
      : undefined;
  return {
    source: declared ?? remembered ?? earlier,
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

/** Names of patterns in the storage of the window, where they were kept before the settings had them. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ['commit', 'git'],
  ['full-commit', 'git-full'],
  ['version-file', 'file:VERSION'],
  ['patch', 'next-patch'],
  ['minor', 'next-minor'],
  ['major', 'next-major'],
]);

/** What an earlier version kept for a repository. The next build writes it to the settings. */
function sourceKeptByWindow(key: string): TagSource | undefined {
  const pattern = recall(`tag-pattern.${key}`);
  if (pattern === undefined) return undefined;
  const source =
    pattern === 'variable'
      ? `env:${recall(`tag-variable.${key}`) ?? ''}`
      : (FORMER_NAMES.get(pattern) ?? pattern);
  return TagSource.safeParse(source).data;
}
