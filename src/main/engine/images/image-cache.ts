import { z } from 'zod';
import { Instant } from '../../../shared/model/account.ts';
import { GitCommit, Platform } from '../../../shared/model/image.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { keepUnlessFull, openCacheDatabase } from '../caches/cache-database.ts';
import type { Logger, Paths } from '../ports/ports.ts';

/** What is in an image, and so belongs to its digest permanently. */
export const ImageContent = lazyObject(() => ({
  platforms: z.array(Platform),
  builtAt: Instant.optional(),
  commit: GitCommit.optional().catch(undefined),
  source: z.string().optional(),
  version: z.string().optional(),
}));
export type ImageContent = Immutable<z.infer<typeof ImageContent>>;

/** Contents of images by digest, which is the same in every registry. */
export interface ImageCache {
  read(digest: string): ImageContent | undefined;
  write(digest: string, content: ImageContent): void;
  close(): void;
}

const TABLE =
  'CREATE TABLE IF NOT EXISTS image_contents (digest TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT';

/** The cache in `images.sqlite` of the data folder. */
export function openImageCache(place: { readonly paths: Paths; readonly logger: Logger }): ImageCache {
  const database = openCacheDatabase(place, 'images', TABLE);
  const select = database.prepare('SELECT content FROM image_contents WHERE digest = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO image_contents (digest, content) VALUES (?, ?)');
  return {
    read(digest) {
      const row = select.get(digest);
      if (typeof row?.content !== 'string') return undefined;
      const parsed = ImageContent.safeParse(JSON.parse(row.content));
      return parsed.success ? parsed.data : undefined;
    },
    write(digest, content) {
      keepUnlessFull(() => void insert.run(digest, JSON.stringify(content)));
    },
    close: () => database.close(),
  };
}
