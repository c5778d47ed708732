import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Engine } from '../src/main/engine/engine.ts';
import { transportTo } from '../src/main/engine/ports/dispatcher-transport.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { createClient } from '../src/shared/client.ts';
import type { Rollout } from '../src/shared/model/deployment.ts';
import type { ServiceRef } from '../src/shared/model/service.ts';
import { openBenchEngine } from './bench-engine.ts';
import { type Figure, median } from './figure.ts';

const SERVICES = 100;
const CLUSTER = 'tools';
const TEMPLATE = 'dashboard';
const WINDOW_MS = 2000;
/** Deployments of some minutes end within a minute, at moments of their own. */
const SPEED = 10;

/**
 * 100 deployments of 100 services, watched at once: how long after its end in the control plane each outcome is
 * sent, and the most DescribeServiceDeployments calls in 2 s.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', speed: SPEED });
  const engine = await openBenchEngine({ account: sandbox, data: data });
  try {
    const deployments = await startDeployments(sandbox);
    const lags = await Promise.all(deployments.map((each) => outcomeLag(engine, each)));
    const calls = callsPerWindow(sandbox, 'DescribeServiceDeployments');
    return [
      { figure: 'watch.outcome-lag-ms', value: Math.round(median(oddNumberOf(lags))), unit: 'ms' },
      { figure: 'watch.calls-per-2s', value: Math.max(...calls), unit: 'calls' },
    ];
  } finally {
    await engine.close();
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Started {
  readonly ref: ServiceRef;
  readonly deployment: string;
}

/** One service for each deployment, all like one of the demo, and a new deployment of each. */
async function startDeployments({ endpoint, region, credentials }: Sandbox): Promise<readonly Started[]> {
  const ecs = new ECSClient({ endpoint, region, credentials });
  const { services: [template] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [TEMPLATE] }),
  );
  const { taskDefinition, networkConfiguration } = template ?? {};
  const names = Array.from({ length: SERVICES }, (_, index) => `watched-${index + 1}`);
  for (const serviceName of names) {
    await ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName,
        taskDefinition,
        networkConfiguration,
        launchType: 'FARGATE',
        desiredCount: 1,
      }),
    );
  }
  const started: Started[] = [];
  for (const name of names) {
    const update = new UpdateServiceCommand({ cluster: CLUSTER, service: name, forceNewDeployment: true });
    const { service } = await ecs.send(update);
    const deployment = service?.currentServiceDeployment;
    if (deployment === undefined) throw new Error(`${name} has no deployment.`);
    started.push({ ref: { account: 'sandbox', region, cluster: CLUSTER, service: name }, deployment });
  }
  ecs.destroy();
  return started;
}

/** Milliseconds from the end in the control plane to the first event that tells of it. */
async function outcomeLag(engine: Engine, { ref, deployment }: Started): Promise<number> {
  const client = createClient(transportTo(engine.dispatcher));
  let lag: number | undefined;
  const onEvent = ({ deployment: { outcome, finishedAt } }: Rollout): void => {
    if (outcome === 'in-progress' || finishedAt === undefined) return;
    lag ??= Date.now() - Date.parse(finishedAt);
  };
  const end = await client.call('releases.watch', { ...ref, deployment }, { onEvent });
  if (end.deployment.outcome !== 'succeeded' || lag === undefined) {
    throw new Error(`The end of ${ref.service} was missed: ${end.sentence}`);
  }
  return lag;
}

/** The calls of an operation in each two seconds on end. The first one stands in the middle of the first two. */
function callsPerWindow(sandbox: Sandbox, operation: string): readonly number[] {
  const times = sandbox
    .calls()
    .filter((call) => call.operation === operation)
    .map(({ at }) => at.getTime());
  const begun = Math.min(...times) - WINDOW_MS / 2;
  const windows = times.map((at) => Math.floor((at - begun) / WINDOW_MS));
  return [...new Set(windows)].map((window) => windows.filter((each) => each === window).length);
}

/** The median is of an odd number of values. */
function oddNumberOf(values: readonly number[]): readonly number[] {
  return values.length % 2 === 1 ? values : values.slice(1);
}
