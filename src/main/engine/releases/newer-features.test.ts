import {
  CreateExpressGatewayServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { registrationInput } from '../ecs/registration.ts';
import { draftOf } from '../revisions/editor/register-by-hand.ts';
import { startProxy } from '../testing/killing-proxy.ts';
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

function plan(change: Change) {
  return engine.releases['releases.plan']({ service: dashboard, change }, aCall());
}

function settled(): Promise<void> {
  return sandbox.clock.advanceUntil(async () => {
    expect((await engine.describe(dashboard)).currentServiceDeployment).toBeUndefined();
  });
}

/** Runs the service on a revision that differs from its own in its container. */
async function runWith(container: object): Promise<string> {
  const { taskDefinition } = await engine.describe(dashboard);
  const described = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const { containerDefinitions = [], ...input } = registrationInput(described);
  const registered = await engine.ecs.send(
    new RegisterTaskDefinitionCommand({
      ...input,
      containerDefinitions: containerDefinitions.map((each) => ({ ...each, ...container })),
    }),
  );
  const { cluster, service } = dashboard;
  const arn = registered.taskDefinition?.taskDefinitionArn ?? '';
  await engine.ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: arn }));
  await settled();
  return arn;
}

it.each([
  [
    'says how many tasks are replaced when old ones still run',
    'DEFERRED',
    /^dashboard:12 deployed in .+: successful early, [23] of 4 tasks replaced\. ECS replaces the others in the background\.$/,
  ],
  ['says no more when all tasks are replaced', 'BLOCKING', /^dashboard:12 deployed in [^:]+\.$/],
] as const)('a deployment with early success criteria %s (%s)', async (_what, cleanup, expected) => {
  const { cluster, service } = dashboard;
  await engine.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service,
      desiredCount: 4,
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 100,
        earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: cleanup },
      },
    }),
  );
  await settled();
  sandbox.clock.advance(10 * 60_000);
  const { id } = await plan({ images: [{ container: 'app', image: `${engine.registry}/dashboard:5.2.1` }] });
  const { deploymentArn = '' } = await engine.releases['releases.execute']({ plan: id }, aCall());
  await settled();
  const { deployment, sentence } = await engine.releases['releases.watch'](
    { ...dashboard, deployment: deploymentArn },
    aCall(),
  );
  expect(deployment.outcome).toBe('succeeded');
  expect(sentence).toMatch(expected);
});

it('a canary strategy of a service behind a gateway connector can shift its traffic', async () => {
  const { cluster, service } = dashboard;
  const canary = {
    deploymentConfiguration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
    },
  } as const;
  const strategyOf = async () => (await plan(canary)).checks.find(({ rule }) => rule === 'strategy');
  const route = async (routing: Partial<UpdateServiceRequest>) => {
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster, service, forceNewDeployment: true, ...routing }),
    );
    await settled();
  };
  await route({ loadBalancers: [], healthCheckGracePeriodSeconds: 0 });
  expect((await strategyOf())?.result).toBe('warn');
  await route({ gatewayConnectors: [{ portName: 'http' }] });
  expect(await strategyOf()).toEqual({
    rule: 'strategy',
    result: 'pass',
    message: 'The service can shift its traffic (CANARY)',
  });
});

it('a container without version consistency is said to run whatever its tag means', async () => {
  await runWith({ versionConsistency: 'disabled' });
  const { checks } = await plan({ forceNewDeployment: true });
  expect(checks).toContainEqual(
    expect.objectContaining({ rule: 'version-consistency', subject: 'app', result: 'warn' }),
  );
});

it('the same image in other words is no change', async () => {
  await runWith({ image: 'nginx' });
  for (const image of ['nginx', 'nginx:latest', 'docker.io/library/nginx:latest', 'index.docker.io/nginx']) {
    const { checks, images } = await plan({ images: [{ container: 'app', image }] });
    expect(checks).toContainEqual(
      expect.objectContaining({ rule: 'change', message: 'This changes nothing' }),
    );
    expect(images[0]?.after?.image).toBe('nginx');
  }
});

it('a forced deployment of an INACTIVE revision registers its content again', async () => {
  const { taskDefinition } = await engine.describe(dashboard);
  await engine.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  const made = await plan({ forceNewDeployment: true });
  expect(made.canExecute).toBe(true);
  expect(made.calls.map(({ operation }) => operation)).toContain('RegisterTaskDefinition');
  expect(made.checks).toContainEqual(
    expect.objectContaining({ rule: 'revision', result: 'warn', advice: expect.stringContaining('again') }),
  );
  const release = await engine.releases['releases.execute']({ plan: made.id }, aCall());
  expect(release.registered).toBe(true);
  await settled();
  expect((await engine.describe(dashboard)).taskDefinition).toBe(release.taskDefinitionArn);
});

