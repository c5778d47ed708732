import type { Accounts } from '../../aws/accounts.ts';
import type { Aws } from '../../aws/aws.ts';
import type { Environments } from '../../environments/environments.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Clock, Logger, Paths } from '../../ports/ports.ts';
import type { RevisionCaches } from '../../revisions/cache/revision-cache.ts';

/** What clean-ups are made with. */
export interface CleanupDependencies {
  readonly aws: Aws;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: Paths;
  /** Which images a revision names is read once. */
  readonly revisionCaches: RevisionCaches;
}
