import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Input } from '../../../shared/contract.ts';
import type { FleetBoard, FleetPlan } from '../../../shared/model/fleet.ts';
import { CLUSTER, type FleetEngine, SCOPE } from './fleet-engine.ts';
import { openSlipway } from './slipway.ts';

type Asked = Input<'fleet.plan'>;

export interface FleetRequest extends Partial<Pick<Asked, 'rollBackOnStop' | 'stopAfter' | 'pause'>> {
  readonly services: readonly string[];
  readonly tag: string;
  readonly waves: Asked['waves'];
}

/** Plans a tag of the bed's image; without another wish it stops at the first failure. */
export function plan(
  engine: FleetEngine,
  { services, tag, waves, ...rules }: FleetRequest,
): Promise<FleetPlan> {
  return engine.slipway.client.call('fleet.plan', {
    ...SCOPE,
    services: services.map((service) => ({ cluster: CLUSTER, service, containers: ['app'] })),
    image: engine.image(tag),
    waves,
    stopAfter: rules.stopAfter ?? { failures: 1 },
    rollBackOnStop: rules.rollBackOnStop ?? false,
    ...(rules.pause === undefined ? {} : { pause: rules.pause }),
  });
}

/** Plans it and starts it; answers its id. */
export async function start(engine: FleetEngine, request: FleetRequest): Promise<string> {
  const planned = await plan(engine, request);
  if (!planned.canExecute) throw new Error('A check of the plan has failed.');
  const { fleet } = await engine.slipway.client.call('fleet.execute', {
    plan: planned.id,
    ...(planned.confirmation === undefined ? {} : { confirmation: planned.confirmation }),
    why: 'a rehearsal',
  });
  return fleet;
}

export function watch(
  engine: FleetEngine,
  fleet: string,
  onEvent: (board: FleetBoard) => void = () => {},
): Promise<FleetBoard> {
  return engine.slipway.client.call('fleet.watch', { fleet }, { onEvent });
}

/** The outcome of it, when so much time has passed that it needs nobody any more or waits for somebody. */
export function endOf(
  engine: FleetEngine,
  fleet: string,
  onEvent: (board: FleetBoard) => void = () => {},
): Promise<FleetBoard> {
  return engine.sandbox.clock.runUntil(watch(engine, fleet, onEvent));
}

/** Resolves when a board shows it. Time has to pass beside it, where what is shown takes time. */
export function untilShown(
  engine: FleetEngine,
  fleet: string,
  shows: (board: FleetBoard) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    watch(engine, fleet, (board) => {
      if (shows(board)) resolve();
    }).catch(reject);
  });
}

export const statesOf = ({ waves }: FleetBoard): readonly string[] => waves.flat().map(({ state }) => state);

/** Slipway is closed and started again. */
export async function restart(engine: FleetEngine): Promise<void> {
  await engine.slipway.close();
  engine.slipway = await openSlipway(engine.sandbox, engine.folder);
}

/** As if two days had passed. */
export function lapseAllPlans({ folder }: FleetEngine): void {
  const database = new DatabaseSync(path.join(folder, 'journal.sqlite'));
  database.exec(`UPDATE plans SET expires_at = '2020-01-01T00:00:00.000Z'`);
  database.close();
}
