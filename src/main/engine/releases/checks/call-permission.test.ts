import { expect, it } from 'vitest';
import { startTestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { aCall, openReleaseEngine } from '../../testing/release-engine.ts';

/** The check of the calls of a plan, for a caller who is denied some actions. */
async function checkOf(
  deniedActions: readonly string[],
  changeOf: (registry: string) => Change,
): Promise<readonly Check[]> {
  const sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  const engine = await openReleaseEngine(sandbox);
  try {
    const service = engine.service('tools', 'dashboard');
    const change = changeOf(engine.registry);
    const { checks } = await engine.releases['releases.plan']({ service, change }, aCall());
    return checks.filter(({ rule }) => rule === 'call-permission');
  } finally {
    engine.close();
    await sandbox.close();
  }
}

const anImage = (registry: string): Change => ({
  images: [{ container: 'app', image: `${registry}/dashboard:5.2.0` }],
});

it('a plan of a caller who may only read names the calls that AWS would refuse', async () => {
  expect(await checkOf(['ecs:RegisterTaskDefinition', 'ecs:UpdateService'], anImage)).toMatchObject([
    {
      result: 'fail',
      overridable: true,
      message: "You aren't allowed to use ecs:RegisterTaskDefinition and ecs:UpdateService",
    },
  ]);
});

it('a plan that AWS would refuse has the least policy for all of its calls, with the roles of its tasks', async () => {
  const [check] = await checkOf(['ecs:UpdateService'], anImage);
  const policy = JSON.parse(check?.policy ?? '{}');
  const account = 'arn:aws:ecs:us-east-1:123456789012';
  expect(policy).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RegisterTaskDefinition',
        Effect: 'Allow',
        Action: ['ecs:RegisterTaskDefinition'],
        Resource: ['*'],
      },
      {
        Sid: 'UpdateService',
        Effect: 'Allow',
        Action: ['ecs:UpdateService'],
        Resource: [`${account}:service/tools/dashboard`],
      },
      {
        Sid: 'TagRevisions',
        Effect: 'Allow',
        Action: ['ecs:TagResource'],
        Resource: `${account}:task-definition/dashboard:*`,
        Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      },
      {
        Sid: 'PassTheRolesOfTasks',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: [
          'arn:aws:iam::123456789012:role/ecs-execution',
          'arn:aws:iam::123456789012:role/dashboard-task',
        ],
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ],
  });
});

it('a plan that AWS would accept has no policy to hand on, and one that changes a number of tasks passes no roles', async () => {
  expect((await checkOf([], anImage))[0]?.policy).toBeUndefined();
  const [check] = await checkOf(['ecs:UpdateService'], () => ({ desiredCount: 1 }));
  expect(check?.policy).toContain('ecs:UpdateService');
  expect(check?.policy).not.toContain('iam:PassRole');
});

it('a plan asks only about the calls that it has', async () => {
  expect(await checkOf(['ecs:RegisterTaskDefinition'], () => ({ desiredCount: 1 }))).toMatchObject([
    { result: 'pass', message: 'You are allowed to use ecs:UpdateService' },
  ]);
});

it('a plan does not guess where permissions cannot be simulated, and has the least policy to hand on', async () => {
  expect(await checkOf(['iam:SimulatePrincipalPolicy'], anImage)).toMatchObject([
    {
      result: 'unknown',
      message: "Couldn't verify that you are allowed to use ecs:RegisterTaskDefinition and ecs:UpdateService",
      policy: expect.stringContaining('iam:PassRole'),
    },
  ]);
});
