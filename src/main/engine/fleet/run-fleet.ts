import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { serviceLabel } from '../aws/arns.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { HELD_BACK, isUnsent, NOT_BEGUN } from './journal-state.ts';
import type { LiveBoard } from './live-state.ts';
import { memberOutcomeOf } from './member-outcome.ts';
import { backOf, startBack, untilEnded, untilSent } from './member-release.ts';
import { startInTurn } from './member-turn.ts';
import { failuresIn, isInProgress, type NextStep, nextStep } from './next-step.ts';
import { keepMember, loadFleet, type StoredFleet, type StoredMember } from './stored-fleet.ts';

/** A fleet that is carried out. */
export interface FleetRun {
  /** Carries it out to its end. Throws CANCELLED when it was released. */
  readonly carryOut: () => Promise<void>;
  /** Starts the wave that it waits with, if it does. */
  readonly resume: () => void;
  /** Starts no further wave; with `back` takes back what was sent. May be said again. */
  readonly stop: (how: 'go-on' | 'back') => void;
  /** The engine is closed: nothing more is started, and the next start shows it as interrupted. */
  readonly detach: () => void;
  readonly isStopped: () => boolean;
}

interface FleetRunOptions {
  readonly dependencies: FleetDependencies;
  readonly fleet: StoredFleet;
  readonly board: LiveBoard;
}

