import {
  DeleteServiceCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ReleaseStep } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { registrationInput } from '../ecs/registration.ts';
import { BY_NAME } from '../testing/environments.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { resumeRelease } from './resume-discard.ts';

const READS = /^(Describe|List|BatchGet|Get|Simulate)/;

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

const image = (tag: string): string => `${engine.registry}/dashboard:${tag}`;

function planImage(tag: string, service = dashboard) {
  const change = { images: [{ container: 'app', image: image(tag) }] };
  return engine.releases['releases.plan']({ service, change }, aCall());
}

/** Continues with `act` as soon as an operation was answered, and before its caller hears of it. */
function onceAnswered(operation: string, act: () => Promise<unknown>): void {
  engine.ecs.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context.commandName === `${operation}Command`) await act();
      return answer;
    },
    { step: 'initialize', name: `onceAnswered${operation}` },
  );
}

async function failureOf(promise: Promise<unknown>): Promise<SlipwayError> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (error instanceof SlipwayError) return error;
  throw error;
}

describe('a plan', () => {
  it('shows the image, the checks and the calls, and changes nothing', async () => {
    const before = sandbox.calls().length;
    const plan = await planImage('5.2.1');
    expect(plan).toMatchObject({
      kind: 'deploy',
      title: 'Deploy dashboard:5.2.1 to dashboard',
      canExecute: true,
      images: [{ container: 'app', change: 'changed', after: { tag: '5.2.1' } }],
      differences: [],
      calls: [
        { operation: 'DescribeTaskDefinition' },
        { operation: 'RegisterTaskDefinition', target: 'dashboard' },
        { operation: 'UpdateService', target: 'tools/dashboard' },
      ],
    });
    expect(plan.checks.map(({ rule, result }) => `${rule} ${result}`)).toEqual(
      expect.arrayContaining(['image pass', 'platform pass', 'tag warn', 'movement pass', 'rollback pass']),
    );
    expect(plan.expectedMs).toBeGreaterThan(60_000);
    const writes = sandbox
      .calls()
      .slice(before)
      .filter(({ operation }) => !READS.test(operation));
    expect(writes).toEqual([]);
  });

  it('that changes nothing cannot be executed, unless a new deployment is forced', async () => {
    const current = await engine.describe(dashboard);
    const same = { desiredCount: current.desiredCount ?? 0 };
    const plan = await engine.releases['releases.plan']({ service: dashboard, change: same }, aCall());
    expect(plan.canExecute).toBe(false);
    expect(plan.checks).toContainEqual(expect.objectContaining({ message: 'This changes nothing' }));

    const forced = { ...same, forceNewDeployment: true };
    const again = await engine.releases['releases.plan']({ service: dashboard, change: forced }, aCall());
    expect(again).toMatchObject({ canExecute: true, calls: [{ operation: 'UpdateService' }] });
  });

  it('for an image that does not exist is blocked by a check', async () => {
    const plan = await planImage('9.9.9');
    expect(plan.canExecute).toBe(false);
    expect(plan.checks.find(({ result }) => result === 'fail')?.message).toBe(
      `The image of app doesn't exist: ${image('9.9.9')}`,
    );
    const failure = await failureOf(engine.releases['releases.execute']({ plan: plan.id }, aCall()));
    expect(failure.code).toBe('PREFLIGHT_FAILED');
  });

  it('for a container or service that does not exist is refused', async () => {
    const change = { images: [{ container: 'nginx', image: image('5.2.1') }] };
    const container = engine.releases['releases.plan']({ service: dashboard, change }, aCall());
    expect(await failureOf(container)).toMatchObject({ code: 'INVALID_INPUT' });
    const service = engine.service('tools', 'gone');
    const gone = await failureOf(engine.releases['releases.plan']({ service, change: {} }, aCall()));
    expect(gone).toMatchObject({ code: 'NOT_FOUND' });
    expect(gone.message).toContain('There is no service gone in the cluster tools.');
  });
});

