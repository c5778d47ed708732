import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CreateClusterCommand,
  CreateExpressGatewayServiceCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { ServiceListEvent } from '../../../shared/model/service.ts';
import { openAccounts } from '../aws/accounts.ts';
import { revisionNameOf } from '../aws/arns.ts';
import { createAws } from '../aws/clients.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { BY_NAME } from '../testing/environments.ts';
import { createCatalogHandlers } from './catalog-handlers.ts';
import { openDeploymentCaches } from './deployment-cache.ts';
import type { ReadCause } from './last-outcomes.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

/** The catalog of a sandbox account at this endpoint, with its caches in a folder. */
async function catalogAt(endpoint: string, folder?: string) {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const outside = {
    environment: { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    accounts: [{ id: 'sandbox', name: 'sandbox', region: 'us-east-1', endpoint, credentials }],
    prompt: DECLINING_PROMPT,
  };
  const accounts = await openAccounts(outside);
  const aws = createAws({ ...outside, accounts });
  cleanUps.push(() => aws.close());
  const paths = { data: folder ?? (await aFolder()) };
  const caches = openDeploymentCaches({ paths, logger: pino({ level: 'silent' }) });
  cleanUps.push(() => caches.close());
  const notes = (arn: string) =>
    arn.includes('/web/') ? { why: 'a fix', callerIdentity: 'ana' } : undefined;
  const readCause: ReadCause = async (_read, { service }, { outcome, taskDefinitionArn }) =>
    `${service} ${outcome} at ${revisionNameOf(taskDefinitionArn ?? '')}`;
  return {
    aws,
    catalog: createCatalogHandlers({
      environments: BY_NAME,
      accounts,
      aws,
      caches,
      clock: outside.clock,
      notes,
      readCause,
    }),
  };
}

function context() {
  return { signal: new AbortController().signal, emit: () => undefined };
}

/** A context that keeps the events of a service list. */
function listening() {
  const events: ServiceListEvent[] = [];
  return { events, context: { ...context(), emit: (event: ServiceListEvent) => void events.push(event) } };
}

/** Passes requests on to an endpoint, but breaks those that are meant. */
async function interferer(
  endpoint: string,
  breaks: (operation: string, body: string) => boolean,
): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    void text(incoming).then((body) => {
      if (breaks(operation, body)) {
        outgoing.writeHead(400);
        outgoing.end('{"__type": "InvalidParameterException", "message": "Broken on purpose."}');
        return;
      }
      // The headers are passed on unchanged, because they are signed.
      const onward = request({ hostname, port, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the demo', () => {
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await startTestSandbox({ scenario: 'demo' });
    cleanUps.push(() => sandbox.close());
  });

  it('has clusters, each with its environment', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const clusters = await catalog['clusters.list'](SCOPE, context());
    expect(clusters.map(({ name, environment }) => [name, environment])).toEqual([
      ['production', 'production'],
      ['staging', 'staging'],
      ['tools', 'sandbox'],
    ]);
    expect(clusters[0]?.services).toBeGreaterThan(0);
  });

  it('lists names first and then rows, with a deployment in progress and one that was rolled back', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const { events, context: listener } = listening();
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'production' }, listener);
    expect(events.map(({ kind }) => kind).slice(0, 2)).toEqual(['names', 'rows']);
    const states = Object.fromEntries(rows.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({ checkout: 'steady', pricing: 'rolled-back' });
    const web = rows.find(({ name }) => name === 'web');
    expect(web?.imageVersion).toMatch(/^\S+ → \S+$/);
    expect(web?.cells).toContain('running');
    expect(web?.previousRevision).toMatch(/^web:\d+$/);
    expect(web?.previousRevision).not.toBe(web?.revision);
    const failed = (name: string) => rows.find((row) => row.name === name)?.failedDeploymentArn;
    expect(failed('pricing')).toContain(':service-deployment/production/pricing/');
    expect(failed('checkout')).toBeUndefined();
    const pricing = rows.find(({ name }) => name === 'pricing');
    expect(pricing?.failedBecause).toContain('rolled back because the circuit breaker');
    expect(pricing?.failedCause).toBe('pricing rolled-back at pricing:25');
  });

  it('names the gateway connectors of a service and its metrics every 20 seconds', async () => {
    const { catalog, aws } = await catalogAt(sandbox.endpoint);
    await aws.ecs(SCOPE, 'clicked').send(
      new UpdateServiceCommand({
        cluster: 'tools',
        service: 'dashboard',
        forceNewDeployment: true,
        gatewayConnectors: [{ portName: 'http' }],
        monitoring: { metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }] },
      }),
    );
    sandbox.clock.advance(15 * 60_000);
    const ref = { ...SCOPE, cluster: 'tools', service: 'dashboard' };
    const { configuration } = await catalog['services.get'](ref, context());
    expect(configuration).toContainEqual({ label: 'Gateway connectors', value: 'http' });
    expect(configuration).toContainEqual({ label: 'Metrics', value: 'CPUUtilization every 20 s' });
  });

  it('reads immutable data once', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const list = () => catalog['services.list']({ ...SCOPE, cluster: 'staging' }, context());
    const first = await list();
    const before = sandbox.calls().length;
    await expect(list()).resolves.toEqual(first);
    const operations = sandbox
      .calls()
      .slice(before)
      .map(({ operation }) => operation);
    expect(operations).toEqual(['ListServices', 'DescribeServices']);
  });

  it('lists the tasks of a service while the service is described', async () => {
    const asked: string[] = [];
    const endpoint = await interferer(sandbox.endpoint, (operation) => {
      asked.push(operation);
      return operation === 'DescribeServices';
    });
    const { catalog } = await catalogAt(endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'web' };
    await expect(catalog['services.get'](ref, context())).rejects.toThrow('Broken on purpose');
    await vi.waitFor(() => expect(asked).toContain('ListTasks'));
  });

  it('shows a service by the digests of its running tasks', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'mailer' };
    const detail = await catalog['services.get'](ref, context());
    expect(detail).toMatchObject({
      state: 'degraded',
      environment: 'production',
      controller: 'ECS',
      family: 'mailer',
    });
    // Its tag has moved while it ran, so that a task that was replaced since runs another image version.
    const digests = detail.runs[0]?.digests ?? [];
    expect(digests.length).toBeGreaterThan(1);
    expect(digests.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(detail.running);
    expect(detail.events.length).toBeGreaterThan(0);
    expect(detail.activeDeploymentArn).toBeUndefined();
  });

  it('names the deployment in progress', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'web' };
    const deployments = await catalog['services.deployments'](ref, context());
    const detail = await catalog['services.get'](ref, context());
    expect(deployments[0]?.outcome).toBe('in-progress');
    expect(detail.activeDeploymentArn).toBe(deployments[0]?.arn);
  });

  it('lists the history of a service newest first, with notes and the rollback target', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'web' };
    const deployments = await catalog['services.deployments'](ref, context());
    const times = deployments.map(({ createdAt }) => createdAt ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    expect(deployments[0]).toMatchObject({
      why: 'a fix',
      callerIdentity: 'ana',
      previousRevision: expect.any(String),
    });
    const targets = deployments.filter(({ isRollbackTarget }) => isRollbackTarget);
    expect(targets).toMatchObject([{ outcome: 'succeeded', revision: deployments[0]?.previousRevision }]);
  });

  it('lists the tasks of a service, newest first', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'checkout' };
    const tasks = await catalog['services.tasks'](ref, context());
    expect(tasks.length).toBeGreaterThanOrEqual(4);
    expect(tasks.map(({ createdAt = '' }) => createdAt)).toEqual(
      tasks
        .map(({ createdAt = '' }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    expect(tasks[0]?.containers[0]?.digest).toMatch(/^sha256:/);
  });

  it.each(['services.get', 'services.deployments', 'services.tasks'] as const)(
    'reports with %s that a service does not exist',
    async (method) => {
      const { catalog } = await catalogAt(sandbox.endpoint);
      const ref = { ...SCOPE, cluster: 'production', service: 'gone' };
      await expect(catalog[method](ref, context())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it('reports that a cluster does not exist', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const list = catalog['services.list']({ ...SCOPE, cluster: 'gone' }, context());
    await expect(list).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows a service without permission for the optional reads', async () => {
    const optional = ['DescribeServiceRevisions', 'ListServiceDeployments'];
    const endpoint = await interferer(sandbox.endpoint, (operation) => optional.includes(operation));
    const { catalog } = await catalogAt(endpoint);
    const ref = { ...SCOPE, cluster: 'production', service: 'checkout' };
    await expect(catalog['services.get'](ref, context())).resolves.toMatchObject({
      imageVersion: '',
      running: 4,
    });
  });

  it('lists services without permission for the optional reads', async () => {
    const optional = ['DescribeServiceRevisions', 'ListServiceDeployments'];
    const endpoint = await interferer(sandbox.endpoint, (operation) => optional.includes(operation));
    const { catalog } = await catalogAt(endpoint);
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'tools' }, context());
    expect(rows.map(({ name, imageVersion }) => [name, imageVersion])).toEqual([
      ['dashboard', ''],
      ['recommend-trainer', ''],
    ]);
  });
});

