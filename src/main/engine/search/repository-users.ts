import type { Scope } from '../../../shared/model/account.ts';
import { parseImageReference, repositoryAddress } from '../../../shared/model/image-reference.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { UsersOfRepository } from '../environments/repository-users.ts';
import type { NameStore } from './name-store.ts';
import { scopesOf } from './refresh-names.ts';

/** Who uses a repository, by the names that search keeps: what services run where they were read. */
export function createUsersOfRepository(
  accounts: Pick<Accounts, 'list' | 'find'>,
  store: NameStore,
): UsersOfRepository {
  /** The address of a repository, where the repositories of its account were read. */
  function addressOf({ account, region }: Scope, repository: string): string | undefined {
    const { endpoint = '' } = accounts.find(account).account;
    const parts = store.partsOf({ account, region, endpoint });
    const repositories = parts.find(({ part }) => part.kind === 'repositories')?.names ?? [];
    return repositories.find(({ name }) => name === repository)?.address;
  }

  return (scope, repository) => {
    const address = addressOf(scope, repository);
    const isOf = (image: string): boolean => {
      const reference = parseImageReference(image);
      if (reference?.repository !== repository) return false;
      return address === undefined || repositoryAddress(reference) === address;
    };
    return accounts.list().flatMap((known) =>
      scopesOf(known, store).flatMap((each) =>
        store.partsOf(each).flatMap(({ part, names }) => {
          if (part.kind !== 'running') return [];
          const runs = names.some(({ images = [] }) => images.some(({ image }) => isOf(image)));
          return runs ? [{ account: known.account, region: each.region, cluster: part.cluster }] : [];
        }),
      ),
    );
  };
}
