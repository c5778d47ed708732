import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { contract, type MethodName } from '../../../shared/contract.ts';
import { isObject } from '../../../shared/is-object.ts';
import { registrationInput } from '../../engine/ecs/registration.ts';
import { openSlipway, type Slipway } from '../../engine/testing/slipway.ts';
import type { ShownValues } from './hide-values.ts';
import { createMcpServer } from './mcp-server.ts';
import type { ServerScope } from './tool-input.ts';
import { EXECUTE_TOOL, PLAN_TOOLS, READ_TOOLS, toolName, WATCH_TOOL } from './tools.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1', cluster: 'tools' };
const SECRET = 'hunter2-correct-horse';

let sandbox: TestSandbox;
let slipway: Slipway;
let folder: string;
let ecs: ECSClient;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-mcp-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  slipway = await openSlipway(sandbox, folder);
  ecs = new ECSClient(sandbox);
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  ecs.destroy();
  await slipway.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

interface Started {
  readonly scope?: ServerScope;
  readonly confirmed?: readonly string[];
  readonly values?: ShownValues;
  /** What the person types when the client asks; `decline` declines. Missing: the client cannot ask. */
  readonly types?: string;
  readonly onQuestion?: (question: string) => void;
}

/** The SDK's own client, connected to a server in this process. */
async function connect(started: Started = {}): Promise<Client> {
  const { scope = SCOPE, confirmed = [], values = 'none', types, onQuestion } = started;
  const server = createMcpServer({
    client: slipway.client,
    version: '1.2.3',
    scope,
    confirmed: new Set(confirmed),
    approvers: new Map(),
    values,
  });
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: types === undefined ? {} : { elicitation: {} } },
  );
  if (types !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      onQuestion?.(params.message);
      return types === 'decline'
        ? { action: 'decline' }
        : { action: 'accept', content: { confirmation: types } };
    });
  }
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ofServer), client.connect(ofClient)]);
  closing.push(() => client.close());
  return client;
}

async function call(client: Client, name: string, input: Readonly<Record<string, unknown>> = {}) {
  const result = await client.callTool({ name, arguments: input });
  const [content] = Array.isArray(result.content) ? result.content : [];
  const text: unknown = isObject(content) ? content.text : undefined;
  if (typeof text !== 'string') throw new TypeError('The result has no text.');
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new TypeError('The result is not an object.');
  return { isError: result.isError === true, text, value };
}

const image = (tag: string): string => `${new URL(sandbox.endpoint).host}/dashboard:${tag}`;
const deployed = { service: { service: 'dashboard' }, change: { images: [{ container: 'app', image: '' }] } };

async function planOf(client: Client, tag = '5.2.1'): Promise<string> {
  const change = { images: [{ container: 'app', image: image(tag) }] };
  const { value } = await call(client, 'releases_plan', { ...deployed, change });
  return String(value.id);
}

async function runs(): Promise<string | undefined> {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] }),
  );
  return services?.[0]?.taskDefinition;
}

