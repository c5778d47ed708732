import { SlipwayError } from '../../../shared/errors.ts';
import type { FleetMember, WaveRequest } from '../../../shared/model/fleet.ts';
import { serviceLabel } from '../aws/arns.ts';
import { batchesOf } from '../ecs/batches.ts';

/**
 * The services in waves, in the order in which they were named; each stands in exactly one. Throws INVALID_INPUT when
 * a service is named twice, and when the lists of a wish leave one out or name another one.
 */
export function dealOut(
  members: readonly FleetMember[],
  request: WaveRequest,
): readonly (readonly FleetMember[])[] {
  const byPlace = new Map(members.map((member) => [serviceLabel(member), member]));
  if (byPlace.size < members.length) {
    throw new SlipwayError('INVALID_INPUT', 'A service is named twice. Name each service once.');
  }
  if ('size' in request) {
    const { size, first = size } = request;
    const [tried, rest] = [members.slice(0, first), members.slice(first)];
    return [tried, ...batchesOf(rest, size)];
  }

  const named = request.lists.flat();
  const twice = named.find((place, index) => named.indexOf(place) !== index);
  if (twice !== undefined) throw wrongWaves(`${twice} is in the waves twice`);
  const missing = [...byPlace.keys()].find((place) => !named.includes(place));
  if (missing !== undefined) throw wrongWaves(`${missing} is in no wave`);
  return request.lists.map((list) =>
    list.map((place) => {
      const member = byPlace.get(place);
      if (member === undefined) throw wrongWaves(`${place} is in a wave, but is not one of the services`);
      return member;
    }),
  );
}

function wrongWaves(what: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', `${what}. Name each service, as cluster/service, in one wave.`);
}
