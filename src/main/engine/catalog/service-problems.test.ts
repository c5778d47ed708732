import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRow } from '../../../shared/model/service.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const CLUSTER = 'shop';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let rows: ReadonlyMap<string, ServiceRow>;

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'incident' });
  // ECS looks for capacity.
  sandbox.clock.advance(10_000);
  engine = await openReleaseEngine(sandbox);
  const list = await engine.catalog['services.list']({ ...engine.scope, cluster: CLUSTER }, aCall());
  rows = new Map(list.map((row) => [row.name, row]));
});

afterAll(async () => {
  engine.close();
  await sandbox.close();
});

interface Incident {
  readonly service: string;
  readonly state: string;
  readonly sentence: RegExp;
  readonly nextStep: RegExp;
}

const INCIDENTS: readonly Incident[] = [
  {
    service: 'stuck',
    state: 'failing',
    sentence:
      /^The deployment of stuck:2 can't proceed: with 3 desired, at least 3 must run and at most 3 can run, so ECS can't replace a task\.$/,
    nextStep:
      /^Lower the minimum healthy percent from 100 % to 66 % or raise the maximum percent from 109 % to 134 %\.$/,
  },
  {
    service: 'crash-loop',
    state: 'failing',
    sentence: /^Tasks of crash-loop:2 stop: app exited with code 1 \(\d+ times in \d+ minutes\)\.$/,
    nextStep: /^Read the last log lines of app/,
  },
  {
    service: 'image-deleted',
    state: 'failing',
    sentence:
      /^The image \S+image-deleted:1\.0\.0 is no longer in its repository: 2 of 3 tasks can't start\.$/,
    nextStep: /^Push the image again or deploy an image that exists/,
  },
  {
    service: 'image-deleted-later',
    state: 'degraded',
    sentence:
      /^The image \S+image-deleted-later:1\.0\.0 is no longer in its repository: running tasks continue, but no other task can start\.$/,
    nextStep: /^Push the image again or deploy an image that exists/,
  },
  {
    service: 'inactive-revision',
    state: 'degraded',
    sentence:
      /^The task definition inactive-revision:1 is INACTIVE: ECS still starts tasks of it, but no deployment can choose it\.$/,
    nextStep: /register the same content again as a new revision/,
  },
  {
    service: 'deleted-revision',
    state: 'degraded',
    sentence:
      /^The task definition deleted-revision:1 is DELETE_IN_PROGRESS: .*, and it is deleted as soon as nothing uses it\.$/,
    nextStep: /register the same content again as a new revision/,
  },
  {
    service: 'tag-moved',
    state: 'degraded',
    sentence:
      /^Tasks of the same revision run different images: tag-moved:latest is sha256:[0-9a-f]{8} in 2 and sha256:[0-9a-f]{8} in 1 task\.$/,
    nextStep: /^Force a new deployment so that all tasks run one image/,
  },
  {
    service: 'unhealthy-later',
    state: 'not green',
    sentence:
      /^\d+ tasks failed their container health check in the last \d+ min, after the deployment of unhealthy-later:2 had succeeded\.$/,
    nextStep: /If it began with this release, roll back\.$/,
  },
  {
    service: 'scaled-to-zero',
    state: 'degraded',
    sentence:
      /^No tasks are desired, but the target group scaled-to-zero has this service as its target: requests to it fail\.$/,
    nextStep: /^Scale the service up/,
  },
  {
    service: 'no-capacity',
    state: 'failing',
    sentence: /^2 of 3 tasks can't be placed: AWS has no capacity for them at the moment\.$/,
    nextStep: /^ECS keeps trying\. Add subnets/,
  },
  {
    service: 'policies-fight',
    state: 'degraded',
    sentence:
      /^ECS started and stopped tasks \d+ times in \d+ min without a deployment: the desired count is set up and down again and again\.$/,
    nextStep: /--resource-id service\/shop\/policies-fight/,
  },
];

