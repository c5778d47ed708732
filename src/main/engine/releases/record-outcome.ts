import { SlipwayError } from '../../../shared/errors.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { Journal } from '../journal/journal.ts';

/** Writes how a deployment ended into the entries of those who started and stopped it through Slipway. */
export const recordOutcome = {
  ended(journal: Journal, { deployment, sentence }: Rollout): void {
    for (const { id, kind } of openEntries(journal, deployment.arn)) {
      const wanted = kind === 'stop' ? 'rolled-back' : 'succeeded';
      const state = deployment.outcome === wanted ? 'done' : 'failed';
      journal.entries.update(id, { state, outcome: deployment.outcome, sentence });
    }
  },
  /** Nothing is left to watch: the deployment or its service is gone. */
  lost(journal: Journal, deploymentArn: string, error: unknown): void {
    if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') return;
    for (const { id } of openEntries(journal, deploymentArn)) {
      journal.entries.update(id, { state: 'failed', outcome: 'unknown', sentence: error.message });
    }
  },
};

function openEntries(journal: Journal, deploymentArn: string) {
  return journal.entries.ofDeployment(deploymentArn).filter(({ state }) => state === 'open');
}
