import { type BlobStore, openBlobStore } from './blob-store.ts';
import { createGarbageCollector, type GarbageCollector } from './garbage.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import { openRepositoryDatabase, type RepositoryDatabase } from './repository-database.ts';

/** All that ECR and the registry keep. */
export interface RegistryState {
  readonly blobs: BlobStore;
  readonly garbage: GarbageCollector;
  /** The repositories of a region, made when they are first asked for. */
  readonly repositoriesIn: (region: string) => Repositories;
  /** Of every region that was asked for or stored. */
  readonly repositories: () => readonly Repository[];
  close(): void;
}

/** A registry whose repositories go with the process. Its blobs are files in the folder. */
export async function openTemporaryRegistry(folder: string): Promise<RegistryState> {
  return stateOf(await openBlobStore(folder), new Map(), () => createRepositories());
}

/**
 * A registry that is kept in the folder: what is there is read, and blobs that nothing refers to are removed.
 *
 * @throws Error with a sentence for the user when the folder cannot be used.
 */
export async function openStoredRegistry(folder: string): Promise<RegistryState> {
  const blobs = await openBlobStore(folder);
  const database: RepositoryDatabase = openRepositoryDatabase(folder);
  const create = (region: string) => createRepositories(database.storageOf(region));
  const stored = new Map(database.regions().map((region) => [region, create(region)]));
  const state = stateOf(blobs, stored, create);
  await state.garbage.sweep();
  return { ...state, close: () => database.close() };
}

function stateOf(
  blobs: BlobStore,
  regions: Map<string, Repositories>,
  create: (region: string) => Repositories,
): RegistryState {
  return {
    blobs,
    garbage: createGarbageCollector(() => [...regions.values()], blobs),
    repositoriesIn(region) {
      const known = regions.get(region) ?? create(region);
      regions.set(region, known);
      return known;
    },
    repositories: () => [...regions.values()].flatMap((each) => each.list()),
    close: () => undefined,
  };
}
