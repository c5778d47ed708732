import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';

/** Images change while others push: milliseconds for which a list is good. */
const IMAGES_FRESH_MS = 60_000;

/** All tags of a repository, read once they are needed. */
export function useRepositoryTags(
  { account, region }: Scope,
  repository: string | undefined,
  { isNeeded }: { readonly isNeeded: boolean },
): { readonly tags: readonly string[] | undefined; readonly isReading: boolean } {
  const { data, isLoading } = useEngineQuery(
    'images.list',
    { account, region, repository: repository ?? '' },
    { enabled: isNeeded && repository !== undefined, staleMs: IMAGES_FRESH_MS },
  );
  return { tags: data?.flatMap((image) => image.tags), isReading: isLoading };
}
