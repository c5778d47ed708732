import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import type { LedgerEntries } from './ledger-entries.ts';

interface Dependencies {
  readonly journal: Pick<Journal, 'entries'>;
  /** Settles the open entries whose deployments have ended. */
  readonly readDeployments: Handlers['services.deployments'];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Until then, the machine of a release is expected to store its end. */
const EXPECTED_MS = 15 * 60_000;
/** Longer than a release with its tasks, or a bulk release, takes. */
const GIVEN_UP_MS = 24 * 60 * 60_000;
const MOST_SERVICES = 5;

/**
 * The sync of a ledger, which also asks ECS how deployments of others ended whose machines have not stored it: a pipeline that
 * deploys with `--wait-until accepted` and has no data folder afterwards, or a laptop that is off. Each service is asked about
 * once in 15 minutes. A change of another machine that never had a deployment is failed after a day.
 */
export function withEndsOfOthers(
  entries: LedgerEntries,
  { journal, readDeployments, clock, logger }: Dependencies,
): LedgerEntries {
  const asked = new Map<string, number>();

  function isDue(entry: JournalEntry): boolean {
    const { at, host, deploymentArn } = entry;
    if (host === undefined || deploymentArn === undefined) return false;
    const last = asked.get(nameOf(entry)) ?? Date.parse(at);
    return clock.now().getTime() - last >= EXPECTED_MS;
  }

  return {
    ...entries,
    async sync(place, signal) {
      const state = await entries.sync(place, signal);
      const { service: subject, ...cluster } = place ?? {};
      const wanted = { ...cluster, ...(subject === undefined ? {} : { subject }), state: 'open' as const };
      const open = journal.entries.list(wanted);
      const due = open
        .filter(isDue)
        .map((entry) => [nameOf(entry), serviceOf(entry, place?.account)] as const);
      const services = new Map(due);
      for (const [name, service] of [...services].slice(0, MOST_SERVICES)) {
        asked.set(name, clock.now().getTime());
        try {
          await readDeployments(service, { signal, emit: () => undefined });
        } catch (error) {
          logger.warn(
            { err: error, service },
            'The end of a deployment of another machine could not be read.',
          );
        }
      }
      open.forEach(giveUp);
      return state;
    },
  };

  /**
   * A change whose machine died before it had a deployment, such as a pipeline that was killed: nobody stores its end. If that
   * machine is still at work, the end that it stores replaces this one.
   */
  function giveUp({ id, at, host, deploymentArn }: JournalEntry): void {
    if (host === undefined || deploymentArn !== undefined) return;
    if (clock.now().getTime() - Date.parse(at) < GIVEN_UP_MS) return;
    journal.entries.update(id, {
      state: 'failed',
      sentence: `${host} has not stored how this ended, and no deployment of it is known. Check what it was to change.`,
    });
  }
}

/** The entry may have come by another profile of the AWS account than the one that is looked at. */
function serviceOf({ account, region, cluster = '', subject }: JournalEntry, asked = account): ServiceRef {
  return { account: asked, region, cluster, service: subject };
}

/** Of the AWS account, whichever profile it came by: `arn:aws:ecs:us-east-1:123456789012:service-deployment/shop/web/…`. */
function nameOf({ region, cluster, subject, deploymentArn = '' }: JournalEntry): string {
  return JSON.stringify([deploymentArn.split(':')[4], region, cluster, subject]);
}
