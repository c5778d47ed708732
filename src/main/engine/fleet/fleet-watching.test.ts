import { afterEach, expect, it } from 'vitest';
import { start, statesOf, untilShown, watch } from '../testing/fleet-calls.ts';
import { type FleetEngine, openFleetEngine } from '../testing/fleet-engine.ts';

const MINUTE_MS = 60_000;
const SERVICES = Array.from({ length: 30 }, (_, index) => `service-${index + 1}`);

let engine: FleetEngine;
afterEach(() => engine.close());

it('a board of thirty services shares its watches, with fewer calls than thirty single watches', async () => {
  engine = await openFleetEngine(SERVICES, []);
  const read = (): number =>
    engine.sandbox.calls().filter(({ operation }) => operation === 'DescribeServiceDeployments').length;
  const fleet = await start(engine, { services: SERVICES, tag: '1.9.0', waves: { size: SERVICES.length } });
  await untilShown(engine, fleet, ({ waves }) =>
    waves.flat().every((each) => each.deploymentArn !== undefined),
  );
  const before = read();
  engine.sandbox.clock.advance(10 * MINUTE_MS);
  const end = await watch(engine, fleet);
  expect(new Set(statesOf(end))).toEqual(new Set(['succeeded']));
  // Each watch alone takes a call to start with and one for the end.
  expect(read() - before).toBeLessThan(SERVICES.length * 2);
});
