import type { FleetRowState } from '../../../shared/model/fleet.ts';
import type { JobEnd, JobRun } from '../jobs/jobs.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { fleetSentence } from './fleet-sentence.ts';
import { INTERRUPTED, journalBoard } from './journal-state.ts';
import { untilEnded } from './member-release.ts';
import { keepMember, loadFleet } from './stored-fleet.ts';

/** Fleets whose process was ended in the middle. Nothing of them starts before a person says so. */
export interface InterruptedFleets {
  /** Writes down which fleets were interrupted, with the services that may not have been sent to their end. */
  find(): void;
  /** Shows interrupted fleets as waiting jobs until somebody decides. */
  show(): void;
  /** Takes the job that waits for a decision off the list. */
  decided(id: string): Promise<void>;
  /** Writes down that a fleet ends here. What is in progress continues. */
  endHere(id: string): JobEnd;
  /** Leaves them as they are for the next start. Comes before the jobs are closed. */
  close(): void;
}

export function createInterruptedFleets({ releasing, jobs }: FleetDependencies): InterruptedFleets {
  const { journal } = releasing;
  const { entries } = journal;
  /** By id: ends the job that waits for a decision. */
  const undecided = new Map<string, () => void>();
  let isClosing = false;

  function endHere(id: string): JobEnd {
    const states = journalBoard(releasing, id)
      .waves.flat()
      .map(({ state }) => state);
    const sentence = fleetSentence(states);
    const isComplete = states.every((state) => state === 'succeeded');
    const end = isComplete ? 'succeeded' : endWithout(states);
    const entry = entries.ofPlan(id);
    if (entry !== undefined) {
      const outcome = end === 'cancelled' ? 'stopped' : end;
      entries.update(entry.id, { state: isComplete ? 'done' : 'failed', outcome, sentence });
    }
    return { outcome: end, sentence };
  }

  /** What was sent is followed to its end, which may leave nothing to decide. */
  async function followToEnd(id: string): Promise<void> {
    const members = loadFleet(journal, id).fleet.waves.flat();
    await Promise.all(members.map(({ plan }) => untilEnded(jobs, plan, () => {})));
  }

  /** Lasts until somebody decides, or nothing is left to decide. Cancelled by a person, the fleet ends here. */
  async function wait(id: string, { signal, report }: JobRun): Promise<JobEnd | undefined> {
    const decision = Promise.withResolvers<void>();
    const isOver = (): boolean => journalBoard(releasing, id).state === 'ended';
    undecided.set(id, decision.resolve);
    signal.addEventListener('abort', () => decision.resolve(), { once: true });
    report({ state: 'waiting', sentence: INTERRUPTED });
    const overByItself = followToEnd(id).then(() => (isOver() ? undefined : decision.promise));
    await Promise.race([decision.promise, overByItself]);
    undecided.delete(id);
    if (isClosing || (!signal.aborted && !isOver())) return undefined;
    return endHere(id);
  }

  return {
    find() {
      const broken = entries.interrupted();
      const plans = new Set(broken.map(({ plan }) => plan));
      for (const { id, kind, plan } of broken) {
        if (kind !== 'fleet' || plan === undefined || !entries.takeOver(id)) continue;
        const members = loadFleet(journal, plan).fleet.waves.flat();
        for (const member of members.filter((each) => plans.has(each.plan))) {
          keepMember(journal, plan, member, { isInterrupted: true });
        }
        entries.update(id, { state: 'failed', outcome: 'unknown', sentence: INTERRUPTED });
      }
    },
    show() {
      for (const { plan } of entries.list({ kind: 'fleet', outcome: 'unknown' })) {
        if (plan === undefined || jobs.isInProgress(plan) || journal.plans.find(plan) === undefined) continue;
        const { account, region, title, repository: subject, waves } = loadFleet(journal, plan).fleet;
        for (const member of waves.flat()) jobs.isPartOf(member.plan, plan);
        if (entries.ofPlan(plan)?.outcome !== 'unknown') continue;
        const job = { id: plan, kind: 'fleet', account, region, subject, title, recovered: true } as const;
        jobs.start(job, (run) => wait(plan, run));
      }
    },
    async decided(id) {
      const decide = undecided.get(id);
      if (decide === undefined) return;
      decide();
      await untilEnded(jobs, id, () => {});
    },
    endHere,
    close() {
      isClosing = true;
    },
  };
}

/** Services that were never started were stopped; otherwise something has failed. */
function endWithout(states: readonly FleetRowState[]): 'cancelled' | 'failed' {
  return states.includes('held-back') ? 'cancelled' : 'failed';
}
