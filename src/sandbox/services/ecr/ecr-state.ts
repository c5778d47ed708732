import type { Clock } from '../../core/clock.ts';
import type { AccessTokens } from '../../registry/access-tokens.ts';
import type { BlobStore } from '../../registry/blob-store.ts';
import type { GarbageCollector } from '../../registry/garbage.ts';
import type { Repositories } from '../../registry/repositories.ts';
import type { Repository } from '../../registry/repository.ts';
import type { UploadSessions } from '../../registry/upload-sessions.ts';

/** What ECR's operations work on. */
export interface EcrState {
  /**
   * The repositories of a region. The registry at `/v2/` serves those of the sandbox's default region only, because
   * there is one loopback address for all regions; repositories elsewhere are reached through the API.
   */
  repositoriesIn(region: string): Repositories;
  /** Those that exist when ECR starts: a data folder brings them. */
  readonly repositories: () => readonly Repository[];
  readonly blobs: BlobStore;
  readonly garbage: GarbageCollector;
  /** Shared with the registry. */
  readonly uploads: UploadSessions;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}