describe('the tools of the MCP server', () => {
  it('are reads and plans with the JSON Schemas of the contract, and one that changes something', async () => {
    const client = await connect({ scope: {} });
    const { tools } = await client.listTools();
    const expected = [...READ_TOOLS, ...PLAN_TOOLS, WATCH_TOOL, EXECUTE_TOOL].map(toolName);
    expect(tools.map(({ name }) => name)).toEqual(expected);
    for (const { name, description, inputSchema, annotations } of tools) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(description).not.toBe('');
      expect(inputSchema.type).toBe('object');
      expect(annotations?.readOnlyHint).toBe(name !== 'releases_execute');
    }
    const services = tools.find(({ name }) => name === 'services_get');
    expect(services?.inputSchema.required).toEqual(['account', 'region', 'cluster', 'service']);
  });

  it('contain no method of the contract that changes something', () => {
    const all: readonly MethodName[] = [...READ_TOOLS, ...PLAN_TOOLS];
    expect(all.filter((method) => contract[method].kind === 'change')).toEqual([]);
    const streams = all.filter((method) => contract[method].kind === 'stream');
    expect(streams).toEqual([
      'services.list',
      'revisions.list',
      'fleet.candidates',
      'cleanup.plan',
      'cleanup.planImages',
    ]);
  });

  it('take account, region and cluster from where the server was started for', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    const services = tools.find(({ name }) => name === 'services_get');
    expect(services?.inputSchema.required).toEqual(['service']);
    expect((await call(client, 'services_get', { service: 'dashboard' })).value).toMatchObject({
      name: 'dashboard',
      cluster: 'tools',
    });
  });

  it.each([
    ['services_list', { account: 'profile:prod' }],
    ['services_list', { cluster: 'production' }],
    ['releases_plan', { service: { region: 'eu-west-1', service: 'web' }, change: {} }],
  ])('refuse %s for %j when the server was started for another place', async (name, input) => {
    const { isError, value } = await call(await connect(), name, input);
    expect(isError).toBe(true);
    expect(value).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('was started for'),
    });
  });

  it('show no other accounts where the server was started for one', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('search_find');
    expect((await call(client, 'search_find', { text: 'web' })).value).toMatchObject({
      code: 'UNKNOWN_METHOD',
    });
  });

  it('answer lists in parts', async () => {
    const client = await connect({ scope: { account: 'sandbox', region: 'us-east-1' } });
    const first = await call(client, 'services_list', { cluster: 'production', limit: 2 });
    expect(first.value).toMatchObject({ nextOffset: 2, items: [{ name: expect.any(String) }, {}] });
    const total = Number(first.value.total);
    const last = await call(client, 'services_list', { cluster: 'production', offset: total - 1 });
    expect(last.value).toEqual({ total, items: [expect.anything()] });
  });

  it.each([
    ['services_get', { service: 'no such' }, 'INVALID_INPUT'],
    ['services_get', { service: 'gone' }, 'NOT_FOUND'],
    ['services_list', { limit: 100_000 }, 'INVALID_INPUT'],
    ['releases_execute', { plan: 'x' }, 'INVALID_INPUT'],
    ['releases_watch', { service: 'dashboard', deployment: 'x' }, 'INVALID_INPUT'],
    ['cleanup_start', {}, 'UNKNOWN_METHOD'],
    ['services.get', {}, 'UNKNOWN_METHOD'],
  ])('answer %s with %j by the error %s', async (name, input, code) => {
    const { isError, value } = await call(await connect(), name, input);
    expect({ isError, code: value.code }).toEqual({ isError: true, code });
  });
});

