import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Input } from '../../../shared/contract.ts';
import type { FleetBoard, FleetPlan } from '../../../shared/model/fleet.ts';
import { CLUSTER, type FleetBed, SCOPE } from './fleet-engine.ts';
import { openSlipway } from './slipway.ts';

type Asked = Input<'fleet.plan'>;

export interface FleetWish extends Partial<Pick<Asked, 'rollBackOnStop' | 'stopAfter' | 'pause'>> {
  readonly services: readonly string[];
  readonly tag: string;
  readonly waves: Asked['waves'];
}

/** Plans a tag of the bed's image; without another wish it stops at the first failure. */
export function plan(bed: FleetBed, { services, tag, waves, ...rules }: FleetWish): Promise<FleetPlan> {
  return bed.slipway.client.call('fleet.plan', {
    ...SCOPE,
    services: services.map((service) => ({ cluster: CLUSTER, service, containers: ['app'] })),
    image: bed.image(tag),
    waves,
    stopAfter: rules.stopAfter ?? { failures: 1 },
    rollBackOnStop: rules.rollBackOnStop ?? false,
    ...(rules.pause === undefined ? {} : { pause: rules.pause }),
  });
}

/** Plans it and starts it; answers its id. */
export async function start(bed: FleetBed, wish: FleetWish): Promise<string> {
  const planned = await plan(bed, wish);
  if (!planned.canExecute) throw new Error('A check of the plan has failed.');
  const { fleet } = await bed.slipway.client.call('fleet.execute', { plan: planned.id, why: 'a rehearsal' });
  return fleet;
}

export function watch(
  bed: FleetBed,
  fleet: string,
  onEvent: (board: FleetBoard) => void = () => {},
): Promise<FleetBoard> {
  return bed.slipway.client.call('fleet.watch', { fleet }, { onEvent });
}

/** What became of it, when so much time has passed that it needs nobody any more or waits for somebody. */
export function endOf(
  bed: FleetBed,
  fleet: string,
  onEvent: (board: FleetBoard) => void = () => {},
): Promise<FleetBoard> {
  return bed.sandbox.clock.runUntil(watch(bed, fleet, onEvent));
}

/** Resolves when a board shows it. Time has to pass beside it, where what is shown takes time. */
export function untilShown(
  bed: FleetBed,
  fleet: string,
  shows: (board: FleetBoard) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    watch(bed, fleet, (board) => {
      if (shows(board)) resolve();
    }).catch(reject);
  });
}

export const statesOf = ({ waves }: FleetBoard): readonly string[] => waves.flat().map(({ state }) => state);

/** Slipway is closed and started again. */
export async function restart(bed: FleetBed): Promise<void> {
  await bed.slipway.close();
  bed.slipway = await openSlipway(bed.sandbox, bed.folder);
}

/** As if two days had passed. */
export function lapseAllPlans({ folder }: FleetBed): void {
  const database = new DatabaseSync(path.join(folder, 'journal.sqlite'));
  database.exec(`UPDATE plans SET expires_at = '2020-01-01T00:00:00.000Z'`);
  database.close();
}
