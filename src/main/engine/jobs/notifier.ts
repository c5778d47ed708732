import type { Job } from '../../../shared/model/job.ts';
import type { HostFacts } from '../ports/ports.ts';

/** Tells the person through the host how a job has ended; undefined where the host has no way. */
export function notifier({ notify }: HostFacts): ((job: Job) => void) | undefined {
  if (notify === undefined) return undefined;
  return ({ title, sentence, outcome }) =>
    notify({
      title: outcome === 'succeeded' ? `${title}: done` : `${title}: failed`,
      body: sentence,
    });
}
