import fc from 'fast-check';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JobControls } from '../cleanup/jobs/job-controls.ts';

/** What happens around one request: `lost` is carried out without an answer, `killed…` ends the process there. */
export type Incident =
  | { readonly kind: 'nothing' | 'refused' | 'lost' | 'killedBefore' | 'killedAfter' }
  | { readonly kind: 'deployed'; readonly service: number; readonly revision: number }
  | { readonly kind: 'scheduled'; readonly schedule: number; readonly revision: number | 'newest' }
  | { readonly kind: 'deregistered'; readonly revision: number };

/** The process is gone: nothing of it runs on. */
class Killed extends Error {}

export const anIncident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'nothing' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deployed' as const),
      service: fc.nat(6),
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

/** What others do to task definitions, besides deploying them. */
export const aTaskDefinitionIncident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 6, arbitrary: anIncident },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('scheduled' as const),
      schedule: fc.nat(2),
      revision: fc.oneof(fc.nat(40), fc.constant('newest' as const)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('deregistered' as const), revision: fc.nat(40) }),
  },
);

/** Carries requests out, with one incident around each; `meanwhile` is what others do before it arrives. */
export function requestsAmid(
  incidents: readonly Incident[],
  meanwhile: (incident: Incident) => void,
): <T>(carryOut: () => T) => Promise<T> {
  const script = incidents.values();
  return async (carryOut) => {
    const incident = script.next().value ?? { kind: 'nothing' };
    await Promise.resolve();
    meanwhile(incident);
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

/** The next process, or the next attempt of this one, continues with what is on disk. */
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
  return { mayContinue: () => true, report: () => {}, now: () => 0, signal };
}
