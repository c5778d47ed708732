import { type ApprovalStore, openApprovalStore } from './approvals/approval-store.ts';
import type { Accounts } from './aws/accounts.ts';
import { type KeptAnswers, openKeptAnswers } from './caches/kept-answers.ts';
import { type DeploymentCaches, openDeploymentCaches } from './catalog/deployment-cache.ts';
import { type ImageCache, openImageCache } from './images/image-cache.ts';
import type { Ports } from './ports/ports.ts';
import { openRevisionCaches, type RevisionCaches } from './revisions/cache/revision-cache.ts';
import { type NameStore, openNameStore } from './search/name-store.ts';
import { type KeptTasks, openKeptTasks } from './tasks/kept-tasks.ts';
import { openTimelineStore, type TimelineStore } from './timeline/timeline-store.ts';

/** What the engine keeps in the data folder beside the journal and the clean-ups. */
interface EngineCaches {
  readonly images: ImageCache;
  readonly revisions: RevisionCaches;
  readonly deployments: DeploymentCaches;
  readonly names: NameStore;
  readonly answers: KeptAnswers;
  readonly tasks: KeptTasks;
  readonly approvals: ApprovalStore;
  readonly timeline: TimelineStore;
  close(): void;
}

/** Opens each of them. Throws what SQLite throws when the folder cannot be written. */
export function openEngineCaches(
  { paths, logger, clock }: Pick<Ports, 'paths' | 'logger' | 'clock'>,
  accounts: Accounts,
): EngineCaches {
  const place = { paths, logger };
  const caches = {
    images: openImageCache(place),
    revisions: openRevisionCaches(place),
    deployments: openDeploymentCaches(place),
    names: openNameStore(place, clock),
    answers: openKeptAnswers(place, clock),
    tasks: openKeptTasks(place, accounts, clock),
    approvals: openApprovalStore(place, clock),
    timeline: openTimelineStore(place),
  };
  return {
    ...caches,
    close() {
      for (const cache of Object.values(caches)) cache.close();
    },
  };
}
