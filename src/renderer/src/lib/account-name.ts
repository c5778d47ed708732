import { useEngineQuery } from './queries.ts';

/** The name of an account by its id. */
export type AccountName = (account: string) => string;

/** The names of the accounts; the id of one that is not listed. */
export function useAccountName(): AccountName {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  return (account) => accounts.data?.accounts.find(({ id }) => id === account)?.name ?? account;
}
