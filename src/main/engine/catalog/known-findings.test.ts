import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
});
afterAll(async () => {
  engine.close();
  await sandbox.close();
});

it('a service that was looked into during its deployment is not called drifted after it has succeeded', async () => {
  const service = { ...engine.scope, cluster: 'production', service: 'web' };
  const row = async () => {
    const rows = await engine.catalog['services.list']({ ...engine.scope, cluster: 'production' }, aCall());
    return rows.find(({ name }) => name === 'web');
  };
  // Tasks of two revisions run, which have two digests.
  const { state, runs } = await sandbox.clock.advanceUntil(async () => {
    const detail = await engine.catalog['services.get'](service, aCall());
    expect(detail.runs[0]?.digests).toHaveLength(2);
    return detail;
  });
  expect({ state, images: runs[0]?.digests.length }).toEqual({ state: 'deploying', images: 2 });
  expect(await row()).toMatchObject({ state: 'deploying' });

  const after = await sandbox.clock.advanceUntil(async () => {
    const found = await row();
    expect(found?.state).not.toBe('deploying');
    return found;
  });
  expect(after).toMatchObject({ state: 'steady' });
  expect(after?.problem).toBeUndefined();
});
