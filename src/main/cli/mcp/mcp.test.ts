import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { CLI } from '../../engine/testing/cli-process.ts';

const PROJECT = `environments:
  tools:
    cluster: tools
    account: "999999999999"
    services:
      dashboard: { containers: { app: { repository: other/dashboard } } }
    rules: { readOnly: true }
`;

let sandbox: TestSandbox;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-mcp-stdio-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  await writeFile(join(folder, 'slipway.yml'), PROJECT);
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** The SDK's own client with the built command as a process. */
async function connect(args: readonly string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'mcp', '--sandbox', sandbox.endpoint, ...args],
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, SLIPWAY_DATA: join(folder, 'data') },
    stderr: 'inherit',
  });
  await client.connect(transport);
  return client;
}

describe('slipway mcp as a process', () => {
  it('answers the SDK client over standard input and output, and ends with it', async () => {
    const client = await connect(['-c', 'tools']);
    expect(client.getServerVersion()).toMatchObject({ name: 'slipway' });
    const result = await client.callTool({ name: 'services_get', arguments: { service: 'dashboard' } });
    expect(result.structuredContent).toMatchObject({ name: 'dashboard', cluster: 'tools' });
    await client.close();
  });

  it('ends with 0 when its input ends, and with 130 when it is interrupted', async () => {
    const args = [CLI, 'mcp', '--sandbox', sandbox.endpoint, '-c', 'tools'];
    const env = { PATH: process.env.PATH, HOME: folder, SLIPWAY_DATA: join(folder, 'data') };
    const start = () => spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const hello = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const ended = start();
    const endedCode = once(ended, 'exit');
    ended.stdin.write(`${JSON.stringify(hello)}\n`);
    await once(ended.stdout, 'data');
    ended.stdin.end();
    expect(await endedCode).toEqual([0, null]);
    const interrupted = start();
    const interruptedCode = once(interrupted, 'exit');
    interrupted.stdin.write(`${JSON.stringify(hello)}\n`);
    await once(interrupted.stdout, 'data');
    interrupted.kill('SIGINT');
    expect(await interruptedCode).toEqual([130, null]);
  });

  it('takes cluster, account and rules from an environment of slipway.yml', async () => {
    const client = await connect(['--env', 'tools']);
    const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.1`;
    const result = await client.callTool({
      name: 'releases_plan',
      arguments: { service: { service: 'dashboard' }, change: { images: [{ container: 'app', image }] } },
    });
    expect(result.structuredContent).toMatchObject({
      canExecute: false,
      checks: expect.arrayContaining([
        expect.objectContaining({ rule: 'read-only', result: 'fail' }),
        expect.objectContaining({ rule: 'account', result: 'fail' }),
        expect.objectContaining({ rule: 'expected-image', subject: 'app', result: 'fail' }),
      ]),
    });
    await client.close();
  });
});
