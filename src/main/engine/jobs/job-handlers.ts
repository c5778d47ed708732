import { cancelled } from '../../../shared/errors.ts';
import type { Handlers } from '../ports/handlers.ts';
import { lastPer } from '../ports/pacing.ts';
import type { Jobs } from './jobs.ts';

type JobMethods = 'jobs.list' | 'jobs.watch' | 'jobs.cancel' | 'jobs.dismiss';

const POLL_INTERVAL_MS = 100;

/** The methods of the job list. `findInterrupted` is called on each read. */
export function createJobHandlers(jobs: Jobs, findInterrupted: () => void): Pick<Handlers, JobMethods> {
  return {
    'jobs.list': async () => {
      findInterrupted();
      return jobs.list();
    },
    'jobs.watch': async (_input, { signal, emit }) => {
      findInterrupted();
      const pace = lastPer<undefined>(POLL_INTERVAL_MS, () => emit(jobs.list()));
      const stop = jobs.watch(() => pace.push(undefined));
      try {
        pace.push(undefined);
        await aborted(signal);
      } finally {
        stop();
        pace.stop();
      }
      throw cancelled('jobs.watch');
    },
    'jobs.cancel': async ({ job }) => {
      jobs.cancel(job);
      return {};
    },
    'jobs.dismiss': async ({ job }) => {
      jobs.dismiss(job);
      return {};
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
