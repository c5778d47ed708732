import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const STAGING = ['-c', 'staging', '-n', 'web'];

let cli: CliEngine;
beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());

function updates(): number {
  return cli.sandbox.calls().filter(({ operation }) => operation === 'UpdateService').length;
}

describe('slipway deploy --before', () => {
  it('is shown by plan with its command', async () => {
    const args = ['plan', ...STAGING, '-i', 'web:2.0.0', '--before', '["node", "migrate.js"]', '--json'];
    const { code, out } = await cli.slipway(args);
    expect(JSON.parse(out)).toMatchObject({
      calls: expect.arrayContaining([{ operation: 'RunTask', target: 'app: node migrate.js' }]),
    });
    expect(code).toBe(0);
  });

  it('changes nothing of the service and exits with 1 when the task fails', async () => {
    const before = updates();
    const args = ['deploy', ...STAGING, '-i', 'web:2.0.0', '--before', 'migrate || exit 3', '--json'];
    const { code, out } = await cli.slipway(args);
    expect(JSON.parse(out)).toMatchObject({
      result: 'failed',
      sentence: expect.stringMatching(
        /The task \w+ ended: app exited with code 3 after \d+ s\b.*The service was not changed/,
      ),
      task: { container: 'app', exitCode: 3, lines: expect.arrayContaining(['process exits with code 3']) },
    });
    expect(code).toBe(1);
    expect(updates()).toBe(before);
    const journal = await cli.slipwayAtStandstill(['journal', ...STAGING]);
    expect(journal.out).toMatch(/Deploy web:2\.0\.0 to web +Unfinished/);
  });

  it('deploys after the task has exited with 0', async () => {
    const args = ['deploy', ...STAGING, '-i', 'web:2.0.0', '--before', 'migrate; exit 0'];
    const { code, err, out } = await cli.slipway(args);
    const lines = err.split('\n').filter((line) => line.startsWith('RunTask'));
    // Which states are seen between is up to the polls.
    expect([...lines.slice(0, 2), lines.at(-1)]).toEqual([
      'RunTask (app: migrate; exit 0): sent. The service is changed after the task has exited with code 0.',
      expect.stringMatching(/^RunTask: the task [0-9a-f]{32} is PROVISIONING$/),
      expect.stringMatching(/^RunTask \([0-9a-f]{32} exited with code 0\): done$/),
    ]);
    expect(out).toMatch(/^staging-web:\d+ deployed in /);
    expect(code).toBe(0);
  });

  it.each([
    [['-i', 'web:2.0.0', '--before', '["node"'], '--before starts with [ but is no JSON array of texts'],
    [['-i', 'web:2.0.0', '--before-container', 'app'], '--before-container needs a command: add --before.'],
    [['-i', 'web:2.0.0', '--before', 'x', '--before-container', 'db'], 'The revision has no container db.'],
    [['--desired', '3', '--before', 'x'], 'this change of web starts none.'],
  ])('is refused with exit code 2 for %j', async (options, sentence) => {
    const { code, err, out } = await cli.slipway(['deploy', ...STAGING, ...options]);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
