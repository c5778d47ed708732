import {
  ExecuteCommandCommand,
  RegisterContainerInstanceCommand,
  UpdateContainerAgentCommand,
  type VersionInfo,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const cluster = 'production';

describe('the agent of a container instance', () => {
  async function update(versionInfo: VersionInfo) {
    const { containerInstance } = await web.ecs.client.send(
      new RegisterContainerInstanceCommand({ cluster, versionInfo }),
    );
    const command = { cluster, containerInstance: containerInstance?.containerInstanceArn };
    return () => web.ecs.client.send(new UpdateContainerAgentCommand(command));
  }

  it('is updated once', async () => {
    const updateAgent = await update({ agentVersion: '1.70.0' });
    expect(await updateAgent()).toMatchObject({ containerInstance: { agentUpdateStatus: 'PENDING' } });
    await expect(updateAgent()).rejects.toMatchObject({ name: 'NoUpdateAvailableException' });
  });

  it('is not updated when its version is unknown', async () => {
    const updateAgent = await update({});
    await expect(updateAgent()).rejects.toMatchObject({ name: 'MissingVersionException' });
  });
});

describe('ExecuteCommand', () => {
  async function execute(container?: string) {
    const [task] = await web.tasks('RUNNING');
    const command = { cluster, task: task?.taskArn, command: 'sh', interactive: true, container };
    return web.ecs.client.send(new ExecuteCommandCommand(command));
  }

  it.each([
    [false, undefined, 'InvalidParameterException'],
    [true, 'nobody', 'InvalidParameterException'],
    [true, undefined, 'TargetNotConnectedException'],
  ])('with ECS Exec %j and the container %j answers %s', async (enableExecuteCommand, container, name) => {
    const revision = await web.register(web.ecs.push('web:1.0').reference);
    await web.create(revision, { desiredCount: 1, enableExecuteCommand });
    await expect(execute(container)).rejects.toMatchObject({ name });
  });
});
