import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { openDatabase } from '../storage/open-database.ts';
import type { RepositoryStorage, StoredRepository } from './repositories.ts';

/** The repositories of every region, in a file that survives restarts. */
export interface RepositoryDatabase {
  storageOf(region: string): RepositoryStorage;
  /** Regions that have repositories. */
  regions(): readonly string[];
  close(): void;
}

/** Increased with the stored format, so that an older file is refused rather than misread. */
const FORMAT = 1;

/**
 * Opens `registry.sqlite` in a data folder. Each change of a repository is one write of one row, so a crash leaves it
 * as it was before or as it is after. Seeded images are left out: their scenario makes them again at each start. Times
 * are those of the sandbox's clock, which continues with the folder.
 *
 * @throws Error with a sentence for the user when the file cannot be opened or is of another format.
 */
export function openRepositoryDatabase(folder: string): RepositoryDatabase {
  const path = join(folder, 'registry.sqlite');
  const database = open(path);
  const select = database.prepare('SELECT content FROM repository WHERE region = ? ORDER BY name');
  const upsert = database.prepare(
    'INSERT INTO repository (region, name, content) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content',
  );
  const remove = database.prepare('DELETE FROM repository WHERE region = ? AND name = ?');
  const regions = database.prepare('SELECT DISTINCT region FROM repository ORDER BY region');

  return {
    storageOf: (region) => ({
      load: () => select.all(region).map(({ content }) => readRow(content)),
      save: (repository) => void upsert.run(region, repository.name, serialize(contentOf(repository))),
      remove: (name) => void remove.run(region, name),
    }),
    regions: () => regions.all().map(({ region }) => String(region)),
    close: () => database.close(),
  };
}

const TABLES = `CREATE TABLE IF NOT EXISTS repository (region TEXT, name TEXT, content BLOB NOT NULL, PRIMARY KEY (region, name)) WITHOUT ROWID;`;

function open(path: string): DatabaseSync {
  try {
    return openDatabase(path, FORMAT, TABLES);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The registry cannot be kept in ${path}: ${reason}. Choose another data folder.`, {
      cause: error,
    });
  }
}

/** What is stored of a repository: plain data, without what was seeded. */
function contentOf(repository: StoredRepository): StoredRepository {
  const { name, createdAt, tagMutability, exclusionFilters, scanOnPush, resourceTags, lifecyclePolicy } =
    repository;
  const { policy, layers, encryption, lifecycleEvaluatedAt } = repository;
  const images = new Map(
    [...repository.images.values()].filter(({ isSeeded }) => !isSeeded).map((image) => [image.digest, image]),
  );
  return {
    name,
    createdAt,
    tagMutability,
    exclusionFilters,
    scanOnPush,
    ...(encryption && { encryption }),
    resourceTags,
    lifecyclePolicy,
    ...(lifecycleEvaluatedAt && { lifecycleEvaluatedAt }),
    policy,
    layers,
    images,
    tags: new Map([...repository.tags].filter(([, digest]) => images.has(digest))),
  };
}

function readRow(content: unknown): StoredRepository {
  if (!(content instanceof Uint8Array)) throw new Error('A repository in the data folder cannot be read.');
  // Written by `serialize` above; the format of the file says that its members are those of this version.
  return deserialize(content) as StoredRepository;
}
