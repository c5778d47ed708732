import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { FleetBoard } from '../../../shared/model/fleet.ts';
import type { JobEnd, JobRun } from '../jobs/jobs.ts';
import { whoAmI } from '../releases/who.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { fleetSentence } from './fleet-sentence.ts';
import { INTERRUPTED, journalBoard } from './journal-board.ts';
import { createLiveBoard, type LiveBoard } from './live-board.ts';
import { createFleetRun, type FleetRun } from './run-fleet.ts';
import { loadFleet, type StoredFleet } from './stored-fleet.ts';

/** What the person says with a fleet plan. */
export interface FleetConsent {
  readonly plan: string;
  readonly why?: string | undefined;
  readonly confirmation?: string | undefined;
}

/** The fleets that this process carries out, and what the journal has of others. */
export interface Fleets {
  /**
   * Starts a fleet as a job. Throws NOT_FOUND (lapsed), CONFLICT (carried out before), PREFLIGHT_FAILED (a service of
   * it cannot be deployed) and INVALID_INPUT (not confirmed).
   */
  execute(consent: FleetConsent, signal: AbortSignal): Promise<void>;
  board(id: string): FleetBoard;
  /** Tells the changes of a fleet's board that happen in this process. */
  watch(id: string, tell: () => void): () => void;
  /** Throws CONFLICT for a fleet that this process does not carry out any more. */
  stop(id: string, how: 'go-on' | 'back'): void;
  /** Writes down which fleets were broken off with the process that carried them out. */
  recover(): void;
  /** Lets go of what is under way, which the next start shows as interrupted. Comes before the jobs are closed. */
  close(): void;
}

interface Live {
  readonly board: LiveBoard;
  readonly run: FleetRun;
  readonly entry: string;
}

export function createFleets(dependencies: FleetDependencies): Fleets {
  const { releasing, jobs } = dependencies;
  const { journal } = releasing;
  const live = new Map<string, Live>();
  let isClosing = false;

  function begin(
    { id, account, region, repository, title }: StoredFleet,
    why?: string,
    who?: string,
  ): string {
    return journal.atOnce(() => {
      if (!journal.plans.claim(id)) throw carriedOutBefore(title);
      return journal.entries.begin({
        account,
        region,
        cluster: undefined,
        subject: repository,
        plan: id,
        kind: 'fleet',
        title,
        ...(why === undefined ? {} : { why }),
        ...(who === undefined ? {} : { who }),
      });
    });
  }

  async function conduct({ board, run, entry }: Live, { signal, report }: JobRun): Promise<JobEnd> {
    const stopWatching = board.watch(() => report(standOf(board, run)));
    const onCancel = (): void => {
      if (!isClosing) run.stop('go-on');
    };
    signal.addEventListener('abort', onCancel, { once: true });
    try {
      await run.carryOut();
    } catch (error) {
      board.become('interrupted');
      journal.entries.letGo(entry);
      throw error;
    } finally {
      stopWatching();
      signal.removeEventListener('abort', onCancel);
    }
    const end = endOf(board, run);
    const outcome = end.outcome === 'cancelled' ? 'stopped' : end.outcome;
    const state = end.outcome === 'succeeded' ? 'done' : 'failed';
    journal.entries.update(entry, { state, outcome, sentence: end.sentence });
    return end;
  }

  return {
    async execute({ plan, why, confirmation }, signal) {
      const { fleet, claimedAt } = loadFleet(journal, plan);
      if (claimedAt !== undefined) throw carriedOutBefore(fleet.title);
      requireConsent(fleet, confirmation);
      const { id, account, region, repository: subject, title } = fleet;
      const who = await whoAmI(releasing, { account, region }, signal);
      if (signal.aborted) throw cancelled(`“${title}”`);
      const entry = begin(fleet, why, who);
      const board = createLiveBoard(fleet);
      const one = { board, run: createFleetRun({ dependencies, fleet, board, why }), entry };
      live.set(id, one);
      jobs.start({ id, kind: 'fleet', account, region, subject, title, recovered: false }, (run) =>
        conduct(one, run),
      );
    },
    board: (id) => live.get(id)?.board.board() ?? journalBoard(releasing, id),
    watch: (id, tell) => live.get(id)?.board.watch(tell) ?? (() => {}),
    stop(id, how) {
      const one = live.get(id);
      const { title } = loadFleet(journal, id).fleet;
      if (one === undefined || one.board.board().state === 'ended') throw notUnderWay(title);
      one.run.stop(how);
    },
    recover() {
      for (const { id, kind } of journal.entries.brokenOff()) {
        if (kind !== 'fleet' || !journal.entries.takeOver(id)) continue;
        journal.entries.update(id, { state: 'failed', outcome: 'unknown', sentence: INTERRUPTED });
      }
    },
    close() {
      isClosing = true;
      for (const { run } of live.values()) run.letGo();
    },
  };
}

function standOf(board: LiveBoard, run: FleetRun): Parameters<JobRun['report']>[0] {
  const states = board.states().flat();
  const done = states.filter((state) => !['waiting', 'deploying', 'rolling-back'].includes(state)).length;
  return {
    state: run.isStopped() ? 'watching' : 'sending',
    sentence: fleetSentence(states),
    progress: { done, total: states.length },
  };
}

function endOf(board: LiveBoard, run: FleetRun): JobEnd {
  const states = board.states().flat();
  const sentence = fleetSentence(states);
  if (states.every((state) => state === 'succeeded')) return { outcome: 'succeeded', sentence };
  return { outcome: run.isStopped() ? 'cancelled' : 'failed', sentence };
}

function requireConsent({ title, canExecute, confirmation }: StoredFleet, typed: string | undefined): void {
  if (!canExecute) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `“${title}” has services that cannot be deployed as they are. Leave those out, or see to their checks, and plan again.`,
    );
  }
  if (confirmation === undefined || confirmation === typed) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Services of this release are production: type ${confirmation} to confirm that they shall be changed.`,
  );
}

function carriedOutBefore(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `“${title}” was carried out already, or is under way. A plan is carried out once; plan again.`,
  );
}

function notUnderWay(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `“${title}” is not under way here any more, so there is nothing to stop. Stop or roll back its services one by one.`,
  );
}
