import type { Client } from '../../../shared/client.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import { EXIT } from './exit-code.ts';
import type { Followed } from './follow.ts';
import type { Invocation } from './verb.ts';

/** How a release ended for the caller. */
export interface Ended {
  readonly code: number;
  readonly result: string;
  readonly sentence: string;
  readonly release?: Release;
  readonly rollout?: Rollout | undefined;
  /** The task of --before that failed. */
  readonly task?: FailedTask;
}

export interface FailedTask {
  readonly taskArn: string;
  readonly container: string | undefined;
  /** Missing when the container had none. */
  readonly exitCode?: number;
  /** The last ones that it wrote. */
  readonly lines: readonly string[];
}

/** How following it ended, as an exit code and a sentence. */
export function endOf(
  followed: Followed,
  { service: { service, cluster }, kind, confirmation }: Pick<Plan, 'service' | 'kind' | 'confirmation'>,
  deployment: string,
): Ended {
  const where = `-c ${cluster} -n ${service}`;
  const confirmed = confirmation === undefined ? where : `${where} --confirm ${confirmation}`;
  switch (followed.kind) {
    case 'ended': {
      const { rollout } = followed;
      const wanted = kind === 'stop' ? 'rolled-back' : 'succeeded';
      const { outcome } = rollout.deployment;
      return {
        code: outcome === wanted ? EXIT.success : EXIT.failed,
        result: outcome,
        sentence: rollout.sentence,
        rollout,
      };
    }
    case 'reached':
      return {
        code: EXIT.success,
        result: 'in-progress',
        sentence: followed.rollout.sentence,
        rollout: followed.rollout,
      };
    case 'waits':
      return {
        code: EXIT.waitsForPerson,
        result: 'waiting',
        sentence: `The deployment waits for a person at the hook ${followed.hook}. \`slipway continue ${confirmed}\` continues it, --roll-back takes it back.`,
        rollout: followed.rollout,
      };
    case 'time-is-up':
      return {
        code: EXIT.timeIsUp,
        result: 'in-progress',
        sentence: `Time is up, and the deployment continues. ${followed.rollout?.sentence ?? ''} \`slipway watch ${where}\` follows it.`,
        rollout: followed.rollout,
      };
    case 'interrupted':
      return {
        code: EXIT.interrupted,
        result: 'in-progress',
        sentence: `Interrupted. The deployment ${deployment} was sent and continues. \`slipway watch ${where}\` follows it, \`slipway rollback ${confirmed}\` takes it back.`,
        rollout: followed.rollout,
      };
  }
}

const LONGEST_SETTLING_MS = 10_000;

/** Waits until the job has recorded the end in the journal, because the engine is closed next. */
export async function settled({ io }: Invocation, client: Client, plan: string): Promise<void> {
  const isOver = (jobs: readonly Job[]): boolean =>
    jobs.every(({ id, state }) => id !== plan || state === 'ended');
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, io.timeout(LONGEST_SETTLING_MS)]);
  const watching = client.call(
    'jobs.watch',
    {},
    {
      signal,
      onEvent(jobs) {
        if (isOver(jobs)) enough.abort();
      },
    },
  );
  await watching.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
