import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Figure, median } from './figure.ts';

const CLI = join(import.meta.dirname, '..', 'out', 'main', 'cli.js');
const RUNS = 3;
const SAMPLE_MS = 100;
const HOW_TO_GET_ECS_DEPLOY =
  'ecs-deploy is left out. Clone github.com/silinternational/ecs-deploy into a folder and set PEERS to the folder above it.';

/** A way to deploy dashboard:5.2.1 and to wait until it runs. */
interface Deployer {
  readonly name: string;
  readonly command: (
    sandbox: Sandbox,
    data: string,
  ) => readonly [program: string, ...args: readonly string[]];
}

interface Measured {
  readonly seconds: number;
  readonly calls: number;
  readonly megabytes: number;
}

/**
 * The same deploy with Slipway, with ecs-deploy and with the AWS CLI and its waiter, each on a sandbox of its own whose clock
 * runs at the speed of ours: seconds from start to exit code, calls sent, and the most memory of all processes.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(CLI)) throw new Error('The app is not built. Run npm run build first.');
  const measured = new Map<string, Measured>();
  for (const deployer of deployers()) measured.set(deployer.name, await measure(deployer));
  const ours = measured.get('cli');
  const theirs = measured.get('ecs-deploy');
  return [
    ...[...measured].flatMap(([name, { seconds, calls, megabytes }]) => [
      { figure: `${name}.deploy-s`, value: seconds, unit: 's' },
      { figure: `${name}.calls`, value: calls, unit: 'calls' },
      { figure: `${name}.deploy-mb`, value: megabytes, unit: 'MB' },
    ]),
    ...(ours === undefined || theirs === undefined
      ? []
      : [
          {
            figure: 'cli.deploy-ratio-to-ecs-deploy',
            value: round(ours.seconds / theirs.seconds, 2),
            unit: 'ratio',
          },
        ]),
  ];
}

/** Those that this machine has. What is missing is named on standard error. */
function deployers(): readonly Deployer[] {
  const script = join(process.env.PEERS ?? '', 'ecs-deploy', 'ecs-deploy');
  const hasAws = spawnSync('aws', ['--version']).status === 0;
  const hasScript = process.env.PEERS !== undefined && existsSync(script);
  if (!hasAws)
    process.stderr.write('The AWS CLI and ecs-deploy are left out: there is no aws on the PATH.\n');
  else if (!hasScript) process.stderr.write(`${HOW_TO_GET_ECS_DEPLOY}\n`);
  return [
    { name: 'cli', command: slipway },
    ...(hasAws && hasScript ? [{ name: 'ecs-deploy', command: ecsDeployOf(script) }] : []),
    ...(hasAws ? [{ name: 'aws-cli', command: awsCli }] : []),
  ];
}

function slipway({ endpoint }: Sandbox): readonly [string, ...string[]] {
  const args = ['deploy', '-c', 'tools', '-n', 'dashboard', '-i', 'dashboard:5.2.1', '--sandbox', endpoint];
  return [process.execPath, CLI, ...args];
}

function ecsDeployOf(script: string): Deployer['command'] {
  return ({ endpoint }) => {
    const image = `${new URL(endpoint).host}/dashboard:5.2.1`;
    return ['bash', script, '-c', 'tools', '-n', 'dashboard', '-i', image, '-t', '600'];
  };
}

/** What a script does by hand: read, register, update, wait. */
function awsCli({ endpoint }: Sandbox): readonly [string, ...string[]] {
  const image = `${new URL(endpoint).host}/dashboard:5.2.1`;
  const script = [
    'set -euo pipefail',
    'running=$(aws ecs describe-services --cluster tools --services dashboard --query "services[0].taskDefinition" --output text)',
    'aws ecs describe-task-definition --task-definition "$running" --query taskDefinition --output json |',
    `  jq '.containerDefinitions[0].image = "${image}" | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy, .deregisteredAt)' > "$WORK/task.json"`,
    'next=$(aws ecs register-task-definition --cli-input-json "file://$WORK/task.json" --query taskDefinition.taskDefinitionArn --output text)',
    'aws ecs update-service --cluster tools --service dashboard --task-definition "$next" > "$WORK/updated.json"',
    'aws ecs wait services-stable --cluster tools --services dashboard',
  ];
  return ['bash', '-c', script.join('\n')];
}

async function measure({ name, command }: Deployer): Promise<Measured> {
  const results: Measured[] = [];
  for (let index = 0; index < RUNS; index += 1) {
    const sandbox = await startSandbox({ scenario: 'demo', speed: 1 });
    const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
    try {
      results.push(await deployOnce(name, command(sandbox, data), sandbox, data));
    } finally {
      await sandbox.close();
      rmSync(data, { recursive: true, force: true });
    }
  }
  return {
    seconds: round(median(results.map(({ seconds }) => seconds)), 1),
    calls: median(results.map(({ calls }) => calls)),
    megabytes: Math.round(median(results.map(({ megabytes }) => megabytes))),
  };
}

async function deployOnce(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  sandbox: Sandbox,
  data: string,
): Promise<Measured> {
  const callsBefore = sandbox.calls().length;
  const start = performance.now();
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: data,
      WORK: data,
      SLIPWAY_DATA: data,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_DEFAULT_REGION: sandbox.region,
      AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const memory = sampleMemory(child);
  await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  const megabytes = memory.stop();
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? 'a signal'}: ${errors}`);
  return { seconds, calls: sandbox.calls().length - callsBefore, megabytes };
}

/** The most memory that a process and what it has started had at one time, in MB. Only Linux has it: 0 elsewhere. */
function sampleMemory({ pid }: ChildProcess): { readonly stop: () => number } {
  let most = 0;
  const timer = setInterval(() => {
    if (pid !== undefined) most = Math.max(most, treeMemory(pid));
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return most / 1024;
    },
  };
}

/** In KB. A process that has just ended has none. */
function treeMemory(pid: number): number {
  const status = procFile(pid, 'status');
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  const children = procFile(pid, join('task', String(pid), 'children'))
    .split(' ')
    .filter(Boolean);
  return children.reduce((sum, child) => sum + treeMemory(Number(child)), own);
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(join('/proc', String(pid), name), 'utf8');
  } catch {
    return '';
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
