import { useState } from 'react';
import type { Plan, Release, ReleaseStep } from '../../../../shared/model/plan.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { type StreamState, useEngineStream } from '../../lib/streams.ts';
import type { PlanInput } from './plan-input.ts';

export interface Execution {
  readonly current: StreamState<'releases.execute'>;
  readonly steps: readonly ReleaseStep[];
  /** Answers what was started, or nothing when it failed or was cancelled. */
  readonly start: (input: PlanInput, overrides: ReadonlySet<string>) => Promise<Release | undefined>;
  /** Stops it between two calls; what has been sent by then stays sent. */
  readonly cancel: () => void;
  readonly cancelled: boolean;
}

/** Carries out a plan when it is told to, and remembers the steps as they come. */
export function useExecution(plan: Plan): Execution {
  const [steps, setSteps] = useState<readonly ReleaseStep[]>([]);
  const [cancelled, setCancelled] = useState(false);
  const stream = useEngineStream('releases.execute', {
    onEvent: (step) => setSteps((before) => withStep(before, step)),
  });
  const job = useEngineChange('jobs.cancel');
  return {
    current: stream.current,
    steps,
    cancelled,
    cancel() {
      // The engine carries it out whether or not somebody waits for it.
      job.mutate({ job: plan.id });
      stream.cancel();
      setCancelled(true);
    },
    start({ why, link, commit, tagRevision, confirmation }, overrides) {
      setSteps([]);
      setCancelled(false);
      return stream.start({
        plan: plan.id,
        ...(why.trim() === '' ? {} : { why: why.trim() }),
        ...(link.trim() === '' ? {} : { link: link.trim() }),
        ...(commit.trim() === '' ? {} : { commit: commit.trim() }),
        ...(tagRevision ? {} : { tagRevision: false }),
        ...(confirmation === '' ? {} : { confirmation }),
        ...(overrides.size === 0 ? {} : { overrides: [...overrides] }),
      });
    },
  };
}

/** The steps after an event: an answer takes the place of the step that it answers. */
function withStep(steps: readonly ReleaseStep[], step: ReleaseStep): readonly ReleaseStep[] {
  const open = steps.findLastIndex((each) => each.operation === step.operation && each.state === 'sent');
  return open < 0 ? [...steps, step] : steps.with(open, step);
}