/** A fleet from the state of its board: at its start, or after an interruption. */
export function createFleetRun({ dependencies, fleet, board }: FleetRunOptions): FleetRun {
  const { jobs, releasing } = dependencies;
  const { entries } = releasing.journal;
  const places = fleet.waves.flat();
  /** By place: releases on their way to ECS. */
  const sending = new Map<string, Promise<unknown>>();
  /** By place: services on their way back. */
  const backs = new Map<string, Promise<void>>();
  /** In progress since before an interruption. */
  const earlier = places.filter((member) => isInProgress(board.row(member).state));
  const forgiven = failuresIn(board.states().flat());
  let agreed = board.states().findIndex((wave) => wave.includes('waiting') || wave.includes('deploying'));
  let paused = Promise.withResolvers<void>();
  let stopped: 'go-on' | 'back' | undefined;
  const leaving = new AbortController();

  /** As it is kept now: a service that is planned again has another plan. */
  function kept({ cluster, service }: StoredMember): StoredMember {
    const members = loadFleet(releasing.journal, fleet.id).fleet.waves.flat();
    const found = members.find((each) => each.cluster === cluster && each.service === service);
    if (found === undefined) throw new Error(`${cluster}/${service} is not part of this release.`);
    return found;
  }

  const failures = (): number => failuresIn(board.states().flat()) - forgiven;

  function step(): NextStep {
    const { stopAfterFailures, pause } = fleet;
    const isStopped = stopped !== undefined;
    return nextStep({ waves: board.states(), stopAfterFailures, forgiven, pause, agreed, isStopped });
  }

  /** Says at once what will not be started any more, although others are still in progress. */
  function holdBackIfDue(): void {
    if (leaving.signal.aborted || step().kind !== 'hold-back') return;
    const sentence = stopped === undefined ? HELD_BACK : NOT_BEGUN;
    for (const member of places.filter((each) => board.row(each).state === 'waiting')) {
      board.change(member, { state: 'held-back', sentence });
    }
  }

  function settle(member: StoredMember, change: Parameters<LiveBoard['change']>[1]): void {
    board.change(member, change);
    holdBackIfDue();
  }

  /** The plan that is in progress, or nothing when the release was refused. */
  async function send(member: StoredMember): Promise<string | undefined> {
    try {
      return await startInTurn(dependencies, fleet, {
        kept: () => kept(member),
        leaving: leaving.signal,
        isStopped: () => stopped !== undefined,
        onPlace: (sentence) => board.change(member, { sentence }),
      });
    } catch (error) {
      // It was not refused: the next start finds it as it is.
      if (leaving.signal.aborted) throw error;
      const refused = refusalOf(error);
      const isLeft = entries.ofPlan(kept(member).plan)?.state === 'unfinished';
      keepMember(releasing.journal, fleet.id, member, isLeft ? { isInterrupted: false } : { refused });
      settle(member, refused);
      return undefined;
    }
  }

  /** A release that was stopped while it waited for its lock was not started. */
  function refusalOf(error: unknown): NonNullable<StoredMember['refused']> {
    const code = error instanceof SlipwayError ? error.code : undefined;
    if (code === 'CANCELLED' && stopped !== undefined) return { state: 'held-back', sentence: NOT_BEGUN };
    return { state: code === 'STALE_PLAN' ? 'stale' : 'failed', sentence: sentenceOf(error) };
  }

  async function deploy(member: StoredMember): Promise<void> {
    board.change(member, { state: 'deploying', sentence: 'Sending.' });
    const sent = send(member);
    sending.set(serviceLabel(member), sent);
    const plan = await sent;
    if (plan !== undefined) await follow(member, plan);
  }

  /** Shows the state of a release until its job has ended. */
  async function follow(member: StoredMember, plan: string): Promise<void> {
    await untilEnded(jobs, plan, ({ sentence, deploymentArn }) => {
      const watched = deploymentArn === undefined ? {} : { deploymentArn };
      const isOnItsWayBack = board.row(member).state === 'rolling-back';
      board.change(member, isOnItsWayBack ? watched : { sentence, ...watched });
    });
    if (board.row(member).state === 'deploying') settle(member, endOf(kept(member)));
  }

  /** The state of a release when nobody watches it any more. Only a success that is known is one. */
  function endOf(member: StoredMember): Parameters<LiveBoard['change']>[1] {
    const entry = entries.ofPlan(member.plan);
    if (entry === undefined || entry.state === 'open') {
      return { state: 'failed', sentence: 'Slipway no longer follows it, so its outcome is unknown.' };
    }
    if (!isUnsent(member, entry)) return memberOutcomeOf(entry, undefined);
    return stopped === undefined
      ? { state: 'waiting', sentence: 'It was interrupted, and is sent with its wave.' }
      : { ...memberOutcomeOf(entry, undefined), state: 'held-back' };
  }

  /** What was in progress before an interruption, there or back. */
  async function followEarlier(member: StoredMember): Promise<void> {
    const release = entries.ofPlan(kept(member).plan);
    const back = release === undefined ? undefined : backOf(releasing, release);
    if (release === undefined || back?.plan === undefined) return follow(member, kept(member).plan);
    await untilEnded(jobs, back.plan, ({ sentence }) => board.change(member, { sentence }));
    settle(member, memberOutcomeOf(release, entries.find(back.id)));
  }

  async function takeBack(member: StoredMember): Promise<void> {
    await sending.get(serviceLabel(member));
    await untilSent(jobs, kept(member).plan);
    const release = entries.ofPlan(kept(member).plan);
    const before = board.row(member).state;
    if (release === undefined || (before !== 'deploying' && before !== 'succeeded')) return;
    board.change(member, { state: 'rolling-back', sentence: 'Rolling back.' });
    try {
      const plan = await startBack(dependencies, fleet, { member, release }, leaving.signal);
      await untilEnded(jobs, plan, ({ sentence }) => board.change(member, { sentence }));
      settle(member, memberOutcomeOf(entries.find(release.id) ?? release, entries.ofPlan(plan)));
    } catch (error) {
      if (leaving.signal.aborted) return;
      const why = `Couldn't roll back: ${sentenceOf(error)}`;
      await untilEnded(jobs, kept(member).plan, () => board.change(member, { sentence: why }));
      const end = endOf(kept(member));
      settle(member, { ...end, sentence: `${end.sentence ?? ''} ${why}` });
    }
  }

  function takeAllBack(): void {
    for (const member of places) {
      const { state } = board.row(member);
      if (backs.has(serviceLabel(member)) || (state !== 'succeeded' && state !== 'deploying')) continue;
      backs.set(serviceLabel(member), takeBack(member));
    }
  }

  function sentenceOf(error: unknown): string {
    if (error instanceof SlipwayError) return error.message;
    releasing.logger.error(
      { err: error, fleet: fleet.id },
      'A release of a fleet failed in an unexpected way.',
    );
    return 'It failed unexpectedly. See the log for details.';
  }

  async function unlessLetGo(work: readonly Promise<void>[]): Promise<void> {
    await Promise.all(work);
    if (leaving.signal.aborted) throw cancelled(`“${fleet.title}”`);
  }

  async function untilAgreed(wave: number): Promise<void> {
    paused = Promise.withResolvers();
    board.become('paused');
    await unlessLetGo([paused.promise]);
    agreed = wave;
    if (stopped === undefined) board.become('running');
  }

  async function carryOutWaves(): Promise<void> {
    for (let next = step(); next.kind === 'begin' || next.kind === 'pause'; next = step()) {
      if (next.kind === 'pause') {
        await untilAgreed(next.wave);
        continue;
      }
      const wave = fleet.waves[next.wave] ?? [];
      await unlessLetGo(wave.filter((member) => board.row(member).state === 'waiting').map(deploy));
    }
  }

  return {
    async carryOut() {
      await unlessLetGo(earlier.map(followEarlier));
      await carryOutWaves();
      holdBackIfDue();
      if (fleet.rollBackOnStop && failures() >= fleet.stopAfterFailures) takeAllBack();
      await unlessLetGo([...backs.values()]);
      board.become('ended');
    },
    resume() {
      // At once, because who watches next must not see the pause again.
      board.become('running');
      paused.resolve();
    },
    stop(how) {
      stopped = stopped === 'back' ? 'back' : how;
      board.become('stopping');
      holdBackIfDue();
      if (stopped === 'back') takeAllBack();
      paused.resolve();
    },
    detach() {
      leaving.abort();
      paused.resolve();
    },
    isStopped: () => stopped !== undefined,
  };
}
