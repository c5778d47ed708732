import type { Scope } from '../../../shared/model/account.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../handlers.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock, Logger } from '../ports.ts';
import type { ImageFinding } from './checks/image-checks.ts';

/** What the registry says about an image reference. Never throws for what could not be read: it says so. */
export type FindImage = (scope: Scope, reference: string, signal: AbortSignal) => Promise<ImageFinding>;

export interface ReleaseDependencies {
  readonly aws: Aws;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The reads that releases share with the pages of a service. */
  readonly catalog: Pick<Handlers, 'services.deployments' | 'services.tasks'>;
  readonly findImage: FindImage;
}
