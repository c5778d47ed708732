import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { isObject } from '../../../shared/is-object.ts';
import type { ApprovalRequest } from '../../../shared/model/approval.ts';
import { openSlipway, type Slipway } from '../../engine/testing/slipway.ts';
import { createMcpServer } from './mcp-server.ts';

let sandbox: TestSandbox;
let folder: string;
let ecs: ECSClient;
/** Two processes of one machine: that of the agent's server, and the window. */
let ofAgent: Slipway;
let ofWindow: Slipway;
let approvers: Map<string, string>;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-approval-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  approvers = new Map();
  ofAgent = await openSlipway(sandbox, folder, 0, (plan) => approvers.get(plan));
  ofWindow = await openSlipway(sandbox, folder);
  ecs = new ECSClient(sandbox);
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  ecs.destroy();
  await ofAgent.close();
  await ofWindow.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** The SDK's own client. Where it can ask its person, `typed` is what the person types, if anything. */
async function connect(typed?: Promise<string>): Promise<Client> {
  const scope = { account: 'sandbox', region: 'us-east-1', cluster: 'tools' };
  const confirmed = new Set<string>();
  const server = createMcpServer({
    client: ofAgent.client,
    version: '1.2.3',
    scope,
    confirmed,
    approvers,
    values: 'none',
  });
  const capabilities = typed === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: 'some-agent', version: '2.1' }, { capabilities });
  if (typed !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept',
      content: { confirmation: await typed },
    }));
  }
  const [atClient, atServer] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(atServer), client.connect(atClient)]);
  closing.push(() => client.close());
  return client;
}

async function call(client: Client, name: string, input: Readonly<Record<string, unknown>>) {
  const { isError = false, content } = await client.callTool({ name, arguments: input });
  const [first] = Array.isArray(content) ? content : [];
  const value: unknown = JSON.parse(isObject(first) && typeof first.text === 'string' ? first.text : '');
  if (!isObject(value)) throw new TypeError('The result is not an object.');
  return { isError, value };
}