describe('an execution', () => {
  it('sends the three calls under a claim and no other write, and returns the deployment to watch', async () => {
    const plan = await planImage('5.2.1');
    const before = sandbox.calls().length;
    const steps: ReleaseStep[] = [];
    const release = await engine.releases['releases.execute'](
      { plan: plan.id, why: 'the fix for #12' },
      { ...aCall(), emit: (step) => void steps.push(step) },
    );

    const sent = sandbox
      .calls()
      .slice(before)
      .map(({ operation }) => operation);
    expect(sent.filter((operation) => !READS.test(operation))).toEqual([
      'TagResource',
      'RegisterTaskDefinition',
      'UpdateService',
      'UntagResource',
    ]);
    expect(steps.map(({ operation, state }) => `${operation} ${state}`)).toEqual([
      'RegisterTaskDefinition sent',
      'RegisterTaskDefinition done',
      'UpdateService sent',
      'UpdateService done',
    ]);
    const service = await engine.describe(dashboard);
    expect(release).toMatchObject({ registered: true, taskDefinitionArn: service.taskDefinition });
    expect(release.deploymentArn).toBe(service.currentServiceDeployment);
    expect(engine.journal.entries.find(release.id)).toMatchObject({
      state: 'open',
      why: 'the fix for #12',
      kind: 'deploy',
      base: plan.base.taskDefinitionArn,
      calls: plan.calls,
    });
  });

  it('omits the task definition when only the number of tasks changes, and has no deployment to watch', async () => {
    const change = { desiredCount: 3 };
    const plan = await engine.releases['releases.plan']({ service: dashboard, change }, aCall());
    const release = await engine.releases['releases.execute']({ plan: plan.id }, aCall());
    expect(release).toMatchObject({ title: 'Scale dashboard from 1 to 3', registered: false });
    expect(release.deploymentArn).toBeUndefined();
    expect((await engine.describe(dashboard)).desiredCount).toBe(3);
    expect(engine.journal.entries.find(release.id)?.state).toBe('done');
  });

  it('stops when somebody has deployed since, and names the revision', async () => {
    const plan = await planImage('5.2.1');
    const theirs = await planImage('5.2.0');
    await engine.releases['releases.execute']({ plan: theirs.id }, aCall());
    const before = sandbox.calls().length;
    const failure = await failureOf(engine.releases['releases.execute']({ plan: plan.id }, aCall()));
    expect(failure.code).toBe('STALE_PLAN');
    expect(failure.message).toMatch(
      /tools\/dashboard was changed to dashboard:12, registered by .*dashboard:11/,
    );
    const sent = sandbox
      .calls()
      .slice(before)
      .filter(({ operation }) => !READS.test(operation));
    expect(sent).toEqual([]);
  });

  it('of a plan happens once, however often it is requested', async () => {
    const plan = await planImage('5.2.1');
    const both = await Promise.allSettled([
      engine.releases['releases.execute']({ plan: plan.id }, aCall()),
      engine.releases['releases.execute']({ plan: plan.id }, aCall()),
    ]);
    const refused = both.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(refused).toEqual([expect.objectContaining({ code: 'CONFLICT' })]);
    const updates = sandbox.calls().filter(({ operation }) => operation === 'UpdateService');
    expect(updates).toHaveLength(1);
  });

  it('happens for one of two plans of a service, and the other plan is stale', async () => {
    const plans = [await planImage('5.2.1'), await planImage('5.2.0')];
    const both = await Promise.allSettled(
      plans.map(({ id }) => engine.releases['releases.execute']({ plan: id }, aCall())),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = both.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(refused).toEqual([expect.objectContaining({ code: 'STALE_PLAN' })]);
    const updates = sandbox.calls().filter(({ operation }) => operation === 'UpdateService');
    expect(updates).toHaveLength(1);
  });

  it('in production requires the name of the service', async () => {
    const service = engine.service('production', 'session');
    const plan = await engine.releases['releases.plan']({ service, change: { desiredCount: 5 } }, aCall());
    expect(plan).toMatchObject({ environment: 'production', confirmation: 'session' });
    const wrong = engine.releases['releases.execute']({ plan: plan.id, confirmation: 'sesion' }, aCall());
    expect(await failureOf(wrong)).toMatchObject({ code: 'INVALID_INPUT' });
    await engine.releases['releases.execute']({ plan: plan.id, confirmation: 'session' }, aCall());
    expect((await engine.describe(service)).desiredCount).toBe(5);
  });

  it('of an unknown plan fails with NOT_FOUND', async () => {
    const plan = '00000000-0000-4000-8000-000000000000';
    expect(await failureOf(engine.releases['releases.execute']({ plan }, aCall()))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('an execution that stops after the registration', () => {
  async function cancelledAfterRegistration(): Promise<SlipwayError> {
    const plan = await planImage('5.2.1');
    const canceller = new AbortController();
    const call = engine.releases['releases.execute'](
      { plan: plan.id },
      {
        signal: canceller.signal,
        emit: ({ operation, state }) => {
          if (operation === 'RegisterTaskDefinition' && state === 'done') canceller.abort();
        },
      },
    );
    return failureOf(call);
  }

  it('names the registered revision, and can be resumed', async () => {
    const failure = await cancelledAfterRegistration();
    expect(failure).toMatchObject({ code: 'CANCELLED', detail: { taskDefinitionArn: expect.any(String) } });
    expect(failure.message).toContain("dashboard:12 was registered, but wasn't deployed to tools/dashboard.");
    const { releaseId = '', taskDefinitionArn } = failure.detail;
    expect(engine.journal.entries.find(releaseId)?.state).toBe('unfinished');

    const release = await engine.releases['releases.resume']({ release: releaseId }, aCall());
    expect(release).toMatchObject({ taskDefinitionArn, registered: true });
    expect((await engine.describe(dashboard)).taskDefinition).toBe(taskDefinitionArn);
    const registrations = sandbox.calls().filter(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(registrations).toHaveLength(1);
    expect(
      await failureOf(engine.releases['releases.resume']({ release: releaseId }, aCall())),
    ).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('cannot be resumed where a rule has made the service read-only meanwhile', async () => {
    const { releaseId = '' } = (await cancelledAfterRegistration()).detail;
    const guard = {
      ...BY_NAME.guardOf({ account: { id: 'sandbox', name: 'sandbox', kind: 'sandbox' } }),
      readOnly: true,
    };
    const dependencies = { ...engine.dependencies, environments: { guardOf: () => guard } };
    const { signal } = new AbortController();
    expect(await failureOf(resumeRelease(dependencies, releaseId, signal))).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: 'A rule of environments.yml or slipway.yml makes dashboard read-only. Change the rule first.',
    });
    expect(sandbox.calls().some(({ operation }) => operation === 'UpdateService')).toBe(false);
  });

  it('can be discarded, which deregisters the revision', async () => {
    const { detail } = await cancelledAfterRegistration();
    const { releaseId = '', taskDefinitionArn } = detail;
    await engine.releases['releases.discard']({ release: releaseId }, aCall());
    const described = await engine.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
    );
    expect(described.taskDefinition?.status).toBe('INACTIVE');
    expect(engine.journal.entries.find(releaseId)?.state).toBe('discarded');
  });

  it('is not discarded when the service runs the revision by now', async () => {
    const { detail } = await cancelledAfterRegistration();
    const { releaseId = '', taskDefinitionArn } = detail;
    const { cluster, service } = dashboard;
    await engine.ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: taskDefinitionArn }));
    const failure = await failureOf(engine.releases['releases.discard']({ release: releaseId }, aCall()));
    expect(failure).toMatchObject({ code: 'CONFLICT' });
    expect(failure.message).toContain('tools/dashboard now runs dashboard:12');
  });

  it('happens when the service is deleted in between', async () => {
    const plan = await planImage('5.2.1');
    const { cluster, service } = dashboard;
    onceAnswered('RegisterTaskDefinition', () =>
      engine.ecs.send(new DeleteServiceCommand({ cluster, service, force: true })),
    );
    const failure = await failureOf(engine.releases['releases.execute']({ plan: plan.id }, aCall()));
    expect(failure.message).toContain('dashboard:12 was registered');
    await engine.releases['releases.discard']({ release: failure.detail.releaseId ?? '' }, aCall());
    expect(engine.journal.entries.find(failure.detail.releaseId ?? '')?.state).toBe('discarded');
  });

  it('happens when somebody else deploys in between, so that their deployment is kept', async () => {
    const plan = await planImage('5.2.1');
    const { cluster, service } = dashboard;
    const { taskDefinition } = await engine.describe(dashboard);
    const described = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const theirs = await engine.ecs.send(new RegisterTaskDefinitionCommand(registrationInput(described)));
    const arn = theirs.taskDefinition?.taskDefinitionArn;
    onceAnswered('RegisterTaskDefinition', () =>
      engine.ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: arn })),
    );
    const failure = await failureOf(engine.releases['releases.execute']({ plan: plan.id }, aCall()));
    expect(failure.code).toBe('STALE_PLAN');
    expect((await engine.describe(dashboard)).taskDefinition).toBe(arn);
  });
});