describe('a cluster with 25 services', () => {
  let sandbox: TestSandbox;
  const names = Array.from({ length: 25 }, (_, index) => `service-${String(index).padStart(2, '0')}`);

  beforeEach(async () => {
    sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const { aws } = await catalogAt(sandbox.endpoint);
    const ecs = aws.ecs(SCOPE, 'clicked');
    await createServices(ecs, names);
  });

  it('has the rows of the last time at once when it is opened again', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'many' }, context());
    const { events, context: listener } = listening();
    await catalog['services.list']({ ...SCOPE, cluster: 'many' }, listener);
    expect(events.slice(0, 2)).toEqual([
      { kind: 'names', names },
      { kind: 'rows', rows },
    ]);
  });

  it('is read to the end, in batches of ten', async () => {
    const { catalog } = await catalogAt(sandbox.endpoint);
    const { events, context: listener } = listening();
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'many' }, listener);
    expect(rows.map(({ name }) => name)).toEqual(names);
    const batches = events.flatMap((event) => (event.kind === 'rows' ? [event.rows.length] : []));
    expect(batches.toSorted((one, other) => one - other)).toEqual([5, 10, 10]);
  });

  it('loses only the rows of a failed batch, and names them', async () => {
    const isBroken = (operation: string, body: string) =>
      operation === 'DescribeServices' && body.includes('service-12');
    const { catalog } = await catalogAt(await interferer(sandbox.endpoint, isBroken));
    const { events, context: listener } = listening();
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'many' }, listener);
    expect(rows.map(({ name }) => name)).toEqual([...names.slice(0, 10), ...names.slice(20)]);
    expect(events.filter(({ kind }) => kind === 'stale')).toEqual([
      { kind: 'stale', names: names.slice(10, 20), message: expect.stringContaining('Broken on purpose.') },
    ]);
  });

  it('fails when no batch can be read', async () => {
    const endpoint = await interferer(sandbox.endpoint, (operation) => operation === 'DescribeServices');
    const { catalog } = await catalogAt(endpoint);
    const list = catalog['services.list']({ ...SCOPE, cluster: 'many' }, context());
    await expect(list).rejects.toMatchObject({ message: expect.stringContaining('Broken on purpose.') });
  });

  it('gets the rows of a batch that fails once', async () => {
    let failures = 0;
    const failsOnce = (operation: string, body: string) =>
      operation === 'DescribeServices' && body.includes('service-12') && ++failures === 1;
    const { catalog } = await catalogAt(await interferer(sandbox.endpoint, failsOnce));
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'many' }, context());
    expect(rows.map(({ name }) => name)).toEqual(names);
  });
});

