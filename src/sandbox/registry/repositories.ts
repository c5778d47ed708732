import type { RegistryScanningConfiguration } from '@aws-sdk/client-ecr';
import type { Repository, RepositorySettings } from './repository.ts';

/** The repositories of one account and region. */
export interface Repositories {
  /** Which scanner the registry has, and its rules; they end with the process. */
  scanning: RegistryScanningConfiguration;
  find(name: string): Repository | undefined;
  /** Sorted by name. */
  list(): readonly Repository[];
  /** The caller has made sure that there is none of this name. */
  create(repository: NewRepository): Repository;
  delete(name: string): void;
  /** Writes what `fill` changes once for each repository, when it is done. */
  keepAtOnce(fill: () => void): void;
}

export interface NewRepository extends Partial<RepositorySettings> {
  readonly name: string;
  readonly createdAt: Date;
}

/** The state of a repository that is kept over a restart. */
export type StoredRepository = Omit<Repository, 'changed'>;

/** Where repositories are kept. */
export interface RepositoryStorage {
  load(): readonly StoredRepository[];
  save(repository: StoredRepository): void;
  remove(name: string): void;
}

const NO_STORAGE: RepositoryStorage = { load: () => [], save: () => undefined, remove: () => undefined };

/** The repositories that the storage has, and those that are created. Without a storage they go with the process. */
export function createRepositories(storage: RepositoryStorage = NO_STORAGE): Repositories {
  const byName = new Map<string, Repository>();
  let postponed: Set<Repository> | undefined;
  const add = (stored: StoredRepository): Repository => {
    const repository: Repository = {
      ...stored,
      changed() {
        // Changes of a deleted repository have no effect.
        if (byName.get(stored.name) !== repository) return;
        if (postponed === undefined) storage.save(repository);
        else postponed.add(repository);
      },
    };
    byName.set(stored.name, repository);
    return repository;
  };
  for (const stored of storage.load()) add(stored);

  return {
    scanning: { scanType: 'BASIC', rules: [] },
    find: (name) => byName.get(name),
    list: () => [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    create(settings) {
      const repository = add({
        tagMutability: 'MUTABLE',
        exclusionFilters: [],
        scanOnPush: false,
        resourceTags: [],
        lifecyclePolicy: undefined,
        policy: undefined,
        images: new Map(),
        tags: new Map(),
        layers: new Set(),
        ...settings,
      });
      repository.changed();
      return repository;
    },
    delete(name) {
      if (byName.delete(name)) storage.remove(name);
    },
    keepAtOnce(fill) {
      const changed = new Set<Repository>();
      postponed = changed;
      try {
        fill();
      } finally {
        postponed = undefined;
        for (const repository of changed) storage.save(repository);
      }
    },
  };
}
