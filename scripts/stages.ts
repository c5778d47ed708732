import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_BEFORE, buildApp } from './built-app.ts';
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

/**
 * Every stage of `npm test`. Those of a group run side by side, the groups one after the other, each whatever became of
 * those before it. The Docker tests mostly wait for the Docker Engine, so the unit tests have the processor meanwhile.
 */
export const STAGES: readonly (readonly Stage[])[] = [
  [
    // By default four checkers each read the types of the AWS SDK for themselves, half as much work again.
    { title: 'Types', run: (run) => check(run, ['typescript', 'tsc', '--build', '--checkers', '1']) },
    { title: 'Lint', run: lint },
    { title: 'Dead code', run: (run) => check(run, ['knip', 'knip', '--no-progress']) },
    { title: 'Build', run: build },
  ],
  [
    { title: 'Unit and sandbox tests', run: (run) => vitest(run, '!docker', 'unit') },
    { title: 'Docker tests', run: docker },
  ],
  [{ title: 'Browser and desktop tests', run: playwright }],
];

const DOCKER_TESTS = '{src,packaging}/**/*.docker.test.ts';

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

async function docker(run: Run): Promise<Outcome> {
  if (run.canUseDocker) return vitest(run, 'docker', 'docker');
  return { tally: skipped(globSync(DOCKER_TESTS, { cwd: run.root }).length), output: '' };
}

/** Runs the projects that a pattern names. A run has a report of its own, as two of them run side by side. */
async function vitest(run: Run, projects: string, name: string): Promise<Outcome> {
  const report = join(run.root, 'test-results', `${name}.json`);
  rmSync(report, { force: true });
  const environment = { ...run.environment, [BUILT_BEFORE]: 'true' };
  const { code, output } = await runTool({ ...run, environment }, [
    'vitest',
    'vitest',
    'run',
    `--project=${projects}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return { tally: tallyOfVitest(readReport(report), code), output };
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