async function planOf(client: Client): Promise<string> {
  const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.1`;
  const change = { images: [{ container: 'app', image }] };
  const { value } = await call(client, 'releases_plan', { service: { service: 'dashboard' }, change });
  return String(value.id);
}

async function runs(): Promise<string | undefined> {
  const input = { cluster: 'tools', services: ['dashboard'] };
  return (await ecs.send(new DescribeServicesCommand(input))).services?.[0]?.taskDefinition;
}

/** The first list of waiting requests at the window that is as wanted. */
async function shownAtWindow(
  isWanted: (waiting: readonly ApprovalRequest[]) => boolean,
): Promise<readonly ApprovalRequest[]> {
  const found = Promise.withResolvers<readonly ApprovalRequest[]>();
  const watching = new AbortController();
  const watch = ofWindow.client.call(
    'approvals.watch',
    {},
    { signal: watching.signal, onEvent: (waiting) => isWanted(waiting) && found.resolve(waiting) },
  );
  const waiting = await Promise.race([found.promise, watch.then(() => [])]);
  watching.abort();
  await expect(watch).rejects.toMatchObject({ code: 'CANCELLED' });
  return waiting;
}

async function requestAtWindow(): Promise<ApprovalRequest> {
  const [request] = await shownAtWindow((waiting) => waiting.length > 0);
  if (request === undefined) throw new Error('The window shows no request.');
  return request;
}

const answer = (id: string, given: 'approve' | 'refuse') =>
  ofWindow.client.call('approvals.answer', { id, answer: given });

describe('releases_execute that waits for the window', () => {
  it('goes ahead when the person approves, who sees the agent, its reason and its plan', async () => {
    const client = await connect();
    const plan = await planOf(client);
    const executed = call(client, 'releases_execute', { plan, why: 'the fix of the login' });
    const request = await requestAtWindow();
    expect(request).toMatchObject({
      requester: 'some-agent 2.1',
      why: 'the fix of the login',
      plan: { id: plan, title: 'Deploy dashboard:5.2.1 to dashboard' },
    });
    await answer(request.id, 'approve');
    const { isError, value } = await executed;
    expect(isError).toBe(false);
    expect(await runs()).toBe(value.taskDefinitionArn);
    const { entries } = await ofWindow.client.call('journal.list', { kind: 'deploy', limit: 1 });
    expect(entries).toMatchObject([
      { approvedBy: `${userInfo().username} in the window, for some-agent 2.1`, why: 'the fix of the login' },
    ]);
    await shownAtWindow((waiting) => waiting.length === 0);
  });

  it('is the only way to an approver in the journal: a call that claims one is refused', async () => {
    const service = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
    const change = {
      images: [{ container: 'app', image: `${new URL(sandbox.endpoint).host}/dashboard:5.2.1` }],
    };
    const { id: plan } = await ofWindow.client.call('releases.plan', { service, change });
    const claim = { plan, approvedBy: 'jo in the window' };
    await expect(ofWindow.client.call('releases.execute', claim)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await ofWindow.client.call('releases.execute', { plan });
    const { entries } = await ofWindow.client.call('journal.list', { kind: 'deploy', limit: 1 });
    expect(entries.map(({ approvedBy }) => approvedBy)).toEqual([undefined]);
  });

  it('sends nothing when the person refuses, and tells the agent', async () => {
    const client = await connect();
    const [plan, before] = [await planOf(client), await runs()];
    const executed = call(client, 'releases_execute', { plan });
    await answer((await requestAtWindow()).id, 'refuse');
    expect((await executed).value).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('was not approved'),
    });
    expect(await runs()).toBe(before);
  });

  it('goes ahead when it is called again after an approval that came too late for the first call', async () => {
    const client = await connect();
    const plan = await planOf(client);
    const first = await call(client, 'releases_execute', { plan, seconds: 0 });
    expect(first.value).toMatchObject({ message: expect.stringContaining("approval in Slipway's window") });
    await answer((await requestAtWindow()).id, 'approve');
    expect((await call(client, 'releases_execute', { plan, seconds: 0 })).isError).toBe(false);
  });

  it('needs an approval of its own when it then overrides a check', async () => {
    const client = await connect();
    const plan = await planOf(client);
    await call(client, 'releases_execute', { plan, seconds: 0 });
    await answer((await requestAtWindow()).id, 'approve');
    const other = await call(client, 'releases_execute', { plan, seconds: 0, overrides: ['image:app'] });
    expect(other.value).toMatchObject({ message: expect.stringContaining('waits for approval') });
    expect((await requestAtWindow()).overrides).toEqual(['image:app']);
  });

  it('is withdrawn from the window when the agent cancels it, or its server ends', async () => {
    const client = await connect();
    const cancelling = new AbortController();
    const input = { name: 'releases_execute', arguments: { plan: await planOf(client) } };
    const executed = client.callTool(input, undefined, { signal: cancelling.signal });
    await requestAtWindow();
    cancelling.abort();
    await expect(executed).rejects.toThrow('abort');
    await shownAtWindow((waiting) => waiting.length === 0);
    await call(client, 'releases_execute', { plan: await planOf(client), seconds: 0 });
    const { id } = await requestAtWindow();
    await ofAgent.close();
    await shownAtWindow((waiting) => waiting.length === 0);
    await expect(answer(id, 'approve')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is asked at the client too where it can ask, and the first answer counts', async () => {
    const typing = Promise.withResolvers<string>();
    const client = await connect(typing.promise);
    const atWindow = call(client, 'releases_execute', { plan: await planOf(client) });
    await answer((await requestAtWindow()).id, 'approve');
    expect((await atWindow).isError).toBe(false);
    typing.resolve('dashboard');
  });
});
