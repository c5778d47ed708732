import type { Environments } from '../environments/environments.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import type { Accounts } from './accounts.ts';

/** What a change without a plan is made with: the rules of its place are asked first, and the journal has it. */
export interface GuardedChangeDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly clock: Clock;
  readonly logger: Logger;
}
