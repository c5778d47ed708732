import { useEffect, useEffectEvent, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { useEngineStream } from '../../lib/streams.ts';

export interface FactsOfFamilies {
  readonly byFamily: ReadonlyMap<string, FamilyFacts>;
  readonly error: SlipwayError | undefined;
  readonly retry: () => void;
}

const MOST_AT_ONCE = 100;

/** Reads how many revisions families have and when the newest was registered, only of those in sight and once of each. */
export function useFamilyFacts(scope: Scope, inSight: readonly string[]): FactsOfFamilies {
  const [byFamily, setByFamily] = useState<ReadonlyMap<string, FamilyFacts>>(new Map());
  const { current, start, cancel } = useEngineStream('families.facts', {
    onEvent: (facts) => setByFamily((before) => new Map(before).set(facts.family, facts)),
  });
  const read = useEffectEvent(() => {
    const families = inSight.filter((family) => !isWhole(byFamily.get(family))).slice(0, MOST_AT_ONCE);
    const { account, region } = scope;
    if (families.length > 0) void start({ account, region, families });
  });
  const key = inSight.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the families in sight
  useEffect(() => {
    read();
    return cancel;
  }, [key, cancel]);
  return { byFamily, error: current.state === 'failed' ? current.error : undefined, retry: read };
}

/** A family that left the screen before its time was read is read again. */
function isWhole(facts: FamilyFacts | undefined): boolean {
  return facts !== undefined && (facts.newest === undefined || facts.newest.registeredAt !== undefined);
}
