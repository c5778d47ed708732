import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { ServiceListEvent } from '../../../shared/model/service.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const SCOPE = { account: 'profile:demo', region: 'us-east-1' };
const PRODUCTION = { ...SCOPE, cluster: 'production' };

let home: string;
let demo: TestSandbox;
let slipway: Slipway;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'last-visit-'));
  await mkdir(join(home, '.aws'));
  demo = await startTestSandbox({ scenario: 'demo' });
  await useEndpoint(demo.endpoint);
  slipway = await openSlipwayWithProfiles(home);
});
afterEach(async () => {
  await slipway.close();
  await demo.close();
  await rm(home, { recursive: true });
});

async function useEndpoint(endpoint: string): Promise<void> {
  const lines = [
    '[profile demo]',
    'region = us-east-1',
    'aws_access_key_id = sandbox',
    'aws_secret_access_key = sandbox',
    `endpoint_url = ${endpoint}`,
  ];
  await writeFile(join(home, '.aws', 'config'), `${lines.join('\n')}\n`);
}

/** Reads what a person sees of the cluster production, and starts again when nothing answers at the endpoint. */
async function visitAndLoseNetwork(): Promise<void> {
  await slipway.client.call('clusters.list', SCOPE);
  await slipway.client.call('services.list', PRODUCTION);
  await slipway.client.call('services.get', { ...PRODUCTION, service: 'pricing' });
  await slipway.close();
  await demo.close();
  slipway = await openSlipwayWithProfiles(home);
}

it('a service list without a network sends the rows of the last start with their age, and fails', async () => {
  const before = await slipway.client.call('services.list', PRODUCTION);
  await visitAndLoseNetwork();
  const events: ServiceListEvent[] = [];
  const list = slipway.client.call('services.list', PRODUCTION, {
    onEvent: (event) => void events.push(event),
  });
  await expect(list).rejects.toThrow("Couldn't reach");
  const [names, rows, kept] = events;
  expect(names).toEqual({ kind: 'names', names: before.map(({ name }) => name) });
  expect(rows?.kind === 'rows' && rows.rows.map(({ name, revision }) => [name, revision])).toEqual(
    before.map(({ name, revision }) => [name, revision]),
  );
  expect(kept?.kind === 'kept' && kept.rows.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
});

it('an overview without a network shows the clusters of the last start and when they were read', async () => {
  await visitAndLoseNetwork();
  await expect(slipway.client.call('clusters.list', SCOPE)).rejects.toThrow("Couldn't reach");
  const [known] = await slipway.client.call('overview.known', {});
  expect(known).toMatchObject({ state: 'failed', isUnreachable: true, keptAt: expect.any(String) });
  expect(known?.clusters.map(({ name, counts }) => [name, counts !== undefined])).toEqual([
    ['production', true],
    ['staging', false],
    ['tools', false],
  ]);
  expect(known?.clusters[0]?.rows.map(({ name }) => name)).toContain('pricing');
  const [read] = await slipway.client.call('overview.read', {});
  expect(read).toEqual(known);
});

it('a service is known as it was read last, without the deployment that was in progress then', async () => {
  const rows = await slipway.client.call('services.list', PRODUCTION);
  const { name = '' } = rows.find(({ state }) => state === 'deploying') ?? {};
  const deploying = { ...PRODUCTION, service: name };
  const before = await slipway.client.call('services.get', deploying);
  expect(before.activeDeploymentArn).toBeDefined();
  await visitAndLoseNetwork();
  const { kept } = await slipway.client.call('services.kept', deploying);
  expect(kept?.detail.revision).toBe(before.revision);
  expect(kept?.detail.activeDeploymentArn).toBeUndefined();
  expect(await slipway.client.call('services.kept', { ...PRODUCTION, service: 'nothing' })).toEqual({});
});

it('the environment of what was kept is that of the rules of now', async () => {
  await visitAndLoseNetwork();
  const pricing = { ...PRODUCTION, service: 'pricing' };
  const environment = async () =>
    (await slipway.client.call('services.kept', pricing)).kept?.detail.environment;
  expect(await environment()).toBe('production');
  await writeFile(
    join(home, 'environments.yml'),
    'rules:\n  - cluster: production\n    environment: staging\n',
  );
  expect(await environment()).toBe('staging');
});

it('what another endpoint has answered under the same account is not shown', async () => {
  await visitAndLoseNetwork();
  await slipway.close();
  await useEndpoint('http://127.0.0.1:1');
  slipway = await openSlipwayWithProfiles(home);
  await expect(slipway.client.call('clusters.list', SCOPE)).rejects.toThrow("Couldn't reach");
  const [known] = await slipway.client.call('overview.known', {});
  expect(known?.clusters).toEqual([]);
  expect(await slipway.client.call('services.kept', { ...PRODUCTION, service: 'pricing' })).toEqual({});
});

it('the services of families are known of every cluster that was read, at an earlier start too', async () => {
  expect(await slipway.client.call('families.services', SCOPE)).toEqual({ services: [], clusters: [] });
  await visitAndLoseNetwork();
  const { services, clusters } = await slipway.client.call('families.services', SCOPE);
  expect(clusters).toEqual([
    { cluster: 'production', readAt: expect.any(String) },
    { cluster: 'staging' },
    { cluster: 'tools' },
  ]);
  expect(services).toContainEqual({ family: 'pricing', cluster: 'production', service: 'pricing' });
  // What was only asked for is no place that is being read.
  expect(await slipway.client.call('overview.known', {})).toEqual([]);
});

it('what is read again takes the place of what was kept', async () => {
  await slipway.client.call('clusters.list', SCOPE);
  const { endpoint } = demo;
  await slipway.close();
  await demo.close();
  slipway = await openSlipwayWithProfiles(home);
  await expect(slipway.client.call('clusters.list', SCOPE)).rejects.toThrow("Couldn't reach");
  demo = await startTestSandbox({ scenario: 'empty', port: Number(new URL(endpoint).port) });
  await slipway.client.call('clusters.list', SCOPE);
  const [known] = await slipway.client.call('overview.known', {});
  expect(known).toMatchObject({ state: 'read', clusters: [{ name: 'default' }] });
  expect(known?.keptAt).toBeUndefined();
  expect(known?.isUnreachable).toBeUndefined();
});
