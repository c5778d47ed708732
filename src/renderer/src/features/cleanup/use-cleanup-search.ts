import { useNavigate, useSearch } from '@tanstack/react-router';
import { type CleanupSearch, parseCleanupSearch } from '../../lib/search.ts';

/** Which lines of a preview the address asks for, and how to ask for others. */
export function useCleanupSearch(): readonly [
  search: CleanupSearch,
  change: (changed: CleanupSearch) => void,
] {
  const search = parseCleanupSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  return [
    search,
    (changed) => void navigate({ to: '.', search: (before) => ({ ...before, ...changed }), replace: true }),
  ];
}
