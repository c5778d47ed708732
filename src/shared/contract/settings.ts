import { z } from 'zod';
import { AccountId, Scope } from '../model/account.ts';
import { textUpTo } from '../model/bounded.ts';
import { DataFolder } from '../model/data-folder.ts';
import { RepositoryDefaults } from '../model/image.ts';
import { PINNED } from '../model/image-reference.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { ServiceRef } from '../model/service.ts';
import { NoticeFilter, Settings } from '../model/settings.ts';
import { TagSource } from '../model/tag-source.ts';
import { Done, type Methods, Nothing } from './method.ts';

/** What a person can set, and what Slipway keeps on this machine. */
export const settingsMethods = {
  'settings.read': {
    kind: 'query',
    about:
      'Returns the settings. Of the address of the webhook, which is a secret, only the host and the last four characters.',
    input: Nothing,
    output: Settings,
  },
  'settings.change': {
    kind: 'change',
    about:
      'Changes settings; what is left out stays. Returns the settings from now on. Throws CONFLICT while settings.json ' +
      'is not valid.',
    input: lazyStrictObject(() => ({
      desktop: NoticeFilter.optional().describe('which ends of jobs the system notifies about'),
      webhook: NoticeFilter.optional().describe('which ends of jobs are sent to the webhook'),
      webhookPlaces: z.enum(['all', 'production']).optional(),
    })),
    output: Settings,
  },
  'settings.setNewRepositories': {
    kind: 'change',
    about:
      'Sets what new ECR repositories of an account get; without defaults nothing is proposed any more. Returns the settings.',
    input: lazyStrictObject(() => ({
      account: AccountId,
      defaults: z.strictObject(RepositoryDefaults.shape).optional(),
    })),
    output: Settings,
  },
  'settings.setPinned': {
    kind: 'change',
    about: 'Remembers what names the images of a service in its next revisions: tag, digest or both.',
    input: lazyStrictObject(() => ({ service: ServiceRef, pinned: z.enum(PINNED) })),
    output: Done,
  },
  'settings.setTagFrom': {
    kind: 'change',
    about: 'Remembers what the tag of the next image of a repository is made of, such as git or next-patch.',
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      repository: textUpTo(512).min(1).describe('as images name it; one outside ECR with its registry'),
      tagFrom: TagSource,
    })),
    output: Done,
  },
  'settings.setWebhook': {
    kind: 'change',
    about:
      'Stores the address of a webhook that takes messages as Slack does: a POST of {"text": "…"}. It must be https, ' +
      'or http on this machine.',
    input: lazyStrictObject(() => ({ address: textUpTo(2_000).min(1) })),
    output: Settings,
  },
  'settings.removeWebhook': {
    kind: 'change',
    about: 'Forgets the address of the webhook.',
    input: Nothing,
    output: Settings,
  },
  'settings.testWebhook': {
    kind: 'change',
    about: 'Sends a test message to the webhook, once. Throws with the reason when it does not arrive.',
    input: Nothing,
    output: Done,
  },
  'data.read': {
    kind: 'query',
    about: 'Returns where Slipway keeps its data, and how large each kind of it is.',
    input: Nothing,
    output: DataFolder,
  },
  'data.deleteCaches': {
    kind: 'change',
    about:
      'Deletes what the caches hold. It is read from AWS again when it is needed, except stopped tasks that ECS no longer has. The journal and the settings stay. ' +
      'Returns the number of bytes freed.',
    input: Nothing,
    output: lazyObject(() => ({ freedBytes: z.number() })),
  },
} as const satisfies Methods;
