import { afterEach, expect, it } from 'vitest';
import { start, statesOf, untilShown, watch } from '../testing/fleet-calls.ts';
import { type FleetBed, openFleetBed } from '../testing/fleet-engine.ts';

const MINUTE_MS = 60_000;
const SERVICES = Array.from({ length: 30 }, (_, index) => `service-${index + 1}`);

let bed: FleetBed;
afterEach(() => bed.close());

it('a board of thirty services shares its watches: fewer calls than one of each service alone', async () => {
  bed = await openFleetBed(SERVICES, []);
  const read = (): number =>
    bed.sandbox.calls().filter(({ operation }) => operation === 'DescribeServiceDeployments').length;
  const fleet = await start(bed, { services: SERVICES, tag: '1.9.0', waves: { size: SERVICES.length } });
  await untilShown(bed, fleet, ({ waves }) => waves.flat().every((each) => each.deploymentArn !== undefined));
  const before = read();
  bed.sandbox.clock.advance(10 * MINUTE_MS);
  const end = await watch(bed, fleet);
  expect(new Set(statesOf(end))).toEqual(new Set(['succeeded']));
  // Each watch alone takes a call to begin with and one for the end.
  expect(read() - before).toBeLessThan(SERVICES.length * 2);
});
