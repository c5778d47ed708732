import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { FleetBoard, FleetRow } from '../../../shared/model/fleet.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import type { JobEnd, JobRun } from '../jobs/jobs.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { checkExecuteRequest, type FleetExecuteRequest, requestToKeep } from './fleet-execute-request.ts';
import { fleetSentence } from './fleet-sentence.ts';
import { createInterruptedFleets } from './interrupted-fleets.ts';
import { journalBoard } from './journal-state.ts';
import { createLiveBoard, type LiveBoard } from './live-state.ts';
import { isInProgress } from './next-step.ts';
import { createFleetRun, type FleetRun } from './run-fleet.ts';
import { loadFleet, type StoredFleet } from './stored-fleet.ts';

/** The fleets that this process carries out, and what the journal has of others. */
export interface Fleets {
  /**
   * Starts a fleet as a job. Throws NOT_FOUND (expired), CONFLICT (carried out before), PREFLIGHT_FAILED (a service of
   * it cannot be deployed) and INVALID_INPUT (not confirmed).
   */
  execute(request: FleetExecuteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Starts the wave that a fleet waits with, or the rest of one that was interrupted or stopped. Throws CONFLICT when
   * it is in progress, and when nothing of it is left to start.
   */
  resume(id: string, signal: AbortSignal): Promise<void>;
  board(id: string): FleetBoard;
  /** Reports changes of a fleet's board in this process. */
  watch(id: string, tell: () => void): () => void;
  /** Starts nothing more; with `back` takes back what has it. Throws CONFLICT when there is nothing to stop. */
  stop(id: string, how: 'go-on' | 'back', signal: AbortSignal): Promise<void>;
  /** Finds the fleets that were interrupted with the process that carried them out. Comes before that of releases. */
  recover(): void;
  /** Releases what is in progress, which the next start shows as interrupted. Comes before the jobs are closed. */
  close(): void;
}

interface Live {
  readonly board: LiveBoard;
  readonly run: FleetRun;
  readonly entry: string;
}

/** What of a fleet's release a journal entry is about. */
interface Act {
  readonly title: string;
  readonly rows: readonly FleetRow[];
}

export function createFleets(dependencies: FleetDependencies): Fleets {
  const { releasing, jobs, recoverReleases } = dependencies;
  const { journal } = releasing;
  const interrupted = createInterruptedFleets(dependencies);
  const live = new Map<string, Live>();
  let isClosing = false;

  /** The run of a fleet that this process is at. */
  function inProgress(id: string): Live | undefined {
    const one = live.get(id);
    return one === undefined || !jobs.isInProgress(id) ? undefined : one;
  }

  /** Opens an entry for what a person does with a fleet, and starts it as a job. */
  function launch(fleet: StoredFleet, act: Act, entry: string): FleetRun {
    const { id, account, region, repository: subject, title } = fleet;
    const board = createLiveBoard(fleet, act.rows);
    const one = { board, run: createFleetRun({ dependencies, fleet, board }), entry };
    live.set(id, one);
    jobs.start({ id, kind: 'fleet', account, region, subject, title, recovered: false }, (run) =>
      advance(one, run),
    );
    return one.run;
  }

  function beginEntry(fleet: StoredFleet, title: string, callerIdentity: string | undefined): string {
    const { id, account, region, repository, request } = fleet;
    const { why, link, commit } = request ?? {};
    return journal.entries.begin({
      account,
      region,
      cluster: undefined,
      subject: repository,
      plan: id,
      kind: 'fleet',
      title,
      ...(why === undefined ? {} : { why }),
      ...(link === undefined ? {} : { link }),
      ...(commit === undefined ? {} : { commit }),
      ...(callerIdentity === undefined ? {} : { callerIdentity }),
    });
  }

  async function advance({ board, run, entry }: Live, { signal, report }: JobRun): Promise<JobEnd> {
    const stopWatching = board.watch(() => report(standOf(board)));
    const onCancel = (): void => {
      if (!isClosing) run.stop('go-on');
    };
    signal.addEventListener('abort', onCancel, { once: true });
    try {
      await run.carryOut();
    } catch (error) {
      board.become('interrupted');
      journal.entries.release(entry);
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

  /** Resumes a fleet that no process runs any more, with a job and entry of its own. */
  async function takeUp(id: string, title: string, rows: readonly FleetRow[], signal: AbortSignal) {
    const { fleet } = loadFleet(journal, id);
    const callerIdentity = await readCallerIdentity(releasing, fleet, signal);
    if (signal.aborted) throw cancelled(`“${fleet.title}”`);
    await interrupted.decided(id);
    const entry = journal.atOnce(() => {
      const before = journal.entries.ofPlan(id);
      if (before?.state === 'open') throw isAtWork(fleet.title);
      if (before?.outcome === 'unknown') {
        const sentence = `Slipway quit before this finished. Resumed: “${title}”.`;
        journal.entries.update(before.id, { sentence });
      }
      return beginEntry(fleet, title, callerIdentity);
    });
    return launch(fleet, { title, rows }, entry);
  }

  /** The board of a fleet that no process runs. Interrupted releases are recovered. */
  function boardToTakeUp(id: string): FleetBoard {
    interrupted.find();
    recoverReleases();
    const board = journalBoard(releasing, id);
    if (board.state === 'running') throw isAtWork(board.title);
    if (board.state === 'planned') throw notBegun(board.title);
    return board;
  }

  return {
    async execute(request, signal) {
      const { fleet, claimedAt } = loadFleet(journal, request.plan);
      if (claimedAt !== undefined) throw carriedOutBefore(fleet.title);
      await checkExecuteRequest(fleet, request);
      const callerIdentity = await readCallerIdentity(releasing, fleet, signal);
      if (signal.aborted) throw cancelled(`“${fleet.title}”`);
      const begun: StoredFleet = { ...fleet, request: requestToKeep(request) };
      const entry = journal.atOnce(() => {
        if (!journal.plans.claim(fleet.id)) throw carriedOutBefore(fleet.title);
        journal.plans.replace(fleet.id, begun);
        return beginEntry(begun, fleet.title, callerIdentity);
      });
      launch(begun, { title: fleet.title, rows: [] }, entry);
    },
    async resume(id, signal) {
      const one = inProgress(id);
      if (one !== undefined) {
        const { state, title } = one.board.board();
        if (state !== 'paused') throw isAtWork(title);
        return one.run.resume();
      }
      const { title, waves } = boardToTakeUp(id);
      const rows = waves.flat().map(toBegin);
      if (!rows.some(({ state }) => state === 'waiting' || state === 'deploying')) throw nothingLeft(title);
      await takeUp(id, `Go on: ${title}`, rows, signal);
    },
    board: (id) => inProgress(id)?.board.board() ?? journalBoard(releasing, id),
    watch: (id, tell) => live.get(id)?.board.watch(tell) ?? (() => {}),
    async stop(id, how, signal) {
      const one = inProgress(id);
      if (one !== undefined) return one.run.stop(how);
      const { title, state, waves } = boardToTakeUp(id);
      const rows = waves.flat();
      if (how === 'back') {
        if (!rows.some((row) => row.state === 'succeeded' || isInProgress(row.state)))
          throw nothingLeft(title);
        const run = await takeUp(id, `Roll back: ${title}`, rows, signal);
        return run.stop('back');
      }
      if (state !== 'interrupted') throw nothingLeft(title);
      interrupted.endHere(id);
      await interrupted.decided(id);
    },
    recover() {
      interrupted.find();
      interrupted.show();
    },
    close() {
      isClosing = true;
      interrupted.close();
      for (const { run } of live.values()) run.detach();
    },
  };
}

/** What was held back waits for its wave again. */
function toBegin(row: FleetRow): FleetRow {
  if (row.state !== 'held-back') return row;
  return { ...row, state: 'waiting', sentence: 'Waiting for its wave.' };
}

function standOf(board: LiveBoard): Parameters<JobRun['report']>[0] {
  const states = board.states().flat();
  const done = states.filter((state) => state !== 'waiting' && !isInProgress(state)).length;
  const progress = { done, total: states.length };
  const counts = fleetSentence(states);
  const { state } = board.board();
  if (state === 'paused') {
    return {
      state: 'waiting',
      sentence: `Waiting for you to start the next wave. ${counts}`,
      progress,
    };
  }
  return { state: state === 'stopping' ? 'watching' : 'sending', sentence: counts, progress };
}

function endOf(board: LiveBoard, run: FleetRun): JobEnd {
  const states = board.states().flat();
  const sentence = fleetSentence(states);
  if (states.every((state) => state === 'succeeded')) return { outcome: 'succeeded', sentence };
  return { outcome: run.isStopped() ? 'cancelled' : 'failed', sentence };
}

function carriedOutBefore(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `“${title}” has already been carried out, or is in progress. A plan is carried out once; review the changes again.`,
  );
}

function isAtWork(title: string): SlipwayError {
  return new SlipwayError('CONFLICT', `“${title}” is in progress. See its services.`);
}

function notBegun(title: string): SlipwayError {
  return new SlipwayError('CONFLICT', `“${title}” has not started. Start it with fleet.execute.`);
}

function nothingLeft(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `“${title}” has no services left for this. See the state of each service.`,
  );
}
