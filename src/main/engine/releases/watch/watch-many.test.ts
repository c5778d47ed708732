import {
  CreateServiceCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { DeploymentOutcome, Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { eventually } from '../../../../shared/testing/eventually.ts';
import { openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

const WATCHED = 100;
/** How many deployments AWS describes in one call. */
const LOOKED_AT_ONCE = 20;
const MINUTE_MS = 60_000;
const CLUSTER = 'tools';

let sandbox: TestSandbox;
let engine: ReleaseEngine;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
});

afterEach(async () => {
  engine.close();
  await sandbox.close();
});

interface Started {
  readonly ref: ServiceRef;
  readonly deployment: string;
}

/**
 * Services like one of the demo, each with a deployment in progress. A client of its own has no buckets to wait for.
 */
async function startDeployments(): Promise<readonly Started[]> {
  const { endpoint, region, credentials } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const { taskDefinition, networkConfiguration } = await engine.describe(
    engine.service(CLUSTER, 'dashboard'),
  );
  const names = Array.from({ length: WATCHED }, (_, index) => `watched-${index + 1}`);
  const started = await Promise.all(
    names.map(async (serviceName) => {
      const service = { cluster: CLUSTER, serviceName, taskDefinition, networkConfiguration };
      await ecs.send(new CreateServiceCommand({ ...service, launchType: 'FARGATE', desiredCount: 1 }));
      const update = { cluster: CLUSTER, service: serviceName, forceNewDeployment: true };
      await ecs.send(new UpdateServiceCommand(update));
      const list = new ListServiceDeploymentsCommand({
        cluster: CLUSTER,
        service: serviceName,
        maxResults: 1,
      });
      const { serviceDeployments } = await ecs.send(list);
      const deployment = serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
      return { ref: engine.service(CLUSTER, serviceName), deployment };
    }),
  );
  ecs.destroy();
  return started;
}

/** The outcome that is sent first; what a watch reads after that is evidence. */
async function outcomeOf({ ref, deployment }: Started): Promise<DeploymentOutcome> {
  const watching = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<DeploymentOutcome>();
  const emit = ({ deployment: { outcome } }: Rollout): void => {
    if (outcome !== 'in-progress') resolve(outcome);
  };
  engine.releases['releases.watch']({ ...ref, deployment }, { signal: watching.signal, emit }).catch(reject);
  try {
    return await promise;
  } finally {
    watching.abort();
  }
}

function polls(): number {
  return sandbox.calls().filter(({ operation }) => operation === 'DescribeServiceDeployments').length;
}

it('a hundred watched deployments take fewer calls than watches, and no end is missed', async () => {
  const started = await startDeployments();
  const outcomes = Promise.all(started.map(outcomeOf));
  await eventually(() => expect(polls()).toBeGreaterThanOrEqual(WATCHED / LOOKED_AT_ONCE));
  sandbox.clock.advance(10 * MINUTE_MS);
  expect(new Set(await outcomes)).toEqual(new Set(['succeeded']));
  // Each watch alone takes a call to start with and one for the end. `npm run bench -- watch` measures the rate.
  expect(polls()).toBeLessThan(WATCHED);
});
