import { DescribeTasksCommand, ECSClient, type Task } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const STAGING = ['-c', 'staging', '-n', 'web'];

let cli: CliEngine;
let ecs: ECSClient;
beforeAll(async () => {
  cli = await openCliEngine();
  const { endpoint, region, credentials } = cli.sandbox;
  ecs = new ECSClient({ endpoint, region, credentials });
});
afterAll(async () => {
  ecs.destroy();
  await cli.close();
});

function started(): number {
  return cli.sandbox.calls().filter(({ operation }) => operation === 'RunTask').length;
}

async function taskOf(arn: string): Promise<Task | undefined> {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'staging', tasks: [arn] }));
  return tasks?.[0];
}

async function newestEntry(): Promise<unknown> {
  const { out } = await cli.slipwayAtStandstill(['call', 'journal.list', '{"kind":"run","limit":1}']);
  const answer: { result: { entries: readonly unknown[] } } = JSON.parse(out);
  return answer.result.entries[0];
}

describe('slipway run', () => {
  it('runs the command in the network of the service, changes no service, and exits with 0', async () => {
    const args = ['run', ...STAGING, '--command', 'report; exit 0', '--env', 'MODE=full', '--json'];
    const { code, out } = await cli.slipway(args);
    const answer: { taskArn: string } = JSON.parse(out);
    expect(answer).toMatchObject({
      result: 'succeeded',
      exitCode: 0,
      container: 'app',
      sentence: expect.stringMatching(/^The task \w+ ended: app exited with code 0 after \d+ s\.$/),
    });
    expect(code).toBe(0);
    const task = await taskOf(answer.taskArn);
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      overrides: {
        containerOverrides: [
          {
            name: 'app',
            command: ['/bin/sh', '-c', 'report; exit 0'],
            environment: [{ name: 'MODE', value: 'full' }],
          },
        ],
      },
    });
    expect(cli.sandbox.calls().map(({ operation }) => operation)).not.toContain('UpdateService');
  });

  it('exits with the code of the container, which is in the journal without the values of variables', async () => {
    const args = [
      'run',
      ...STAGING,
      '--command',
      'import || exit 17',
      '--set',
      'MODE=half-price',
      '--why',
      'ticket 7',
    ];
    const { code, err } = await cli.slipway(args);
    expect(err).toMatch(/Started the task arn:aws:ecs:\S+\.\n/);
    expect(err).toMatch(/The task \w+ ended: app exited with code 17/);
    expect(code).toBe(17);
    const entry = await newestEntry();
    expect(entry).toMatchObject({
      kind: 'run',
      cluster: 'staging',
      subject: 'web',
      state: 'failed',
      why: 'ticket 7',
      title: expect.stringMatching(/^Run import \|\| exit 17 with staging-web:\d+$/),
      calls: [{ operation: 'RunTask', target: 'app: import || exit 17 (with MODE)' }],
      steps: [
        { operation: 'RunTask', state: 'done', result: expect.stringMatching(/^arn:aws:ecs:.*:task\//) },
      ],
    });
    expect(JSON.stringify(entry)).not.toContain('half-price');
  });

  it('prints the lines of the container on standard output, and its states on standard error', async () => {
    const { out, err } = await cli.slipway(['run', '-c', 'staging', '-n', 'web', '--command', 'exit 0']);
    expect(out).not.toContain('Started');
    expect(err).toMatch(/^PROVISIONING: app/m);
    expect(err).toMatch(/^STOPPED: app exited with 0$/m);
  });

  it('runs the newest revision of another family in the place of the service', async () => {
    const args = ['run', ...STAGING, '--family', 'orders-migrate', '--command', 'exit 0', '--json'];
    const { code, out } = await cli.slipway(args);
    expect(JSON.parse(out)).toMatchObject({
      task: { revision: expect.stringMatching(/^orders-migrate:\d+$/) },
    });
    expect(code).toBe(0);
  });

  it('warns of a variable that looks like a secret', async () => {
    const args = ['run', ...STAGING, '--command', 'exit 0', '--env', 'API_TOKEN=x1', '-q'];
    const { code, err } = await cli.slipway(args);
    expect(err).toContain('API_TOKEN looks like a secret. Whoever may describe the task can read its value.');
    expect(code).toBe(0);
  });

  it('exits with 4 when the time is up, and names the task and how to stop it', async () => {
    const args = ['run', ...STAGING, '--timeout', '5', '--json'];
    const { code, out } = await cli.slipwayAtStandstill(args, { timeout: () => AbortSignal.abort() });
    const answer: { taskArn: string } = JSON.parse(out);
    expect(answer).toMatchObject({
      result: 'in-progress',
      sentence: `Time is up. The task ${answer.taskArn} continues. \`aws ecs stop-task --region us-east-1 --cluster staging --task ${answer.taskArn}\` stops it.`,
    });
    expect(code).toBe(4);
    expect(await taskOf(answer.taskArn)).toMatchObject({ desiredStatus: 'RUNNING' });
  });

  it('that is interrupted leaves the task running, and exits with 130', async () => {
    const interrupt = new AbortController();
    const { code, err } = await cli.slipwayAtStandstill(['run', ...STAGING], {
      interrupt: interrupt.signal,
      onErr: (text) => {
        if (text.startsWith('PROVISIONING')) interrupt.abort();
      },
    });
    expect(err).toMatch(
      /Interrupted\. The task (arn:\S+) continues\. `aws ecs stop-task .* --task \1` stops it\.\n$/,
    );
    expect(code).toBe(130);
  });

  it.each([
    [['-c', 'production', '-n', 'web', '--command', 'x'], 'is production. Add --confirm web.'],
    [['-c', 'staging', '-n', 'wep', '--command', 'x'], 'There is no service wep in the cluster staging.'],
    [
      ['-c', 'staging', '-n', 'web', '--container', 'db'],
      'The revision has no container db. Its containers: app',
    ],
    [
      ['-c', 'staging', '-n', 'web', '--family', 'nothing'],
      'There is no task definition nothing, or no active revision of it.',
    ],
    [['-c', 'staging', '-n', 'web', '--revision', 'web'], 'web is not a revision such as web:41.'],
    [['-c', 'staging', '-n', 'web', '--command', '["x"'], '--command starts with [ but is no JSON array'],
    [['-c', 'staging', '-n', 'web', '--set', 'hunter2'], '--set takes KEY=VALUE, and this text has no =.'],
    [['-c', 'staging', '-n', 'web', '--set', '=x'], '--set takes KEY=VALUE, and this one has no name.'],
    [['-c', 'staging'], 'Name the service with -n.'],
  ])('is refused with exit code 2 and starts nothing for %j', async (args, sentence) => {
    const before = started();
    const { code, err, out } = await cli.slipway(['run', ...args]);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(started()).toBe(before);
  });
});