it('a setting that AWS has added since is not lost in silence when a revision is registered again or edited', async () => {
  const added = {
    nothingSet: false,
    registeredFrom: 'console',
    volumes: [{ name: 'data', ioProfile: { burst: 3 } }],
  };
  const newer = await openNewer('DescribeTaskDefinition', ({ taskDefinition, ...rest }) => ({
    ...rest,
    taskDefinition: { ...Object(taskDefinition), ...added },
  }));
  try {
    const planned = (change: Change) =>
      newer.releases['releases.plan']({ service: dashboard, change }, aCall());
    const { checks } = await planned({
      environment: [{ container: 'app', set: [{ name: 'MODE', value: 'new' }] }],
    });
    expect(checks).toContainEqual(
      expect.objectContaining({
        rule: 'newer-settings',
        result: 'fail',
        overridable: true,
        message: 'The new revision would lose volumes.ioProfile of dashboard:11',
      }),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({
        rule: 'newer-settings',
        result: 'warn',
        message: 'The new revision may lose registeredFrom of dashboard:11',
      }),
    );
    const again = await planned({ forceNewDeployment: true });
    expect(again.checks.filter(({ rule }) => rule === 'newer-settings')).toEqual([]);
    const { missing } = await draftOf(newer.ecs, 'dashboard:11', new AbortController().signal);
    expect(missing).toEqual(['volumes.ioProfile', 'registeredFrom']);
  } finally {
    await newer.close();
  }
});

it('a setting of an earlier service revision that this version has no name for is not lost in silence', async () => {
  await runWith({ command: ['serve'] });
  const newer = await openNewer('DescribeServiceRevisions', ({ serviceRevisions, ...rest }) => ({
    ...rest,
    serviceRevisions: Array.from(
      serviceRevisions as readonly { serviceRevisionArn: string }[],
      (revision) => ({
        ...revision,
        trafficPolicy: { sticky: revision.serviceRevisionArn },
      }),
    ),
  }));
  try {
    const input = { service: dashboard };
    const { checks } = await newer.releases['releases.planRollback'](input, aCall());
    expect(checks).toContainEqual(
      expect.objectContaining({
        rule: 'newer-settings',
        result: 'warn',
        message: 'The trafficPolicy was different then and keeps its current value',
      }),
    );
  } finally {
    await newer.close();
  }
});

it('a setting of the container of an Express service that this version has no name for is not lost in silence', async () => {
  const role = 'arn:aws:iam::123456789012:role/ecs-execution';
  const storefront = engine.service('tools', 'storefront');
  await engine.truth.send(
    new CreateExpressGatewayServiceCommand({
      cluster: 'tools',
      serviceName: 'storefront',
      infrastructureRoleArn: role,
      executionRoleArn: role,
      primaryContainer: { image: `${engine.registry}/dashboard:5.2.0`, containerPort: 8080 },
    }),
  );
  await sandbox.clock.advanceUntil(async () => {
    expect((await engine.describe(storefront)).currentServiceDeployment).toBeUndefined();
  });
  type Configuration = { readonly primaryContainer: object };
  const newer = await openNewer('DescribeExpressGatewayService', ({ service, ...rest }) => ({
    ...rest,
    service: {
      ...Object(service),
      activeConfigurations: (service as { activeConfigurations: Configuration[] }).activeConfigurations.map(
        (each) => ({ ...each, primaryContainer: { ...each.primaryContainer, startGrace: 30 } }),
      ),
    },
  }));
  try {
    const planned = (change: Change) =>
      newer.releases['releases.plan']({ service: storefront, change }, aCall());
    const set = [{ name: 'LEVEL', value: 'debug' }];
    expect((await planned({ environment: [{ container: 'Main', set }] })).checks).toContainEqual(
      expect.objectContaining({
        rule: 'newer-settings',
        result: 'warn',
        message: 'The update may lose primaryContainer.startGrace of the Express service',
      }),
    );
    const scaled = await planned({ scaling: { maxTaskCount: 9 } });
    expect(scaled.checks.filter(({ rule }) => rule === 'newer-settings')).toEqual([]);
  } finally {
    await newer.close();
  }
});

/** An engine whose ECS answers one operation as a newer ECS would. */
async function openNewer(
  operation: string,
  asNewer: (answer: Record<string, unknown>) => object,
): Promise<Omit<ReleaseEngine, 'close'> & { close(): Promise<void> }> {
  const proxy = await startProxy(sandbox.endpoint, {
    onCall: () => 'pass',
    onAnswer: () => 'pass',
    rewrite: (called, answer) =>
      called === operation ? JSON.stringify(asNewer(JSON.parse(answer) as Record<string, unknown>)) : answer,
  });
  const newer = await openReleaseEngine({ ...sandbox, endpoint: proxy.endpoint });
  return {
    ...newer,
    async close() {
      newer.close();
      await proxy.close();
    },
  };
}
