import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Release } from '../../../shared/model/plan.ts';
import { placeOf } from '../releases/names.ts';
import { becameOf } from './became-of.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import type { LiveBoard } from './live-board.ts';
import { startBack, startRelease, untilEnded } from './member-release.ts';
import { failuresIn, isUnderWay, nextStep } from './next-step.ts';
import type { StoredFleet, StoredMember } from './stored-fleet.ts';

/** A fleet that is carried out. */
export interface FleetRun {
  /** Carries it out to its end. Throws CANCELLED when it was let go of. */
  readonly carryOut: () => Promise<void>;
  /** Begins no further wave; with `back` takes back what was sent. May be said again. */
  readonly stop: (how: 'go-on' | 'back') => void;
  /** The engine is closed: nothing more is begun, and the next start shows it as interrupted. */
  readonly letGo: () => void;
  readonly isStopped: () => boolean;
}

interface FleetRunOptions {
  readonly dependencies: FleetDependencies;
  readonly fleet: StoredFleet;
  readonly board: LiveBoard;
  readonly why: string | undefined;
}

export function createFleetRun({ dependencies, fleet, board, why }: FleetRunOptions): FleetRun {
  const { jobs, releasing } = dependencies;
  const { entries } = releasing.journal;
  const members = fleet.waves.flat();
  /** By place: what ECS has accepted, and nothing where it was refused. Filled when a wave begins. */
  const sent = new Map<string, Promise<Release | undefined>>();
  /** By place: services on their way back. */
  const backs = new Map<string, Promise<void>>();
  let stopped: 'go-on' | 'back' | undefined;
  let isLetGo = false;

  const step = (): ReturnType<typeof nextStep> =>
    nextStep({
      waves: board.states(),
      stopAfterFailures: fleet.stopAfterFailures,
      isStopped: stopped !== undefined,
    });

  /** Says at once what will not be begun any more, although others are still under way. */
  function holdBackIfDue(): void {
    if (isLetGo || step().kind !== 'hold-back') return;
    const sentence =
      stopped === undefined
        ? 'Too many services before it failed, so it was not begun.'
        : 'It was not begun.';
    for (const member of members.filter((each) => board.row(each).state === 'waiting')) {
      board.change(member, { state: 'held-back', sentence });
    }
  }

  function settle(member: StoredMember, change: Parameters<LiveBoard['change']>[1]): void {
    board.change(member, change);
    holdBackIfDue();
  }

  async function send(member: StoredMember): Promise<Release | undefined> {
    try {
      return await startRelease(dependencies, member.plan, why);
    } catch (error) {
      const state = error instanceof SlipwayError && error.code === 'STALE_PLAN' ? 'stale' : 'failed';
      settle(member, { state, sentence: sentenceOf(error) });
      return undefined;
    }
  }

  async function deploy(member: StoredMember): Promise<void> {
    board.change(member, { state: 'deploying', sentence: 'It is being sent.' });
    const sending = send(member);
    sent.set(placeOf(member), sending);
    const release = await sending;
    if (release === undefined) return;
    await untilEnded(jobs, member.plan, ({ sentence, deploymentArn }) => {
      const follow = deploymentArn === undefined ? {} : { deploymentArn };
      const isOnItsWayBack = board.row(member).state === 'rolling-back';
      board.change(member, isOnItsWayBack ? follow : { sentence, ...follow });
    });
    if (board.row(member).state === 'deploying') settle(member, endOf(release));
  }

  /** How a release stands when nobody watches it any more. Only a success that is known is one. */
  function endOf({ id }: Release): Parameters<LiveBoard['change']>[1] {
    const entry = entries.find(id);
    if (entry === undefined || entry.state === 'open') {
      return { state: 'failed', sentence: 'Nobody watches it any more, so its end is not known here.' };
    }
    return becameOf(entry, undefined);
  }

  async function takeBack(member: StoredMember): Promise<void> {
    const release = await sent.get(placeOf(member));
    const before = board.row(member).state;
    if (release === undefined || (before !== 'deploying' && before !== 'succeeded')) return;
    board.change(member, { state: 'rolling-back', sentence: 'It is being rolled back.' });
    try {
      const { plan, back } = await startBack(dependencies, fleet, member, release);
      await untilEnded(jobs, plan, ({ sentence }) => board.change(member, { sentence }));
      const entry = entries.find(release.id);
      if (entry !== undefined) settle(member, becameOf(entry, entries.find(back.id)));
    } catch (error) {
      const why = `It could not be rolled back: ${sentenceOf(error)}`;
      await untilEnded(jobs, member.plan, () => board.change(member, { sentence: why }));
      const end = endOf(release);
      settle(member, { ...end, sentence: `${end.sentence ?? ''} ${why}` });
    }
  }

  function takeAllBack(): void {
    for (const member of members) {
      const { state } = board.row(member);
      if (backs.has(placeOf(member)) || (state !== 'succeeded' && !isUnderWay(state))) continue;
      backs.set(placeOf(member), takeBack(member));
    }
  }

  function sentenceOf(error: unknown): string {
    if (error instanceof SlipwayError) return error.message;
    releasing.logger.error(
      { err: error, fleet: fleet.id },
      'A release of a fleet failed in an unexpected way.',
    );
    return 'It failed for a reason that is in the log.';
  }

  async function unlessLetGo(work: readonly Promise<void>[]): Promise<void> {
    await Promise.all(work);
    if (isLetGo) throw cancelled(`“${fleet.title}”`);
  }

  return {
    async carryOut() {
      for (let next = step(); next.kind === 'begin'; next = step()) {
        await unlessLetGo((fleet.waves[next.wave] ?? []).map(deploy));
      }
      holdBackIfDue();
      const hasFailed = failuresIn(board.states().flat()) >= fleet.stopAfterFailures;
      if (stopped === 'back' || (hasFailed && fleet.rollBackOnStop)) takeAllBack();
      await unlessLetGo([...backs.values()]);
      board.become('ended');
    },
    stop(how) {
      stopped = stopped === 'back' ? 'back' : how;
      board.become('stopping');
      holdBackIfDue();
      if (stopped === 'back') takeAllBack();
    },
    letGo() {
      isLetGo = true;
    },
    isStopped: () => stopped !== undefined,
  };
}
