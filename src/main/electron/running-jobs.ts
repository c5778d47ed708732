import type { Job } from '../../shared/model/job.ts';
import type { Dispatcher } from '../engine/ports/dispatcher.ts';
import type { Logger } from '../engine/ports/ports.ts';

/** Returns the jobs in progress at the moment, from a watch of the engine's job list. */
export function followRunningJobs(dispatcher: Dispatcher, logger: Logger): () => readonly Job[] {
  let jobs: readonly Job[] = [];
  const connection = dispatcher.connect((_id, event) => {
    // The dispatcher has checked it against the contract.
    jobs = event as readonly Job[];
  });
  void connection.call({ id: 'jobs', method: 'jobs.watch', input: {} }).then((answer) => {
    jobs = [];
    if (!answer.ok && answer.error.code !== 'CANCELLED') {
      logger.warn(
        { error: answer.error },
        'The list of jobs could not be read, so windows close without a question',
      );
    }
  });
  return () => running(jobs);
}

/** A waiting job loses nothing, and parts are covered by their whole job. */
function running(jobs: readonly Job[]): readonly Job[] {
  const atWork = jobs.filter(({ state }) => state === 'sending' || state === 'watching');
  const ids = new Set(atWork.map(({ id }) => id));
  return atWork.filter(({ partOf }) => partOf === undefined || !ids.has(partOf));
}
