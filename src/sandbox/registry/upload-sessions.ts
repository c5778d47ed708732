import type { Clock } from '../core/clock.ts';
import type { SandboxLogger } from '../core/logger.ts';
import type { BlobStore, Upload } from './blob-store.ts';
import type { Repository } from './repository.ts';

/** An upload to a repository that a client continues with, request by request. */
export interface UploadSession {
  readonly id: string;
  readonly repository: Repository;
  /** Bytes written so far. */
  size(): number;
  /** Whether an `append` is in progress. Another one must wait for it. */
  isBusy(): boolean;
  /** @throws UploadTooLarge, after which the upload is gone, and UploadGone. */
  append(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  /** Ends the session and makes the upload a blob, see `Upload`. */
  finish(digest: string, adopt: () => void): Promise<boolean>;
  /** Ends the session without a blob. */
  discard(): Promise<void>;
}

/** The uploads in progress, of the registry or of ECR's API. */
export interface UploadSessions {
  /** Starts an upload. When there are as many as there can be, the one that was not used for longest is given up. */
  begin(repository: Repository): UploadSession;
  find(id: string, repository: Repository): UploadSession | undefined;
}

export interface UploadSessionsOptions {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: SandboxLogger;
  /** Of all uploads in progress together. */
  readonly mostBytes?: number;
}

/** Thrown for bytes beyond what uploads may hold. */
export class UploadTooLarge extends Error {
  constructor(mostBytes: number) {
    super(`A layer, and all uploads in progress together, have at most ${mostBytes} bytes.`);
    this.name = 'UploadTooLarge';
  }
}

/** Thrown for bytes of an upload that was given up while they came. */
export class UploadGone extends Error {
  constructor(id: string) {
    super(`The upload ${id} was given up.`);
    this.name = 'UploadGone';
  }
}

/** ECR's "Maximum layer size" of 52,000 MiB (ECR user guide, service quotas). */
const LARGEST_LAYER_BYTES = 52_000 * 1024 * 1024;

const MOST_UPLOADS = 1000;

/**
 * How long after its last byte an upload can be gone on with, on the sandbox's clock. Neither the OCI specification nor
 * ECR says how long theirs last.
 */
const LIFE_MS = 24 * 60 * 60 * 1000;

export function createUploadSessions(options: UploadSessionsOptions): UploadSessions {
  const { blobs, clock, logger, mostBytes = LARGEST_LAYER_BYTES } = options;
  /** By id, the one that was not used for longest first. */
  const sessions = new Map<string, UploadSession>();
  const heldBytes = () => [...sessions.values()].reduce((sum, each) => sum + each.size(), 0);

  async function* limited(
    { id }: Upload,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  ): AsyncIterable<Buffer> {
    for await (const chunk of bytes) {
      if (!sessions.has(id)) throw new UploadGone(id);
      if (heldBytes() + chunk.length > mostBytes) throw new UploadTooLarge(mostBytes);
      yield chunk;
    }
  }

  function giveUp(session: UploadSession): void {
    session.discard().catch((error: unknown) => {
      logger.error({ err: error }, 'An upload that was given up cannot be removed.');
    });
  }

  function newSession(repository: Repository, upload: Upload): UploadSession {
    let usedAt = clock.now();

    function use(): void {
      usedAt = clock.now();
      if (sessions.delete(upload.id)) sessions.set(upload.id, session);
    }

    function expireWhenUnused(): void {
      clock.schedule(new Date(usedAt.getTime() + LIFE_MS), () => {
        if (!sessions.has(upload.id)) return;
        if (upload.isBusy()) usedAt = clock.now();
        if (clock.now().getTime() - usedAt.getTime() < LIFE_MS) expireWhenUnused();
        else giveUp(session);
      });
    }

    const session: UploadSession = {
      id: upload.id,
      repository,
      size: () => upload.size(),
      isBusy: () => upload.isBusy(),
      async append(bytes) {
        use();
        try {
          await upload.append(limited(upload, bytes));
        } catch (error) {
          if (error instanceof UploadTooLarge) await session.discard();
          throw error;
        }
        use();
      },
      finish(digest, adopt) {
        sessions.delete(upload.id);
        return upload.finish(digest, adopt);
      },
      async discard() {
        sessions.delete(upload.id);
        await upload.discard();
      },
    };
    expireWhenUnused();
    return session;
  }

  return {
    begin(repository) {
      const longestUnused =
        sessions.size < MOST_UPLOADS ? undefined : [...sessions.values()].find((each) => !each.isBusy());
      if (longestUnused !== undefined) giveUp(longestUnused);
      const session = newSession(repository, blobs.startUpload());
      sessions.set(session.id, session);
      return session;
    },
    find(id, repository) {
      const session = sessions.get(id);
      return session?.repository === repository ? session : undefined;
    },
  };
}
