import { z } from 'zod';
import { AccountId, Instant } from './account.ts';
import { RepositoryDefaults } from './image.ts';
import { PINNED } from './image-reference.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { TagSource } from './tag-source.ts';

/** Which ends of jobs are told. */
export const NoticeFilter = z.enum(['all', 'failures', 'off']);
export type NoticeFilter = z.infer<typeof NoticeFilter>;

/** What settings.json holds. Everything in it may be missing. */
export const SettingsFile = lazyStrictObject(() => ({
  notifications: z
    .strictObject({
      /** Notifications of the system. */
      desktop: NoticeFilter.default('all'),
      /** Messages to the webhook. */
      webhook: NoticeFilter.default('all'),
      /** `production`: only of what is guarded like production. */
      webhookPlaces: z.enum(['all', 'production']).default('all'),
    })
    .prefault({}),
  /** What new ECR repositories get, by the id of the account. */
  newRepositories: z.record(AccountId, RepositoryDefaults).default({}),
  /** What names the images of a service, where it was chosen, by `account/region/cluster/service`. */
  pinned: z.record(z.string(), z.enum(PINNED)).default({}),
  /** What the tags of a repository are made of, where it was chosen, by `account/region/repository`. */
  tagFrom: z.record(z.string(), TagSource).default({}),
}));
export type SettingsFile = Immutable<z.infer<typeof SettingsFile>>;

/** The settings, without any secret. */
export const Settings = lazyObject(() => ({
  /** The path of the file. It does not exist before the first change. */
  file: z.string(),
  /** Why the file is not used, if it is not. */
  problem: z.string().optional(),
  newRepositories: z.record(z.string(), RepositoryDefaults),
  /** By `account/region/cluster/service`. */
  pinned: z.record(z.string(), z.enum(PINNED)),
  /** By `account/region/repository`. */
  tagFrom: z.record(z.string(), TagSource),
  notifications: z.object({
    ...SettingsFile.shape.notifications.unwrap().shape,
    /** Whether the host can show notifications of the system. */
    desktopAvailable: z.boolean(),
    /** The webhook that is set up: its host, and the last four characters of its address where it is long enough. */
    webhookAddress: z.object({ host: z.string(), ending: z.string() }).optional(),
    /** Why the last message was not delivered; missing once one was. */
    webhookFailure: z.object({ at: Instant, sentence: z.string() }).optional(),
  }),
}));
export type Settings = Immutable<z.infer<typeof Settings>>;
