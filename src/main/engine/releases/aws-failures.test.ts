import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ECSClient,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import { overrideOf, type Release } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startProxy } from '../testing/killing-proxy.ts';
import { openSlipway, openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const DASHBOARD = { region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
const PLACE = { cluster: 'tools', service: 'dashboard' };

let sandbox: TestSandbox;
let folder: string;
let slipway: Slipway;
let truth: ECSClient;
/** The proxy between Slipway and AWS. */
let proxy: Awaited<ReturnType<typeof startProxy>>;
let isCut: (operation: string) => boolean;
let rewrite: (operation: string, answer: string) => string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bad-days-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  isCut = () => false;
  rewrite = (_operation, answer) => answer;
  proxy = await startProxy(sandbox.endpoint, {
    onCall: (operation) => (isCut(operation) ? 'swallow' : 'pass'),
    onAnswer: () => 'pass',
    rewrite: (operation, answer) => rewrite(operation, answer),
  });
  const { endpoint, region, credentials } = sandbox;
  truth = new ECSClient({ endpoint, region, credentials });
});
afterEach(async () => {
  await slipway.close();
  await proxy.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Deploys a tag with its failed checks overridden. */
async function deploy(client: Client, tag: string, account = 'sandbox'): Promise<Release> {
  const image = `${new URL(sandbox.endpoint).host}/dashboard:${tag}`;
  const change = { images: [{ container: 'app', image }] };
  const plan = await client.call('releases.plan', { service: { ...DASHBOARD, account }, change });
  const overrides = plan.checks.filter(({ result }) => result === 'fail').map(overrideOf);
  const { confirmation } = plan;
  return client.call('releases.execute', {
    plan: plan.id,
    overrides,
    ...(confirmation === undefined ? {} : { confirmation }),
  });
}

/** What a watch shows, until it ends. */
function watching(client: Client, { deploymentArn: deployment = '' }: Release) {
  const seen: Rollout[] = [];
  const watched = { ...DASHBOARD, account: 'sandbox', deployment };
  const end = client.call('releases.watch', watched, { onEvent: (rollout) => seen.push(rollout) });
  return { seen, end };
}

/** Whether what is on its way is taken back by ECS itself. */
async function setCircuitBreaker(isOn: boolean): Promise<void> {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: isOn, rollback: isOn } };
  await truth.send(new UpdateServiceCommand({ ...PLACE, deploymentConfiguration }));
}

async function runningRevision(): Promise<string | undefined> {
  const command = new DescribeServicesCommand({ cluster: PLACE.cluster, services: [PLACE.service] });
  return (await truth.send(command)).services?.[0]?.taskDefinition;
}

