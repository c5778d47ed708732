import type { Accounts } from '../../aws/accounts.ts';
import type { Aws } from '../../aws/aws.ts';
import type { Environments } from '../../environments/environments.ts';
import type { ImageLookup } from '../../images/image-lookup.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Handlers } from '../../ports/handlers.ts';
import type { Clock, Logger } from '../../ports/ports.ts';
import type { KnownCauses } from '../../revisions/history/known-causes.ts';

/** What releases are made with. */
export interface ReleaseDependencies {
  readonly aws: Aws;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The reads that releases share with the pages of a service. */
  readonly catalog: Pick<Handlers, 'services.deployments' | 'services.tasks'>;
  /** Milliseconds between two looks at a deployment; longer while it waits. */
  readonly pollIntervalMs: number;
  readonly findImage: ImageLookup['findImage'];
  /** Missing where nothing is kept of deployments that others have started. */
  readonly causes?: KnownCauses;
}
