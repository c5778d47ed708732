import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import {
  callApart,
  type Moment,
  openLane,
  outcome,
  SERVICE,
  sent,
  serviceNow,
  withFolder,
  withSlipway,
} from '../testing/killed-process.ts';

it.each<Moment>([
  { request: 1, operation: 'RunTask', when: 'after' },
  { request: 2, operation: 'DescribeTasks', when: 'before' },
])(
  'a release that is killed $when $operation of its task resumes with that task, and deploys',
  async (moment) => {
    const lane = await openLane();
    await withFolder(async (folder) => {
      const registry = new URL(lane.sandbox.endpoint).host;
      const change = {
        images: [{ container: 'app', image: `${registry}/dashboard:5.2.1` }],
        before: { command: ['/bin/sh', '-c', 'exit 0'] },
      };
      const plan = await withSlipway(lane, folder, (client) =>
        client.call('releases.plan', { service: SERVICE, change }),
      );
      const execute = { method: 'releases.execute', input: { plan: plan.id }, writes: ['RunTask'] };
      await callApart(lane, folder, execute, moment);
      const released = await withSlipway(lane, folder, async (client) => {
        const entry = await outcome(lane, client);
        expect(entry).toMatchObject({ state: 'unfinished' });
        expect(entry?.steps.at(-1)).toMatchObject({
          operation: 'RunTask',
          state: 'failed',
          result: 'Slipway stopped waiting for this task, because its process ended.',
        });
        await lane.sandbox.clock.runUntil(client.call('releases.resume', { release: entry?.id ?? '' }));
        expect(await outcome(lane, client)).toMatchObject({ id: entry?.id, outcome: 'succeeded' });
        expect((await serviceNow(lane)).taskDefinition).toBe(entry?.taskDefinitionArn);
        return entry?.id;
      });
      expect(sent(lane, 'RegisterTaskDefinition')).toBe(1);
      const list = { cluster: 'tools', desiredStatus: 'STOPPED', startedBy: released } as const;
      const { taskArns = [] } = await lane.ecs.send(new ListTasksCommand(list));
      expect(taskArns).toHaveLength(1);
    });
    lane.ecs.destroy();
    await lane.sandbox.close();
  },
);
