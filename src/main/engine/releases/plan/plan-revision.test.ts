import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let dashboard: ServiceRef;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  dashboard = engine.service('tools', 'dashboard');
});

afterEach(async () => {
  engine.close();
  await sandbox.close();
});

describe('the deployment of an existing revision', () => {
  it('shows the differences of the revision, and deploys it without registering', async () => {
    const { taskDefinition = '' } = await engine.describe(dashboard);
    const described = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const registered = await engine.ecs.send(
      new RegisterTaskDefinitionCommand({ ...registrationInput(described), pidMode: 'task' }),
    );
    const revision = registered.taskDefinition?.taskDefinitionArn ?? '';

    const plan = await engine.releases['releases.planRevision']({ service: dashboard, revision }, aCall());
    expect(plan).toMatchObject({ kind: 'deploy', calls: [{ operation: 'UpdateService' }], canExecute: true });
    expect(plan.differences).toContainEqual(
      expect.objectContaining({ subject: 'pid mode', kind: 'added', after: 'task' }),
    );
    const release = await engine.releases['releases.execute']({ plan: plan.id }, aCall());
    expect(release).toMatchObject({ registered: false, taskDefinitionArn: revision });
    expect((await engine.describe(dashboard)).taskDefinition).toBe(revision);
  });

  it('has nothing to do when the service already runs it', async () => {
    const { taskDefinition: revision = '' } = await engine.describe(dashboard);
    const plan = await engine.releases['releases.planRevision']({ service: dashboard, revision }, aCall());
    expect(plan.canExecute).toBe(false);
  });
});
