import { SlipwayError } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/model/account.ts';
import type { ApprovalRequest } from '../../../shared/model/approval.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { NoticeFilter, Settings } from '../../../shared/model/settings.ts';
import type { Clock, HostFacts, Logger } from '../ports/ports.ts';
import { type JobFacts, jobMessage } from './job-message.ts';
import type { SettingsStore } from './settings-file.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookAddress } from './webhook-address.ts';

export interface JobNoticesOptions {
  readonly host: Pick<HostFacts, 'notify'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly address: Pick<WebhookAddress, 'read'>;
  readonly webhook: Webhook;
  readonly environmentOf: (job: Job) => Environment;
  /** May read AWS; what it throws leaves the message shorter. */
  readonly factsOf: (job: Job, signal: AbortSignal) => Promise<JobFacts>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long the end of the process waits for messages, in milliseconds. */
  readonly closeMs?: number;
}

/** Tells people that a job has ended. */
export interface JobNotices {
  /** Returns at once, whatever the webhook does, and never throws. */
  jobEnded(job: Job): void;
  /** Tells the desktop that a program waits for a person. */
  approvalAsked(request: ApprovalRequest): void;
  /** Sends one message without further attempts. Throws NOT_FOUND where no webhook is set up, and what `Webhook.send` throws. */
  test(signal: AbortSignal): Promise<void>;
  failure(): Settings['notifications']['webhookFailure'];
  /** Forgets the failure of an earlier address. */
  addressChanged(): void;
  /** Gives messages that are being sent a moment, then ends them. */
  close(): Promise<void>;
}

const CLOSE_MS = 2_000;
const FACTS_MS = 5_000;
const TEST_MESSAGE = 'Slipway can send messages here. This is a test.';

export function createJobNotices(options: JobNoticesOptions): JobNotices {
  const { host, settings, address, webhook, environmentOf, factsOf, clock, logger } = options;
  const { closeMs = CLOSE_MS } = options;
  const closing = new AbortController();
  const sending = new Set<Promise<void>>();
  let failure: Settings['notifications']['webhookFailure'];

  function notifyDesktop({ title, sentence, outcome }: Job): void {
    host.notify?.({
      title: outcome === 'succeeded' ? `${title}: done` : `${title}: failed`,
      body: sentence,
    });
  }

  async function deliver(target: URL, job: Job): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(FACTS_MS)]);
    const facts = await factsOf(job, signal).catch((error: unknown): JobFacts => {
      logger.debug(
        { err: error, job: job.id },
        'The message about a job has less in it: facts could not be read',
      );
      return { job, accountName: job.account, entry: undefined, images: [] };
    });
    await webhook.sendWithRetry(target, jobMessage(facts), closing.signal);
  }

  /** Says each failure once, until a message has arrived. */
  function failed(error: unknown): void {
    if (closing.signal.aborted) return;
    const sentence =
      error instanceof SlipwayError
        ? error.message
        : 'The message to the webhook failed unexpectedly. See the log.';
    const isNew = failure?.sentence !== sentence;
    failure = { at: clock.now().toISOString(), sentence };
    if (isNew) logger.warn({ err: error }, `A message to the webhook was not delivered: ${sentence}`);
  }

  return {
    jobEnded(job) {
      try {
        const { desktop, webhook: filter, webhookPlaces } = settings.read().settings.notifications;
        if (isTold(job, desktop)) notifyDesktop(job);
        if (!isTold(job, filter)) return;
        if (webhookPlaces === 'production' && !isLikeProduction(environmentOf(job))) return;
        const target = address.read();
        if (target === undefined) return;
        const delivery = deliver(target, job)
          .then(() => {
            failure = undefined;
          }, failed)
          .finally(() => sending.delete(delivery));
        sending.add(delivery);
      } catch (error) {
        failed(error);
      }
    },
    approvalAsked({ requester, plan }) {
      if (settings.read().settings.notifications.desktop === 'off') return;
      host.notify?.({ title: `${requester} asks for your approval`, body: plan.title });
    },
    async test(signal) {
      const target = address.read();
      if (target === undefined) {
        throw new SlipwayError('NOT_FOUND', 'No webhook is set up. Enter the address of one first.');
      }
      try {
        await webhook.send(target, TEST_MESSAGE, signal);
        failure = undefined;
      } catch (error) {
        if (!signal.aborted) failed(error);
        throw error;
      }
    },
    failure: () => failure,
    addressChanged() {
      failure = undefined;
    },
    async close() {
      if (sending.size > 0) {
        const moment = AbortSignal.timeout(closeMs);
        const over = new Promise((resolve) => moment.addEventListener('abort', resolve));
        await Promise.race([Promise.all(sending), over]);
      }
      closing.abort();
      await Promise.all(sending);
    },
  };
}

function isTold({ outcome }: Job, filter: NoticeFilter): boolean {
  return filter === 'all' || (filter === 'failures' && outcome !== 'succeeded');
}

/** What nobody has classified may be production. */
function isLikeProduction(environment: Environment): boolean {
  return environment === 'production' || environment === 'unclassified';
}
