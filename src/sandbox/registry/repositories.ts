import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from '@aws-sdk/client-ecr';
import type { Repository } from './repository.ts';

/** The repositories of one account and region. */
export interface Repositories {
  find(name: string): Repository | undefined;
  /** Sorted by name. */
  list(): readonly Repository[];
  /** The caller has made sure that there is none of this name. */
  create(repository: NewRepository): Repository;
  delete(name: string): void;
}

interface NewRepository {
  readonly name: string;
  readonly createdAt: Date;
  readonly tagMutability?: ImageTagMutability;
  readonly exclusionFilters?: readonly ImageTagMutabilityExclusionFilter[];
  readonly scanOnPush?: boolean;
}

export function createRepositories(): Repositories {
  const byName = new Map<string, Repository>();
  return {
    find: (name) => byName.get(name),
    list: () => [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    create({ name, createdAt, tagMutability = 'MUTABLE', exclusionFilters = [], scanOnPush = false }) {
      const repository: Repository = {
        name,
        createdAt,
        tagMutability,
        exclusionFilters,
        scanOnPush,
        images: new Map(),
        tags: new Map(),
        layers: new Set(),
      };
      byName.set(name, repository);
      return repository;
    },
    delete: (name) => void byName.delete(name),
  };
}
