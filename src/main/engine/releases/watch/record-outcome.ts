import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { Journal } from '../../journal/journal.ts';
import { stateSentence } from './sentence.ts';

/** Keeps why a deployment fails while it can still be seen, for those who started and stopped it. */
export function recordEvidence(journal: Journal, { deployment, failures, diagnosis }: Rollout): void {
  if (diagnosis === undefined) return;
  const evidence = { failures, events: diagnosis.events, diagnosis };
  for (const { id } of journal.entries.ofDeployment(deployment.arn)) journal.entries.update(id, { evidence });
}

/**
 * Writes how a watched deployment ended into the entries of those who started and stopped it through Slipway, and
 * returns the rollout. Failed tasks are forgotten by ECS within an hour: when they are gone, what the journal kept of
 * them is said again.
 */
export function recordEnd(journal: Journal, rollout: Rollout): Rollout {
  const { deployment, failures } = rollout;
  const entries = journal.entries.ofDeployment(deployment.arn);
  const kept = entries.find(
    ({ outcome, sentence }) => outcome === deployment.outcome && sentence !== undefined,
  );
  const isForgotten = failures.length === 0 && deployment.outcome !== 'succeeded';
  if (isForgotten && kept?.sentence !== undefined) return asKept(rollout, kept.sentence, entries);
  for (const entry of entries) writeEnd(journal, entry, deployment, rollout.sentence);
  recordEvidence(journal, rollout);
  return rollout;
}

/** The rollout with what the journal kept of its failure. */
function asKept(rollout: Rollout, sentence: string, entries: readonly JournalEntry[]): Rollout {
  const evidence = entries.find((entry) => entry.evidence?.diagnosis !== undefined)?.evidence;
  if (evidence?.diagnosis === undefined) return { ...rollout, sentence };
  return {
    ...rollout,
    sentence,
    failures: evidence.failures,
    diagnosis: { ...evidence.diagnosis, sentence },
  };
}

/** Deployments that have ended while the journal does not know it yet. */
export function unsettled(journal: Journal, deployments: readonly Deployment[]): readonly Deployment[] {
  return deployments.filter(
    ({ arn, outcome }) =>
      outcome !== 'in-progress' && outcome !== 'unknown' && openEntries(journal, arn).length > 0,
  );
}

/**
 * The same for deployments that nobody watched to their end: the causes that are known, in sentences by the ARN of the
 * deployment, and otherwise what ECS remembers of them.
 */
export function recordKnownEnds(
  journal: Journal,
  deployments: readonly Deployment[],
  causes: ReadonlyMap<string, string> = new Map(),
): void {
  for (const deployment of unsettled(journal, deployments)) {
    const back = deployment.previousRevision;
    const cause = causes.get(deployment.arn)?.replace(/\.$/, '');
    const sentence = stateSentence({
      deployment,
      ready: 0,
      requested: 0,
      ...(back === undefined ? {} : { rolledBackTo: back }),
      ...(cause === undefined ? {} : { cause }),
    });
    for (const entry of openEntries(journal, deployment.arn)) writeEnd(journal, entry, deployment, sentence);
  }
}

/** There is nothing left to watch: the deployment or its service is gone. */
export function recordLoss(journal: Journal, deploymentArn: string, error: unknown): void {
  if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') return;
  for (const { id } of openEntries(journal, deploymentArn)) {
    journal.entries.update(id, { state: 'failed', outcome: 'unknown', sentence: error.message });
  }
}

function writeEnd(
  journal: Journal,
  { id, kind }: JournalEntry,
  { outcome }: Deployment,
  sentence: string,
): void {
  const wanted = kind === 'stop' ? 'rolled-back' : 'succeeded';
  journal.entries.update(id, { state: outcome === wanted ? 'done' : 'failed', outcome, sentence });
}

function openEntries(journal: Journal, deploymentArn: string): readonly JournalEntry[] {
  return journal.entries.ofDeployment(deploymentArn).filter(({ state }) => state === 'open');
}
