import type { Check } from '../../../../shared/model/plan.ts';
import type { Accounts } from '../../aws/accounts.ts';
import type { Aws } from '../../aws/aws.ts';
import type { CloneReading, Subject } from '../../drift/clone-declarations.ts';
import type { Environments } from '../../environments/environments.ts';
import type { ImageLookup } from '../../images/image-lookup.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Ledgers } from '../../ledger/ledger-table.ts';
import type { Locks } from '../../ledger/service-locks.ts';
import type { Handlers } from '../../ports/handlers.ts';
import type { Clock, Logger } from '../../ports/ports.ts';
import type { KnownCauses } from '../../revisions/history/known-causes.ts';

/** The checks of plans, by the id of the plan, for some seconds. */
export interface RecentChecks {
  keep(plan: string, checks: readonly Check[]): void;
  /** Undefined once they are too old to execute a plan on them. */
  of(plan: string): readonly Check[] | undefined;
}

/** Keeps checks for `ms`, so that a command which executes the plan that it has just made does not read everything twice. */
export function createRecentChecks(clock: Clock, ms: number): RecentChecks {
  const kept = new Map<string, { readonly checks: readonly Check[]; readonly at: number }>();
  const forgetOld = (): void => {
    const now = clock.now().getTime();
    for (const [plan, { at }] of kept) if (now - at > ms || now < at) kept.delete(plan);
  };
  return {
    keep(plan, checks) {
      forgetOld();
      kept.set(plan, { checks, at: clock.now().getTime() });
    },
    of(plan) {
      forgetOld();
      return kept.get(plan)?.checks;
    },
  };
}

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
  /** The account of Slipway that has an AWS account's number and can be read without asking a person; undefined without one. */
  readonly connectionTo?: (accountNumber: string) => string | undefined;
  /** What the checks of plans said that were made a moment ago. Missing where each execution checks once more. */
  readonly recentChecks?: RecentChecks;
  /** Missing where nothing is kept of deployments that others have started. */
  readonly causes?: KnownCauses;
  /** What declares a service. Missing where only its tags are looked at. */
  readonly declarations?: (subject: Subject, signal: AbortSignal) => Promise<CloneReading>;
  /** Missing where no team shares anything. */
  readonly ledgers?: Pick<Ledgers, 'ledgerOf'>;
  /** The locks of the ledger. Missing where there is none. */
  readonly locks?: Locks;
  /** See Ports. */
  readonly approverOf?: ((plan: string) => string | undefined) | undefined;
}