describe('a cluster with 60 services that was read before', () => {
  const names = Array.from({ length: 60 }, (_, index) => `service-${String(index).padStart(2, '0')}`);

  it('is refreshed in part: what is not described keeps its row, and the list says when that was read', async () => {
    const sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const { aws, catalog } = await catalogAt(sandbox.endpoint);
    const ecs = aws.ecs(SCOPE, 'clicked');
    await createServices(ecs, names);
    sandbox.clock.advance(3_600_000);
    const cluster = { ...SCOPE, cluster: 'many' };
    const first = await catalog['services.list'](cluster, context());
    await ecs.send(new DeleteServiceCommand({ cluster: 'many', service: 'service-50' }));
    sandbox.clock.advance(60_000);
    const begun = sandbox.calls().length;
    const { events, context: listener } = listening();
    const rows = await catalog['services.list']({ ...cluster, visible: ['service-59'] }, listener);

    const operations = sandbox
      .calls()
      .slice(begun)
      .map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'DescribeServices')).toHaveLength(4);
    expect(rows).toEqual(first.filter(({ name }) => name !== 'service-50'));
    const kept = events.findIndex(({ kind }) => kind === 'kept');
    expect(events[kept]).toMatchObject({ rows: names.map((name) => ({ name, readAt: expect.any(String) })) });
    const readAgain = events
      .slice(kept)
      .flatMap((event) => (event.kind === 'rows' ? event.rows.map(({ name }) => name) : []));
    expect(readAgain).toHaveLength(40);
    expect(readAgain).toContain('service-59');
  });
});

