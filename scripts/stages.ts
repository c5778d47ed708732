import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './built-app.ts';
import { type Finished, runToEnd } from './child-process.ts';
import { packageBinary } from './package-binary.ts';
import { FAILED, PASSED, skipped, type Tally, tallyOfPlaywright, tallyOfVitest } from './tally.ts';

/** What the stages run with. */
export interface Run {
  readonly root: string;
  /** The environment of every tool, with what the tests need named in it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly canUseDocker: boolean;
  readonly canUseBrowser: boolean;
}

export interface Outcome {
  readonly tally: Tally;
  /** Shown when something failed. */
  readonly output: string;
}

export interface Stage {
  readonly title: string;
  run(run: Run): Promise<Outcome>;
}

/** Every stage of `npm test`, in its order. Each is run whatever became of those before it. */
export const STAGES: readonly Stage[] = [
  { title: 'Types', run: (run) => check(run, ['typescript', 'tsc', '--build']) },
  { title: 'Lint', run: lint },
  { title: 'Dead code', run: (run) => check(run, ['knip', 'knip', '--no-progress']) },
  { title: 'Build', run: build },
  { title: 'Unit, sandbox and Docker tests', run: vitest },
  { title: 'Browser and desktop tests', run: playwright },
];

type Command = readonly [packageName: string, command: string, ...args: string[]];

function runTool(
  { root, environment, signal }: Run,
  [packageName, command, ...args]: Command,
): Promise<Finished> {
  const script = packageBinary(root, packageName, command);
  return runToEnd(process.execPath, [script, ...args], { cwd: root, env: environment, signal });
}

async function check(run: Run, command: Command): Promise<Outcome> {
  const { code, output } = await runTool(run, command);
  return { tally: code === 0 ? PASSED : FAILED, output };
}

async function lint(run: Run): Promise<Outcome> {
  const commands: readonly Command[] = [
    ['@biomejs/biome', 'biome', 'ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'],
    ['oxlint', 'oxlint', '--type-aware'],
  ];
  const finished = await Promise.all(commands.map((command) => runTool(run, command)));
  return {
    tally: finished.every(({ code }) => code === 0) ? PASSED : FAILED,
    output: finished.map(({ output }) => output).join('\n'),
  };
}

async function build({ root, signal }: Run): Promise<Outcome> {
  const { code, output } = await buildApp(root, signal);
  return { tally: code === 0 ? PASSED : FAILED, output };
}

async function vitest(run: Run): Promise<Outcome> {
  const report = join(run.root, 'test-results', 'unit.json');
  rmSync(report, { force: true });
  const withoutDocker = run.canUseDocker ? [] : ['--project=!docker'];
  const { code, output } = await runTool(run, [
    'vitest',
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...withoutDocker,
  ]);
  const ran = tallyOfVitest(readReport(report), code);
  const left = run.canUseDocker ? 0 : globSync('src/**/*.docker.test.ts', { cwd: run.root }).length;
  return { tally: { ...ran, skipped: ran.skipped + left }, output };
}

async function playwright(run: Run): Promise<Outcome> {
  const specs = globSync('e2e/{,shell/}specs/*.spec.ts', { cwd: run.root }).length;
  if (specs === 0) return { tally: skipped(0), output: '' };
  if (!run.canUseBrowser) return { tally: skipped(specs), output: '' };
  const report = join(run.root, 'test-results', 'e2e.json');
  rmSync(report, { force: true });
  const { code, output } = await runTool(run, ['@playwright/test', 'playwright', 'test']);
  return { tally: tallyOfPlaywright(readReport(report), code), output };
}

/** A report that is not there, or was cut short, counts nothing; the exit code then tells of the failure. */
function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
