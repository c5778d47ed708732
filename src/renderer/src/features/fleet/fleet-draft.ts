import type { Input } from '../../../../shared/contract.ts';
import type { FleetMember, StopCondition, WavePause, WaveRequest } from '../../../../shared/model/fleet.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';

/** What a person has set about waves, before it is planned. */
export interface FleetDraft {
  readonly deal: 'by-size' | 'by-hand';
  /** Services in the first wave, which tries the image out. */
  readonly first: number;
  /** Services in each wave after it. */
  readonly size: number;
  /** By place: the wave of a service when they are dealt out by hand, from 1. */
  readonly waves: Readonly<Record<string, number>>;
  readonly stopAfter: number;
  readonly stopUnit: 'failures' | 'percent';
  readonly pause: WavePause;
  readonly rollBackOnStop: boolean;
}

export const NEW_DRAFT: FleetDraft = {
  deal: 'by-size',
  first: 1,
  size: 5,
  waves: {},
  stopAfter: 1,
  stopUnit: 'failures',
  pause: 'never',
  rollBackOnStop: false,
};

type Place = Pick<FleetMember, 'cluster' | 'service'>;

/** Such as `production/web`, as the engine names a service in a wave. */
export function serviceLabel({ cluster, service }: Place): string {
  return `${cluster}/${service}`;
}

export function isSame(one: Place, other: Place): boolean {
  return serviceLabel(one) === serviceLabel(other);
}

/** The wave of a service that is dealt out by hand, from 1. */
export function waveOf({ waves }: FleetDraft, place: Place): number {
  return waves[serviceLabel(place)] ?? 1;
}

/** The waves as the engine wants them. By hand they go by their number; numbers that no service has fall away. */
export function wavesOf(draft: FleetDraft, services: readonly FleetMember[]): WaveRequest {
  if (draft.deal === 'by-size') return { size: draft.size, first: draft.first };
  const byNumber = Map.groupBy(services, (service) => waveOf(draft, service));
  const inOrder = [...byNumber].toSorted(([one], [other]) => one - other);
  return { lists: inOrder.map(([, members]) => members.map(serviceLabel)) };
}

/** The same waves without services that were left out. */
export function wavesWithout(waves: WaveRequest, kept: readonly FleetMember[]): WaveRequest {
  if ('size' in waves) return waves;
  const places = new Set(kept.map(serviceLabel));
  const lists = waves.lists.map((list) => list.filter((place) => places.has(place)));
  return { lists: lists.filter((list) => list.length > 0) };
}

export function stopConditionOf({ stopAfter, stopUnit, pause, rollBackOnStop }: FleetDraft): StopCondition {
  return {
    stopAfter: stopUnit === 'failures' ? { failures: stopAfter } : { percent: Math.min(stopAfter, 100) },
    pause,
    rollBackOnStop,
  };
}

export type FleetRequest = Immutable<Input<'fleet.plan'>>;