describe('releases_execute', () => {
  it('sends nothing without the approval of a person, and says what to do', async () => {
    const client = await connect();
    const [plan, before, sent] = [await planOf(client), await runs(), sandbox.calls().length];
    const { isError, value } = await call(client, 'releases_execute', { plan, seconds: 0 });
    expect(isError).toBe(true);
    expect(value).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('`slipway mcp --confirm tools/dashboard`'),
    });
    expect(sandbox.calls()).toHaveLength(sent);
    expect(await runs()).toBe(before);
  });

  it('executes a plan of a service that was confirmed at the start, and releases_watch follows it to its end', async () => {
    const client = await connect({ confirmed: ['dashboard'] });
    const { isError, value } = await call(client, 'releases_execute', {
      plan: await planOf(client),
      why: 'an agent asked',
    });
    expect(isError).toBe(false);
    expect(await runs()).toBe(value.taskDefinitionArn);
    const watched = call(client, 'releases_watch', {
      service: 'dashboard',
      deployment: value.deploymentArn,
      seconds: 300,
    });
    expect((await sandbox.clock.runUntil(watched)).value).toMatchObject({
      ended: true,
      rollout: { deployment: { outcome: 'succeeded' } },
    });
    const { entries } = await slipway.client.call('journal.list', {});
    expect(entries[0]).toMatchObject({ subject: 'dashboard', why: 'an agent asked' });
  });

  it('of a service that another name confirms is refused', async () => {
    const client = await connect({ confirmed: ['web', 'production/dashboard'] });
    const input = { plan: await planOf(client), seconds: 0 };
    expect((await call(client, 'releases_execute', input)).isError).toBe(true);
  });

  it('needs the cluster in --confirm where the server was started for none', async () => {
    const scope = { account: 'sandbox', region: 'us-east-1' };
    const client = await connect({ scope, confirmed: ['dashboard'] });
    const change = { images: [{ container: 'app', image: image('5.2.1') }] };
    const { value } = await call(client, 'releases_plan', {
      service: { cluster: 'tools', service: 'dashboard' },
      change,
    });
    expect((await call(client, 'releases_execute', { plan: value.id, seconds: 0 })).isError).toBe(true);
  });

  it('shows the person where and what, and executes when the name is typed', async () => {
    const questions: string[] = [];
    const client = await connect({ types: 'dashboard', onQuestion: (question) => questions.push(question) });
    const { isError } = await call(client, 'releases_execute', { plan: await planOf(client) });
    expect(isError).toBe(false);
    expect(questions).toHaveLength(1);
    for (const part of [
      'Deploy dashboard:5.2.1 to dashboard',
      'sandbox, us-east-1, tools',
      '5.2.1',
      'UpdateService',
    ])
      expect(questions[0]).toContain(part);
  });

  it.each(['decline', 'yes', ''])('sends nothing when the person answers %j', async (types) => {
    const client = await connect({ types });
    const [plan, before] = [await planOf(client), await runs()];
    const { isError, value } = await call(client, 'releases_execute', { plan });
    expect({ isError, code: value.code }).toEqual({ isError: true, code: 'PREFLIGHT_FAILED' });
    expect(await runs()).toBe(before);
  });

  it('overrides a check only when a person has seen it', async () => {
    const confirmed = await connect({ confirmed: ['dashboard'] });
    const plan = await planOf(confirmed, '9.9.9');
    const overrides = ['image:app'];
    const input = { plan, overrides, seconds: 0 };
    expect((await call(confirmed, 'releases_execute', input)).value).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('does not override checks'),
    });
    const questions: string[] = [];
    const asking = await connect({ types: 'decline', onQuestion: (question) => questions.push(question) });
    await call(asking, 'releases_execute', { plan: await planOf(asking, '9.9.9'), overrides });
    expect(questions[0]).toContain('Overridden: image:app');
    expect(questions[0]).toContain("Check: The image of app doesn't exist");
  });

  it('takes a plan once, and none that this server has not made', async () => {
    const client = await connect({ confirmed: ['dashboard'] });
    const plan = await planOf(client);
    const other = await connect({ confirmed: ['dashboard'] });
    expect((await call(other, 'releases_execute', { plan })).value).toMatchObject({ code: 'NOT_FOUND' });
    expect((await call(client, 'releases_execute', { plan })).isError).toBe(false);
    expect((await call(client, 'releases_execute', { plan })).value).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('the values of secrets', () => {
  beforeEach(async () => {
    const taskDefinition = await runs();
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const input = registrationInput(described);
    const containerDefinitions = input.containerDefinitions?.map((container) => ({
      ...container,
      environment: [
        { name: 'DB_PASSWORD', value: SECRET },
        { name: 'QUEUE_URL', value: `postgres://app:${SECRET}@db/shop` },
        { name: 'LOG_LEVEL', value: 'info-harmless' },
        { name: 'GREETING', value: 'xkcd-horse-battery' },
      ],
      command: ['serve', '--password', SECRET],
    }));
    const registered = await ecs.send(new RegisterTaskDefinitionCommand({ ...input, containerDefinitions }));
    const next = registered.taskDefinition?.taskDefinitionArn;
    await ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', taskDefinition: next }),
    );
  });

  it.each(['none', 'harmless'] as const)('are in no result, where %s are shown', async (values) => {
    const client = await connect({ values });
    const revision = await runs();
    const results = [
      await call(client, 'services_get', { service: 'dashboard' }),
      await call(client, 'services_settings', { service: 'dashboard' }),
      await call(client, 'services_history', { service: 'dashboard' }),
      await call(client, 'revisions_list', { family: 'dashboard' }),
      await call(client, 'revisions_get', { revision }),
      await call(client, 'revisions_diff', { before: 'dashboard:1', after: revision?.split('/')[1] }),
      await call(client, 'releases_plan', {
        ...deployed,
        change: { images: [{ container: 'app', image: image('5.2.1') }] },
      }),
      await call(client, 'releases_plan', {
        ...deployed,
        change: {
          environment: [{ container: 'app', set: [{ name: 'DB_PASSWORD', value: 'other-secret-1' }] }],
        },
      }),
      await call(client, 'releases_planRollback', { service: { service: 'dashboard' } }),
    ];
    const answered = results.filter(({ isError }) => !isError);
    expect(answered.length).toBeGreaterThanOrEqual(7);
    for (const { text } of results) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('other-secret-1');
    }
    const answeredText = results.map(({ text }) => text).join('\n');
    expect(answeredText).toContain('LOG_LEVEL');
    expect(answeredText).toContain('[hidden]');
    expect(answeredText.includes('info-harmless')).toBe(values === 'harmless');
    // A secret under a harmless name: no other field repeats the value of a variable.
    expect(answeredText.includes('xkcd-horse-battery')).toBe(values === 'harmless');
  });
});

it('each tool has a resource with the schemas of its input and answer', async () => {
  const client = await connect();
  const { resources } = await client.listResources();
  expect(resources).toHaveLength(READ_TOOLS.length + PLAN_TOOLS.length + 2);
  const { contents } = await client.readResource({ uri: 'slipway://methods/services.get' });
  const [content] = contents;
  const text = content !== undefined && 'text' in content ? content.text : '';
  expect(JSON.parse(text)).toMatchObject({
    method: 'services.get',
    input: { type: 'object' },
    output: { type: 'object' },
  });
  await expect(client.readResource({ uri: 'slipway://methods/cleanup.run' })).rejects.toThrow(
    'There is no resource',
  );
});