describe('a service in an incident', () => {
  it.each(INCIDENTS)(
    '$service is $state in the service list, with its cause and a next step',
    ({ service, state, sentence, nextStep }) => {
      const row = rows.get(service);
      expect(row?.problem?.sentence).toMatch(sentence);
      expect(row?.problem?.nextStep).toMatch(nextStep);
      expect(state === 'not green' ? ['failing', 'degraded'] : [state]).toContain(row?.state);
    },
  );

  it.each(INCIDENTS)('$service has the same cause on its page', async ({ service, sentence }) => {
    const detail = await engine.catalog['services.get'](engine.service(CLUSTER, service), aCall());
    expect(detail.problem?.sentence).toMatch(sentence);
    expect(['failing', 'degraded']).toContain(detail.state);
  });

  it('names the cause of a crash loop also while all of its tasks run', async () => {
    const looping = await startTestSandbox({ scenario: 'incident' });
    const caller = await openReleaseEngine(looping);
    const readAtFullCount = async (): Promise<ServiceRow | undefined> => {
      const list = await caller.catalog['services.list']({ ...caller.scope, cluster: CLUSTER }, aCall());
      return list.find(({ name, progress }) => name === 'crash-loop' && progress?.done === progress?.total);
    };
    let row = await readAtFullCount();
    for (let seconds = 0; row === undefined && seconds < 300; seconds += 5) {
      looping.clock.advance(5_000);
      row = await readAtFullCount();
    }
    expect(row?.problem?.sentence).toMatch(/^Tasks of crash-loop:2 stop: app exited with code 1/);
    caller.close();
    await looping.close();
  });

  it('names the scaling policies that fight on its page, and the range of Application Auto Scaling', async () => {
    const ref = engine.service(CLUSTER, 'policies-fight');
    const { problem, scaling, configuration } = await engine.catalog['services.get'](ref, aCall());
    expect(problem?.nextStep).toMatch(
      /^The scaling policies (?:cpu and queue-empty|queue-empty and cpu) set it in turn\. Let one scaling policy decide/,
    );
    expect(scaling).toEqual({ least: 2, most: 10, isSuspended: false, policies: ['cpu', 'queue-empty'] });
    expect(configuration).toContainEqual({
      label: 'Scaling',
      value: '2 to 10 tasks by cpu, queue-empty (Application Auto Scaling)',
    });
    const { checks } = await engine.releases['releases.plan'](
      { service: ref, change: { desiredCount: 1 } },
      aCall(),
    );
    expect(checks.find(({ rule }) => rule === 'scaling')).toMatchObject({
      result: 'warn',
      message:
        'Application Auto Scaling scales this service between 2 and 10 tasks, so 1 is outside of its range',
    });
  });

  it('has its page and its plan where Application Auto Scaling may not be read', async () => {
    const denied = await startTestSandbox({
      scenario: 'incident',
      deniedActions: ['application-autoscaling:*'],
    });
    const other = await openReleaseEngine(denied);
    const ref = other.service(CLUSTER, 'policies-fight');
    const { problem, scaling } = await other.catalog['services.get'](ref, aCall());
    expect(problem?.nextStep).toContain('--resource-id service/shop/policies-fight.');
    expect(scaling).toBeUndefined();
    const { checks } = await other.releases['releases.plan'](
      { service: ref, change: { desiredCount: 1 } },
      aCall(),
    );
    expect(checks.find(({ rule }) => rule === 'scaling')).toMatchObject({
      result: 'unknown',
      advice: expect.stringContaining('application-autoscaling:DescribeScalableTargets'),
    });
    other.close();
    await denied.close();
  });

  it('has the cause in the rollout of a deployment that cannot proceed', async () => {
    const { activeDeploymentArn: deployment = '' } = await engine.catalog['services.get'](
      engine.service(CLUSTER, 'stuck'),
      aCall(),
    );
    const watching = new AbortController();
    const rollouts: Rollout[] = [];
    const emit = (rollout: Rollout): void => {
      rollouts.push(rollout);
      if (rollout.diagnosis !== undefined) watching.abort();
    };
    const watched = { ...engine.service(CLUSTER, 'stuck'), deployment };
    const call = { signal: watching.signal, emit };
    await expect(engine.releases['releases.watch'](watched, call)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const { kind, sentence, help } = rollouts.at(-1)?.diagnosis ?? {};
    expect(kind).toBe('deployment-stuck');
    expect(sentence).toMatch(
      /^A task can't be replaced: the minimum healthy percent and the maximum percent/,
    );
    expect(help).toMatch(
      /^Lower the minimum healthy percent from 100 % to 66 % or raise the maximum percent/,
    );
  });

  it('is healthy and has no problem where nothing is wrong', () => {
    expect(rows.get('well')).toMatchObject({ state: 'steady', problem: undefined });
  });
});
