import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../scripts/checkout.mjs';
import { startTestSandbox, type TestSandbox } from '../src/sandbox/testing/sandbox.ts';
import { writeCommandPackage } from './command-package.ts';

/** Of the folder, unpacked. */
const MAX_BYTES = 12_000_000;

let work: string;
let folder: string;
let sandbox: TestSandbox;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'slipway-command-'));
  folder = join(work, 'package');
  mkdirSync(folder);
  writeCommandPackage(ROOT, folder);
  sandbox = await startTestSandbox({ scenario: 'demo' });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(work, { recursive: true, force: true });
});

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
) {
  const env = { PATH: process.env.PATH, HOME: work, SLIPWAY_DATA: join(work, 'data'), ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], { env, cwd });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: '', stderr: String(Reflect.get(error, 'stderr')) };
  }
}

it('the package of the command has what it needs and not more', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  expect(bytes).toBeLessThan(MAX_BYTES);
  const names = files.map(({ name }) => name);
  expect(names).toContain('THIRD-PARTY-LICENSES.txt');
  expect(names).not.toContain('serve.js');
});

it('an older Node.js is refused with a sentence and exit code 2, and nothing of the command is loaded', async () => {
  const old = 'globalThis.process = Object.create(process, { versions: { value: { node: "22.11.0" } } });';
  const args = ['--import', `data:text/javascript,${old}`, join(folder, 'slipway.mjs'), '--help'];
  const { code, stderr } = await run(process.execPath, args, work);
  expect(code).toBe(2);
  expect(stderr).toContain('slipway needs Node.js 24 or later, and this is 22.11.0');
});

it('npm pack installs into an empty folder without a registry, and the command runs there', async () => {
  const npm = ['--offline', '--no-audit', '--no-fund', '--cache', join(work, 'cache')];
  const packed = await run('npm', ['pack', folder, '--json', ...npm], work);
  expect(packed.code).toBe(0);
  const [{ filename = '' } = {}] = JSON.parse(packed.stdout) as readonly { filename?: string }[];
  const empty = join(work, 'empty');
  mkdirSync(empty);
  expect(await run('npm', ['install', join(work, filename), ...npm], empty)).toMatchObject({ code: 0 });
  const slipway = join(empty, 'node_modules', '.bin', 'slipway');
  expect((await run(slipway, ['--help'], empty)).stdout).toContain('Releases containers on Amazon ECS');
  const status = ['status', '-c', 'tools', '-n', 'dashboard', '--sandbox', sandbox.endpoint];
  expect(await run(slipway, status, empty)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('dashboard'),
  });
});

it('the sandbox in the package has a ledger with holds and locks, and keeps them', async () => {
  const data = join(work, 'ledger');
  mkdirSync(data);
  const rule = '{ cluster: tools, ledger: { table: slipway-ledger, required: true } }';
  writeFileSync(join(data, 'environments.yml'), `rules: [${rule}]\n`);
  // Each is a process of its own with the sandbox of this folder.
  const slipway = (...args: readonly string[]) =>
    run(process.execPath, [join(folder, 'slipway.mjs'), ...args, '--sandbox'], work, { SLIPWAY_DATA: data });
  const place = ['-c', 'tools', '-n', 'dashboard'];
  expect(await slipway('ledger', 'create')).toMatchObject({ code: 0, stderr: '' });
  expect(await slipway('hold', ...place, '--why', 'incident 4711')).toMatchObject({ code: 0, stderr: '' });
  const change = ['--desired', '2', '--override', 'held', '--wait-until', 'accepted'];
  expect(await slipway('deploy', ...place, ...change)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The service is on hold by sandbox: incident 4711'),
  });
  const { stdout } = await slipway('ledger', 'export');
  expect(stdout).toMatch(/"sk":"lock",.*"token":1\}$/m);
  expect(stdout).toContain('"title":"Scale dashboard from 1 to 2"');
});

describe('the GitHub action, run as the runner does', () => {
  /** The runner sets an input as INPUT_NAME, and its defaults. */
  async function act(inputs: Readonly<Record<string, string>>) {
    const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as {
      readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
      readonly runs: { readonly using: string; readonly main: string };
    };
    for (const name of Object.keys(inputs)) expect(Object.keys(action.inputs)).toContain(name);
    const set = Object.entries(action.inputs).map(
      ([name, { default: value = '' }]) => [`INPUT_${name.toUpperCase()}`, inputs[name] ?? value] as const,
    );
    const files = mkdtempSync(join(work, 'runner-'));
    const environment: NodeJS.ProcessEnv = {
      ...Object.fromEntries<string>(set),
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: join(files, 'output'),
      GITHUB_STEP_SUMMARY: join(files, 'summary'),
    };
    expect(action.runs.using).toBe('node24');
    const ran = run(process.execPath, [join(folder, action.runs.main)], files, environment);
    const { code, stderr } = await sandbox.clock.runUntil(ran);
    return {
      code,
      stderr,
      left: readdirSync(files).toSorted(),
      output: readFileSync(join(files, 'output'), 'utf8'),
      summary: readFileSync(join(files, 'summary'), 'utf8'),
    };
  }
  const place = () => ({ cluster: 'tools', service: 'dashboard', sandbox: sandbox.endpoint });

  it('deploys an image, and sets the outputs that action.yml names', async () => {
    const { code, output, summary } = await act({
      ...place(),
      image: 'dashboard:5.2.1',
      why: '--zzz is no option\n--zzz',
      args: '--min=0\n--max=200\n',
    });
    expect(code).toBe(0);
    const { outputs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as {
      readonly outputs: Readonly<Record<string, { readonly description: string }>>;
    };
    const named = Object.entries(outputs).filter(
      ([, { description }]) => !/^(?:run|bulk): /.test(description),
    );
    const set = [...output.matchAll(/^([a-z-]+)<</gm)].map(([, name = '']) => name);
    expect(set.toSorted()).toEqual(named.map(([name]) => name).toSorted());
    expect(output).toMatch(/^outcome<<\S+\nsucceeded\n/);
    expect(summary).toContain('### ✅ Deploy dashboard:5.2.1 to dashboard');
  });

  it('is refused with exit code 2 and an annotation, and no input reaches a shell', async () => {
    const { code, stderr, output, left } = await act({
      ...place(),
      image: 'dashboard:$(touch hacked);no',
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^::error title=Slipway::/m);
    expect(output).toContain('refused');
    expect(left).toEqual(['output', 'summary']);
  });
});
