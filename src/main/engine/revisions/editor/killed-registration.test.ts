import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../../shared/testing/eventually.ts';
import {
  callApart,
  type Lane,
  type Moment,
  openLane,
  sent,
  withFolder,
  withSlipway,
} from '../../testing/killed-process.ts';

const OPERATION = 'RegisterTaskDefinition';
/** ECS writes the root folder of the file system into what it answers. */
const JSON_TEXT =
  '{"family": "by-hand", "containerDefinitions": [{"name": "app", "image": "web:1", "memory": 64}], ' +
  '"volumes": [{"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]}';

let lane: Lane;
beforeEach(async () => {
  lane = await openLane();
});
afterEach(() => lane.sandbox.close());

/** Registers by hand in a process that is killed, and returns what Slipway says of it after a restart. */
function registerAndKill(when: Moment['when']) {
  return withFolder(async (folder) => {
    const input = { account: 'sandbox', region: 'us-east-1', json: JSON_TEXT };
    const call = { method: 'revisions.register', input, writes: [OPERATION] };
    await callApart(lane, folder, call, { request: 1, operation: OPERATION, when });
    return withSlipway(lane, folder, (client) =>
      eventually(async () => {
        const { entries } = await client.call('journal.list', { limit: 1 });
        expect(entries[0]?.state).not.toBe('open');
        return entries[0];
      }),
    );
  });
}

it('a registration that never reached ECS because of a crash is recovered as not sent', async () => {
  const entry = await registerAndKill('before');
  expect(entry).toMatchObject({ kind: 'register', state: 'failed', steps: [{ state: 'failed' }] });
  expect(sent(lane, OPERATION)).toBe(0);
});

it('a registration whose answer was lost in a crash is found, and not sent again', async () => {
  const entry = await registerAndKill('after');
  expect(entry).toMatchObject({ kind: 'register', state: 'done', steps: [{ state: 'done' }] });
  expect(entry?.taskDefinitionArn).toMatch(/by-hand:1$/);
  expect(sent(lane, OPERATION)).toBe(1);
});
