import {
  DeregisterTaskDefinitionCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../shared/client.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import { execution, killAtEachCall, type Prepare, settled } from '../testing/killed-changes.ts';
import { type Lane, outcome, SERVICE, serviceNow, withSlipway } from '../testing/killed-process.ts';

const prepareRollback: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const plan = await withSlipway(lane, folder, async (client) => {
    const { arn } = await anotherRelease(client, taskDefinition);
    return client.call('releases.planRollback', { service: SERVICE, to: arn });
  });
  return {
    ...execution(plan, ['UpdateService']),
    async check({ entry, reached }) {
      const isDone = reached('UpdateService') === 1;
      expect(entry).toMatchObject(isDone ? { state: 'done', outcome: 'succeeded' } : { state: 'failed' });
      const runs = (await serviceNow(lane)).taskDefinition;
      expect(runs).toBe(isDone ? entry?.taskDefinitionArn : taskDefinition);
    },
  };
};

/** To a revision that was deregistered: its content is registered again. */
const prepareRollbackToInactive: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const plan = await withSlipway(lane, folder, async (client) => {
    const { arn, taskDefinitionArn: target } = await anotherRelease(client, taskDefinition);
    const described = await lane.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: target }));
    if (described.taskDefinition?.status === 'ACTIVE')
      await lane.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: target }));
    return client.call('releases.planRollback', { service: SERVICE, to: arn });
  });
  return {
    ...execution(plan, ['RegisterTaskDefinition', 'UpdateService']),
    async check({ client, entry, reached }) {
      const isRegistered = reached('RegisterTaskDefinition') === 1;
      const isTold = reached('UpdateService') === 1;
      const left = isRegistered ? 'unfinished' : 'failed';
      expect(entry?.state).toBe(isTold ? 'done' : left);
      const runs = (await serviceNow(lane)).taskDefinition;
      expect(runs).toBe(isTold ? entry?.taskDefinitionArn : taskDefinition);
      if (entry?.state !== 'unfinished') return;
      await client.call('releases.resume', { release: entry.id });
      expect(await outcome(lane, client)).toMatchObject({ id: entry.id, outcome: 'succeeded' });
      expect(reached('RegisterTaskDefinition')).toBe(1);
    },
  };
};

/** Of a deployment whose image never comes up, and that nobody else takes back. */
const prepareStop: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const deployment = await deployCrashing(lane, taskDefinition ?? '');
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.planRollback', { service: SERVICE }),
  );
  expect(plan.kind).toBe('stop');
  return {
    ...execution(plan, ['StopServiceDeployment']),
    async check({ entry, reached }) {
      if (reached('StopServiceDeployment') === 1) {
        expect(entry).toMatchObject({ kind: 'stop', outcome: 'rolled-back' });
        expect(await statusOf(lane, deployment)).toBe('ROLLBACK_SUCCESSFUL');
        return;
      }
      expect(entry).toMatchObject({ kind: 'stop', state: 'failed' });
      expect(entry?.sentence).toContain('stop request');
      expect(await statusOf(lane, deployment)).toBe('IN_PROGRESS');
      const stop = { serviceDeploymentArn: deployment, stopType: 'ROLLBACK' } as const;
      await lane.ecs.send(new StopServiceDeploymentCommand(stop));
    },
  };
};

/** The newest release that worked and ran another revision. */
async function anotherRelease(client: Client, taskDefinition: string | undefined): Promise<Deployment> {
  const deployments = await client.call('services.deployments', SERVICE);
  const other = deployments.find(
    ({ outcome: end, taskDefinitionArn }) => end === 'succeeded' && taskDefinitionArn !== taskDefinition,
  );
  if (other === undefined) throw new Error('There is nothing to go back to.');
  return other;
}

/** Returns the ARN of the deployment that is on its way, and stays so. */
async function deployCrashing(lane: Lane, from: string): Promise<string> {
  const { ecs, sandbox } = lane;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: from }));
  const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.2-crash`;
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...taskDefinition,
      family: taskDefinition?.family,
      containerDefinitions: taskDefinition?.containerDefinitions?.map((each) => ({ ...each, image })),
    }),
  );
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: SERVICE.cluster,
      service: SERVICE.service,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    }),
  );
  const deployment = service?.currentServiceDeployment ?? '';
  // ECS takes a deployment up some seconds after it has accepted it.
  await sandbox.clock.advanceUntil(async () => expect(await statusOf(lane, deployment)).toBe('IN_PROGRESS'));
  return deployment;
}

async function statusOf({ ecs }: Lane, deployment: string): Promise<string | undefined> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] });
  return (await ecs.send(command)).serviceDeployments?.[0]?.status;
}

describe.concurrent('a rollback whose process is killed at each of its calls', () => {
  it.each<readonly [string, Prepare]>([
    ['a rollback', prepareRollback],
    ['a rollback to a revision that was deregistered', prepareRollbackToInactive],
    ['a stop of a deployment in flight', prepareStop],
  ])('%s is recovered after a restart, and nothing is sent twice', async (_what, prepare) => {
    expect((await killAtEachCall(prepare)).length).toBeGreaterThan(1);
  });
});
