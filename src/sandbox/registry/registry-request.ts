import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore } from './blob-store.ts';
import type { GarbageCollector } from './garbage.ts';
import type { Repositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** What the routes of the registry share. */
export interface Registry {
  readonly accountId: string;
  readonly repositories: Repositories;
  readonly blobs: BlobStore;
  readonly garbage: GarbageCollector;
  readonly uploads: UploadSessions;
  readonly now: () => Date;
}

/** One request to a repository, taken apart. */
export interface RepositoryRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly repository: Repository;
}
