import type { Scope } from '../../../shared/model/account.ts';
import type { NamedPlace } from './environments.ts';

/** A cluster of any account that runs images of a repository. */
export type RepositoryUser = NamedPlace & { readonly cluster: string };

/** The clusters that run images of a repository, as they were read last. Asks nobody. */
export type UsersOfRepository = (scope: Scope, repository: string) => readonly RepositoryUser[];
