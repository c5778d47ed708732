import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { aCall, openReleaseBed, type ReleaseBed } from '../../testing/release-engine.ts';

let sandbox: TestSandbox;
let bed: ReleaseBed;
let dashboard: ServiceRef;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  bed = await openReleaseBed(sandbox);
  dashboard = bed.service('tools', 'dashboard');
});

afterEach(async () => {
  bed.close();
  await sandbox.close();
});

describe('the deployment of a revision that is there', () => {
  it('shows what the revision has different, and deploys it without registering', async () => {
    const { taskDefinition = '' } = await bed.describe(dashboard);
    const described = await bed.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const registered = await bed.ecs.send(
      new RegisterTaskDefinitionCommand({ ...registrationInput(described), pidMode: 'task' }),
    );
    const revision = registered.taskDefinition?.taskDefinitionArn ?? '';

    const plan = await bed.releases['releases.planRevision']({ service: dashboard, revision }, aCall());
    expect(plan).toMatchObject({ kind: 'deploy', calls: [{ operation: 'UpdateService' }], canExecute: true });
    expect(plan.differences).toContainEqual(
      expect.objectContaining({ subject: 'pid mode', kind: 'added', after: 'task' }),
    );
    const release = await bed.releases['releases.execute']({ plan: plan.id }, aCall());
    expect(release).toMatchObject({ registered: false, taskDefinitionArn: revision });
    expect((await bed.describe(dashboard)).taskDefinition).toBe(revision);
  });

  it('has nothing to do when the service runs it', async () => {
    const { taskDefinition: revision = '' } = await bed.describe(dashboard);
    const plan = await bed.releases['releases.planRevision']({ service: dashboard, revision }, aCall());
    expect(plan.canExecute).toBe(false);
  });
});