describe('a network that goes away', () => {
  beforeEach(async () => {
    slipway = await openSlipway({ ...sandbox, endpoint: proxy.endpoint }, folder);
  });

  it('is reported while a rollout is watched, and the result is known once the network is back', async () => {
    const release = await deploy(slipway.client, '5.2.1');
    const { seen, end } = watching(slipway.client, release);
    await eventually(() => expect(seen.length).toBeGreaterThan(0));
    isCut = () => true;
    await eventually(() =>
      expect(seen.at(-1)?.notUpToDate).toEqual({
        reason: expect.stringMatching(/^Couldn't reach/),
        isUnreachable: true,
      }),
    );
    expect(seen.at(-1)?.deployment.outcome).toBe('in-progress');
    isCut = () => false;
    expect((await sandbox.clock.runUntil(end)).deployment.outcome).toBe('succeeded');
    await eventually(async () => {
      const { entries } = await slipway.client.call('journal.list', { limit: 1 });
      expect(entries).toMatchObject([{ state: 'done', outcome: 'succeeded' }]);
    });
  });

  it('in the middle of a release leaves a registered revision, with which the release can be resumed', async () => {
    isCut = (operation) => operation === 'UpdateService' || sent('RegisterTaskDefinition') > 0;
    const before = await runningRevision();
    const refused = await deploy(slipway.client, '5.2.1').catch((error: unknown) => error);
    expect(refused).toMatchObject({ detail: { releaseId: expect.anything() } });
    expect(await runningRevision()).toBe(before);
    isCut = () => false;
    const { entries } = await slipway.client.call('journal.list', { limit: 1 });
    expect(entries).toMatchObject([{ state: 'unfinished' }]);
    const release = await slipway.client.call('releases.resume', { release: entries[0]?.id ?? '' });
    expect(release.taskDefinitionArn).toBe(entries[0]?.taskDefinitionArn);
    const { end } = watching(slipway.client, release);
    expect((await sandbox.clock.runUntil(end)).deployment.outcome).toBe('succeeded');
    expect(sent('RegisterTaskDefinition')).toBe(1);
    expect(sent('UpdateService')).toBe(1);
  });
});

function sent(operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

describe('a status that is not in the list', () => {
  it('is shown unchanged, neither as a success nor as a failure, and is watched further', async () => {
    slipway = await openSlipway({ ...sandbox, endpoint: proxy.endpoint }, folder);
    rewrite = (operation, answer) =>
      operation === 'DescribeServiceDeployments'
        ? answer
            .replaceAll(/"status":"(?:PENDING|IN_PROGRESS)"/g, '"status":"VERIFYING"')
            .replaceAll(/"lifecycleStage":"[A-Z_]+"/g, '"lifecycleStage":"SMOKE_TEST"')
        : answer;
    const release = await deploy(slipway.client, '5.2.1');
    const { seen, end } = watching(slipway.client, release);
    const verifying = { status: 'VERIFYING', outcome: 'unknown' };
    await eventually(() => expect(seen.at(-1)?.deployment).toMatchObject(verifying));
    expect(seen.at(-1)?.sentence).toContain('VERIFYING');
    expect((await sandbox.clock.runUntil(end)).deployment).toMatchObject({
      status: 'SUCCESSFUL',
      outcome: 'succeeded',
    });
  });
});

describe('credentials that expire', () => {
  /** Of the shortest session there is. */
  const SHORTEST_SECONDS = 900;
  const USUAL_SECONDS = 3600;

  /** As a login writes them. */
  async function logIn(DurationSeconds: number): Promise<void> {
    const { endpoint, region, credentials } = sandbox;
    const sts = new STSClient({ endpoint, region, credentials });
    const command = new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::123456789012:role/deployer',
      RoleSessionName: 'ana',
      DurationSeconds,
    });
    const { Credentials } = await sts.send(command);
    mkdirSync(path.join(folder, '.aws'), { recursive: true });
    writeFileSync(
      path.join(folder, '.aws', 'config'),
      [
        '[profile ana]',
        `region = ${region}`,
        `endpoint_url = ${endpoint}`,
        `aws_access_key_id = ${Credentials?.AccessKeyId}`,
        `aws_secret_access_key = ${Credentials?.SecretAccessKey}`,
        `aws_session_token = ${Credentials?.SessionToken}`,
        '',
      ].join('\n'),
    );
  }

  it('make a job that watches a rollout wait for a login, and then continue to the end', async () => {
    await logIn(SHORTEST_SECONDS);
    await setCircuitBreaker(false);
    slipway = await openSlipwayWithProfiles(folder);
    const { client } = slipway;
    const release = await deploy(client, '5.2.2-crash', 'profile:ana');
    const job = async () => (await client.call('jobs.list', {}))[0];
    sandbox.clock.advance(SHORTEST_SECONDS * 1000);
    await eventually(async () => expect((await job())?.state).toBe('waiting'));
    expect((await job())?.sentence).toMatch(/ana/);
    const serviceDeploymentArn = release.deploymentArn ?? '';
    await truth.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));

    await logIn(USUAL_SECONDS);
    await sandbox.clock.runUntil(eventually(async () => expect((await job())?.state).toBe('ended')));
    const { entries } = await client.call('journal.list', { limit: 1 });
    expect(entries).toMatchObject([{ id: release.id, state: 'failed', outcome: 'rolled-back' }]);
  });
});

describe('a service that is set to 0 in the middle', () => {
  it('is said to run no tasks', async () => {
    slipway = await openSlipway(sandbox, folder);
    const release = await deploy(slipway.client, '5.2.1');
    const { end } = watching(slipway.client, release);
    await truth.send(new UpdateServiceCommand({ ...PLACE, desiredCount: 0 }));
    const { sentence, deployment } = await sandbox.clock.runUntil(end);
    expect(deployment.outcome).toBe('succeeded');
    expect(sentence).toMatch(/with 0 tasks/);
  });
});

describe('a revision that is deregistered between the plan and its execution', () => {
  it('is not deployed: the release is refused before anything is sent', async () => {
    slipway = await openSlipway(sandbox, folder);
    const service = { ...DASHBOARD, account: 'sandbox' };
    const before = await runningRevision();
    const earlier = before?.replace(/\d+$/, (number) => String(Number(number) - 1)) ?? '';
    const plan = await slipway.client.call('releases.planRevision', { service, revision: earlier });
    await truth.send(new DeregisterTaskDefinitionCommand({ taskDefinition: earlier }));
    const overrides = plan.checks.filter(({ result }) => result === 'fail').map(overrideOf);
    await expect(slipway.client.call('releases.execute', { plan: plan.id, overrides })).rejects.toMatchObject(
      { code: 'PREFLIGHT_FAILED', message: expect.stringMatching(/is INACTIVE/) },
    );
    expect(await runningRevision()).toBe(before);
    expect(sent('UpdateService')).toBe(0);
  });
});
