import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { ReleaseStep } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

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

function plan(change: Change, service = dashboard) {
  return engine.releases['releases.plan']({ service, change }, aCall());
}

/** Refuses what IAM would refuse with these tags, as it says so. */
function forbidTags(): void {
  engine.ecs.middlewareStack.add(
    (next, context) => (args) => {
      const { input } = args;
      const isTagged = 'tags' in input && input.tags !== undefined;
      if (context.commandName !== 'RegisterTaskDefinitionCommand' || !isTagged) return next(args);
      const message =
        'Slipway is not allowed to register task definition: its policies do not allow ecs:TagResource.';
      throw new SlipwayError('FORBIDDEN', message, { detail: { action: 'ecs:TagResource' } });
    },
    { step: 'initialize', name: 'forbidTags' },
  );
}

describe('a change of more than the image', () => {
  it.each([
    ['deploy', { cpu: '1024', memory: '4096' }],
    ['scale', { desiredCount: 4 }],
    ['change', { desiredCount: 4, healthCheckGracePeriodSeconds: 77 }],
  ] as const)('has the title: %s', async (kind, change) => {
    expect((await plan(change)).kind).toBe(kind);
  });

  it('is made on another revision than the running one on request', async () => {
    const first = await plan({ environment: [{ container: 'app', set: [{ name: 'MODE', value: 'new' }] }] });
    const { taskDefinitionArn: from } = await engine.releases['releases.execute'](
      { plan: first.id },
      aCall(),
    );
    const { id: back } = await plan({ cpu: '1024', memory: '4096' });
    await engine.releases['releases.execute']({ plan: back, overrides: [] }, aCall());

    const made = await plan({ from, memory: '3072' });
    expect(made.title).toMatch(/^Deploy dashboard:\d+ with changed size to dashboard$/);
    const { taskDefinitionArn } = await engine.releases['releases.execute']({ plan: made.id }, aCall());
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn });
    const { taskDefinition } = await engine.ecs.send(command);
    const before = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: from }));
    expect(taskDefinition).toMatchObject({ memory: '3072', cpu: before.taskDefinition?.cpu });
    expect(taskDefinition?.containerDefinitions?.[0]?.environment).toContainEqual({
      name: 'MODE',
      value: 'new',
    });
    expect((await plan({ from })).title).toMatch(/^Deploy dashboard:\d+ to dashboard$/);
  });

  it('registers variables, secrets and sizes, and keeps everything else', async () => {
    const before = await engine.describe(dashboard);
    const secret = 'arn:aws:ssm:us-east-1:123456789012:parameter/tools/dashboard/mail';
    const parameter = { Name: '/tools/dashboard/mail', Value: 'smtp://mail', Type: 'SecureString' } as const;
    await new SSMClient(sandbox).send(new PutParameterCommand(parameter));
    const { id, ...made } = await plan({
      environment: [{ container: 'app', set: [{ name: 'LOG_LEVEL', value: 'trace' }], remove: ['FEATURES'] }],
      secrets: [{ container: 'app', set: [{ name: 'MAIL', valueFrom: secret }] }],
      cpu: '1024',
      memory: '4096',
    });
    expect(made.title).toBe('Change environment, secrets, size of dashboard');
    expect(
      made.differences.map(({ subject, name, kind }) => `${subject} ${name} ${kind}`).toSorted(),
    ).toEqual([
      'cpu  changed',
      'environment FEATURES removed',
      'environment LOG_LEVEL changed',
      'memory  changed',
      'secret MAIL added',
    ]);
    expect(made.serviceDifferences).toEqual([]);
    expect(made.commands).toHaveLength(2);

    await engine.releases['releases.execute']({ plan: id }, aCall());
    const { taskDefinition } = await engine.describe(dashboard);
    const describeIt = (arn: string | undefined) =>
      engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }));
    const [old, now] = await Promise.all([describeIt(before.taskDefinition), describeIt(taskDefinition)]);
    expect(now.taskDefinition).toMatchObject({ cpu: '1024', memory: '4096' });
    const [app] = now.taskDefinition?.containerDefinitions ?? [];
    expect(app?.environment).toContainEqual({ name: 'LOG_LEVEL', value: 'trace' });
    expect(app?.environment?.map(({ name }) => name)).not.toContain('FEATURES');
    expect(app?.secrets).toContainEqual({ name: 'MAIL', valueFrom: secret });
    expect(app?.logConfiguration).toEqual(old.taskDefinition?.containerDefinitions?.[0]?.logConfiguration);
    expect(now.tags).toEqual(expect.arrayContaining(old.tags ?? []));
  });

  it('sends service settings without the task definition, and has no deployment to watch', async () => {
    const { id, ...made } = await plan({
      enableExecuteCommand: true,
      deploymentConfiguration: { maximumPercent: 150, deploymentCircuitBreaker: { rollback: false } },
    });
    expect(made).toMatchObject({
      canExecute: true,
      differences: [],
      calls: [{ operation: 'UpdateService' }],
    });
    expect(made.serviceDifferences.map(({ subject }) => subject)).toEqual([
      'maximum',
      'circuit breaker',
      'ECS Exec',
    ]);
    const release = await engine.releases['releases.execute']({ plan: id }, aCall());
    expect(release).toMatchObject({ registered: false });
    expect(release.deploymentArn).toBeUndefined();
    expect(await engine.describe(dashboard)).toMatchObject({
      enableExecuteCommand: true,
      deploymentConfiguration: {
        maximumPercent: 150,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: false },
      },
    });
    expect((await plan({ enableExecuteCommand: true })).canExecute).toBe(false);
  });

  it('is checked with its new settings', async () => {
    const stuck = { desiredCount: 1, deploymentConfiguration: { maximumPercent: 100 } };
    const made = await plan({ ...stuck, forceNewDeployment: true });
    expect(made.checks).toContainEqual(expect.objectContaining({ rule: 'movement', result: 'fail' }));
    const canary = await plan({ deploymentConfiguration: { strategy: 'CANARY' } });
    expect(canary.checks).toContainEqual(expect.objectContaining({ rule: 'strategy', result: 'fail' }));
  });
});

