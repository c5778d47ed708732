import fc from 'fast-check';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JobControls } from './cleanup-work.ts';

/** What happens around one request: `lost` is carried out without an answer, `killed…` ends the process there. */
export type Incident =
  | { readonly kind: 'nothing' | 'refused' | 'lost' | 'killedBefore' | 'killedAfter' }
  | { readonly kind: 'deployed'; readonly service: number; readonly revision: number };

/** The process is gone: nothing of it runs on. */
class Killed extends Error {}

export const anIncident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'nothing' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deployed' as const),
      service: fc.nat(3),
      revision: fc.nat(40),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'refused' as const,
        'lost' as const,
        'killedBefore' as const,
        'killedAfter' as const,
      ),
    }),
  },
);

/** Carries requests out, with one incident around each; `deploy` is what others do meanwhile. */
export function requestsAmid(
  incidents: readonly Incident[],
  deploy: (service: number, revision: number) => void,
): <T>(carryOut: () => T) => Promise<T> {
  const script = incidents.values();
  return async (carryOut) => {
    const incident = script.next().value ?? { kind: 'nothing' };
    await Promise.resolve();
    if (incident.kind === 'deployed') deploy(incident.service, incident.revision);
    if (incident.kind === 'killedBefore') throw new Killed();
    if (incident.kind === 'refused') throw noAnswer();
    const answer = carryOut();
    if (incident.kind === 'killedAfter') throw new Killed();
    if (incident.kind === 'lost') throw noAnswer();
    return answer;
  };
}

function noAnswer(): SlipwayError {
  return new SlipwayError('UNAVAILABLE', 'AWS gave no answer.', { retryable: true });
}

/** The next process, or the next attempt of this one, goes on with what is on disk. */
export async function untilItEnds(run: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Killed || error instanceof SlipwayError) continue;
      throw error;
    }
  }
}

/** Nobody pauses or cancels it. */
export function withoutInterruption(): JobControls {
  const { signal } = new AbortController();
  return { mayGoOn: () => true, report: () => {}, now: () => 0, signal };
}
