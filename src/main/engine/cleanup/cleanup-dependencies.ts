import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock, Logger, Paths } from '../ports.ts';

/** What clean-ups are made with. */
export interface CleanupDependencies {
  readonly aws: Aws;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: Paths;
}
