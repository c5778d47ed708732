import type { Job } from '../../../shared/model/job.ts';
import type { HostFacts } from '../ports/ports.ts';

/** Notifies the person through the host when a job has ended; undefined if the host can't. */
export function notifier({ notify }: HostFacts): ((job: Job) => void) | undefined {
  if (notify === undefined) return undefined;
  return ({ title, sentence, outcome }) =>
    notify({
      title: outcome === 'succeeded' ? `${title}: done` : `${title}: failed`,
      body: sentence,
    });
}
