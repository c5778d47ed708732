import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { ChangeKind } from '../../../shared/model/permission.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { createPermissionHandlers } from './refused-changes.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
afterEach(async () => {
  engine.close();
  await sandbox.close();
});

/** Somebody who is denied some actions, and a clock that the test sets. */
async function open(deniedActions: readonly string[]) {
  sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  engine = await openReleaseEngine(sandbox);
  const { aws } = engine.dependencies;
  let now = new Date();
  const clock = { now: () => now };
  const { 'accounts.refused': refused } = createPermissionHandlers({ aws, clock });
  const service = engine.service('tools', 'dashboard');
  return {
    service,
    refused: (changes: readonly ChangeKind[], place: object = service) =>
      refused({ ...engine.scope, deployedBy: 'ecs', ...place, changes: [...changes] }, aCall()),
    /** The refusal of AWS is what the test is about. */
    update: () =>
      engine.ecs
        .send(new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', desiredCount: 1 }))
        .catch((error: unknown) => error),
    later: (minutes: number): void => {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    simulations: () =>
      sandbox.calls().filter(({ operation }) => operation === 'SimulatePrincipalPolicy').length,
  };
}

describe('accounts.refused', () => {
  it('names what a simulation denies before anything was tried, and asks IAM once in ten minutes', async () => {
    const { refused, simulations, later } = await open(['ecs:UpdateService']);
    const changes = ['deploy', 'roll-back', 'scale', 'stop', 'continue'] as const;
    const expected = ['deploy', 'roll-back', 'scale'].map((change) => ({
      change,
      action: 'ecs:UpdateService',
    }));
    await refused(changes);
    const first = simulations();
    expect(await refused(changes)).toEqual(expected);
    expect(await refused(changes)).toEqual(expected);
    // The first was before there were credentials to tell apart.
    const asked = simulations() - first;
    expect(asked).toBeLessThanOrEqual(first);
    later(11);
    await refused(changes);
    expect(simulations()).toBe(first + asked + first);
  });

  it('names what a shell and a forwarded port need', async () => {
    const { refused } = await open(['ecs:ExecuteCommand', 'ssm:StartSession']);
    expect(await refused(['open-shell', 'forward-port', 'stop-task'])).toEqual([
      { change: 'open-shell', action: 'ecs:ExecuteCommand' },
      { change: 'forward-port', action: 'ssm:StartSession' },
    ]);
  });

  it('names a call that AWS has refused, with its time, where policies cannot be simulated', async () => {
    const { refused, update, simulations } = await open(['ecs:UpdateService', 'iam:SimulatePrincipalPolicy']);
    expect(await refused(['deploy', 'stop'])).toEqual([]);
    await update();
    const asked = simulations();
    expect(await refused(['deploy', 'stop'])).toEqual([
      { change: 'deploy', action: 'ecs:UpdateService', at: expect.stringMatching(/Z$/) },
    ]);
    expect(simulations()).toBe(asked);
  });

  it('counts the refusal of one service for its cluster and says where it was, and not for another cluster', async () => {
    const { refused, update } = await open(['ecs:UpdateService', 'iam:SimulatePrincipalPolicy']);
    await update();
    expect(await refused(['scale'], engine.service('tools', 'other'))).toMatchObject([
      { change: 'scale', on: 'tools/dashboard' },
    ]);
    expect(await refused(['scale'], engine.service('production', 'web'))).toEqual([]);
  });

  it('forgets a refusal when the same call works again', async () => {
    const { refused } = await open(['iam:SimulatePrincipalPolicy']);
    const calls = engine.dependencies.aws.refusedCalls(engine.scope);
    const call = { operation: 'UpdateService', target: 'tools/dashboard' };
    const sentence =
      'User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:123456789012:service/tools/dashboard because no identity-based policy allows the ecs:UpdateService action';
    calls.add(sentence, call);
    expect(await refused(['scale'])).toHaveLength(1);
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', desiredCount: 1 }),
    );
    expect(await refused(['scale'])).toEqual([]);
  });

  it('asks about the calls of the controller that deploys the service', async () => {
    const { refused, service } = await open(['ecs:CreateTaskSet']);
    expect(await refused(['deploy'], { ...service, deployedBy: 'task-sets' })).toEqual([
      { change: 'deploy', action: 'ecs:CreateTaskSet' },
    ]);
    expect(await refused(['deploy'], service)).toEqual([]);
    expect(await refused(['deploy'], { ...service, deployedBy: 'code-deploy' })).toEqual([]);
  });

  it('names the missing action of pushes, clean-ups and registrations', async () => {
    const { refused } = await open([
      'ecr:PutImage',
      'ecr:BatchDeleteImage',
      'ecs:DeregisterTaskDefinition',
      'ecs:RegisterTaskDefinition',
    ]);
    const place = { repository: 'web', family: 'web' };
    expect(await refused(['push', 'delete-images', 'deregister', 'register'], place)).toEqual([
      { change: 'push', action: 'ecr:PutImage' },
      { change: 'delete-images', action: 'ecr:BatchDeleteImage' },
      { change: 'deregister', action: 'ecs:DeregisterTaskDefinition' },
      { change: 'register', action: 'ecs:RegisterTaskDefinition' },
    ]);
  });
});