describe('a failed check', () => {
  const stuck = { forceNewDeployment: true, deploymentConfiguration: { maximumPercent: 109 } };

  it('prevents the execution until it is overridden by name', async () => {
    const { id, canExecute } = await plan(stuck);
    expect(canExecute).toBe(false);
    const refused = engine.releases['releases.execute']({ plan: id, overrides: ['image:app'] }, aCall());
    await expect(refused).rejects.toThrow(/can't proceed.*Or override the check movement\./);
    const release = await engine.releases['releases.execute']({ plan: id, overrides: ['movement'] }, aCall());
    expect(release.deploymentArn).toBeDefined();
    expect(engine.journal.entries.find(release.id)?.overrides).toEqual([
      expect.objectContaining({ rule: 'movement', result: 'fail' }),
    ]);
  });

  it('cannot be overridden where AWS would refuse', async () => {
    const { id } = await plan({});
    const refused = engine.releases['releases.execute']({ plan: id, overrides: ['change'] }, aCall());
    await expect(refused).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', detail: { rule: 'change' } });
  });
});

describe('the notes of a release', () => {
  const change = { environment: [{ container: 'app', set: [{ name: 'LOG_LEVEL', value: 'trace' }] }] };
  const notes = { why: 'find #12', link: 'https://acme.test/issues/12', commit: '4be91d7' };

  async function tagsNow(): Promise<Readonly<Record<string, string | undefined>>> {
    const { taskDefinition } = await engine.describe(dashboard);
    const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
    const { tags = [] } = await engine.ecs.send(command);
    return Object.fromEntries(tags.map(({ key = '', value }) => [key, value]));
  }

  it('become tags of the revision, besides its own', async () => {
    const { id } = await plan(change);
    const release = await engine.releases['releases.execute']({ plan: id, ...notes }, aCall());
    expect(engine.journal.entries.find(release.id)).toMatchObject(notes);
    expect(await tagsNow()).toMatchObject({
      environment: 'tools',
      'slipway:why': 'find 12',
      'slipway:link': 'https://acme.test/issues/12',
      'slipway:commit': '4be91d7',
      'slipway:who': 'sandbox',
    });
  });

  it('are only in the journal when tagging is turned off', async () => {
    const { id } = await plan(change);
    await engine.releases['releases.execute']({ plan: id, ...notes, tagRevision: false }, aCall());
    expect(Object.keys(await tagsNow()).filter((key) => key.startsWith('slipway:'))).toEqual([]);
  });

  it('do not stop a release when tagging is not allowed', async () => {
    const { id } = await plan(change);
    forbidTags();
    const steps: ReleaseStep[] = [];
    const call = { ...aCall(), emit: (step: ReleaseStep) => void steps.push(step) };
    const release = await engine.releases['releases.execute']({ plan: id, ...notes }, call);
    expect(release.registered).toBe(true);
    expect(steps[1]).toMatchObject({ operation: 'RegisterTaskDefinition', state: 'done' });
    expect(steps[1]?.result).toContain("without tags, because ecs:TagResource isn't allowed");
    expect(await tagsNow()).toEqual({});
  });
});

describe('the preflight of a service on instances', () => {
  it('checks the capacity of the cluster, and reports a cluster without instances', async () => {
    await engine.ecs.send(new CreateClusterCommand({ clusterName: 'metal' }));
    const { taskDefinition } = await engine.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'worker',
        containerDefinitions: [{ name: 'app', image: `${engine.registry}/dashboard:5.2.1`, memory: 256 }],
      }),
    );
    await engine.ecs.send(
      new CreateServiceCommand({
        cluster: 'metal',
        serviceName: 'worker',
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: 1,
        launchType: 'EC2',
      }),
    );
    const { checks } = await plan({ forceNewDeployment: true }, engine.service('metal', 'worker'));
    expect(checks.find(({ rule }) => rule === 'capacity')).toMatchObject({
      result: 'fail',
      message: 'No instance has capacity for one more task (256 MiB)',
      overridable: true,
    });
  });
});