describe('an Express service', () => {
  it('is read with its revision, which DescribeServices leaves out, and with its address and scaling', async () => {
    const sandbox = await startTestSandbox({ scenario: 'demo' });
    cleanUps.push(() => sandbox.close());
    const { aws, catalog } = await catalogAt(sandbox.endpoint);
    const role = 'arn:aws:iam::123456789012:role/ecs-execution';
    await aws.ecs(SCOPE, 'clicked').send(
      new CreateExpressGatewayServiceCommand({
        cluster: 'tools',
        serviceName: 'storefront',
        infrastructureRoleArn: role,
        executionRoleArn: role,
        primaryContainer: { image: 'public.ecr.aws/nginx/nginx:1.29' },
        scalingTarget: { minTaskCount: 2, maxTaskCount: 8 },
      }),
    );
    const storefront = { ...SCOPE, cluster: 'tools', service: 'storefront' };
    expect(await catalog['services.get'](storefront, context())).toMatchObject({
      isExpress: true,
      revision: 'tools-storefront:1',
      family: 'tools-storefront',
      express: {
        endpoints: [{ url: expect.stringMatching(/^https:\/\/st-/), isPublic: true }],
        scaling: { minTaskCount: 2, maxTaskCount: 8 },
        cpu: '1024',
      },
    });
    const rows = await catalog['services.list']({ ...SCOPE, cluster: 'tools' }, context());
    expect(rows.filter(({ isExpress }) => isExpress)).toMatchObject([
      { name: 'storefront', revision: 'tools-storefront:1' },
    ]);
    expect(await catalog['services.settings'](storefront, context())).toMatchObject({
      express: { scaling: { minTaskCount: 2 } },
      containers: [{ container: 'Main' }],
    });
  });
});

describe('a managed daemon', () => {
  it('is listed with the digests that it runs and its deployments, the newest first', async () => {
    const sandbox = await startTestSandbox({ scenario: 'express' });
    cleanUps.push(() => sandbox.close());
    const { catalog } = await catalogAt(sandbox.endpoint);
    const [agent, ...others] = await catalog['daemons.list']({ ...SCOPE, cluster: 'storefront' }, context());
    expect(others).toEqual([]);
    expect(agent).toMatchObject({
      name: 'log-agent',
      revisions: [
        {
          taskDefinition: 'log-agent:2',
          images: [{ digest: expect.stringMatching(/^sha256:/) }],
          running: 2,
        },
      ],
      deployments: [
        { taskDefinition: 'log-agent:2', outcome: 'succeeded' },
        { taskDefinition: 'log-agent:1', outcome: 'succeeded' },
      ],
    });
  });
});

/** Stopped services in the new cluster `many`. */
async function createServices(ecs: ECSClient, names: readonly string[]): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: 'many' }));
  const containerDefinitions = [{ name: 'app', image: 'app:1', memory: 128 }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'app', containerDefinitions }));
  for (const serviceName of names) {
    const service = { cluster: 'many', serviceName, taskDefinition: 'app', desiredCount: 0 };
    await ecs.send(new CreateServiceCommand(service));
  }
}
