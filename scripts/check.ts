import { delimiter, join } from 'node:path';
import { parseCheckOptions } from './check-options.ts';
import { ROOT } from './checkout.mjs';
import { engineCandidates, findEngine, startPrivateEngine, type TestEngine } from './docker-engine.ts';
import { createMemoryFolder, type MemoryFolder } from './memory-folder.ts';
import {
  adviceFor,
  canInstall,
  findChromium,
  findHeadlessShell,
  findOnPath,
  hasStaticBusybox,
  installDebianPackages,
  isDebianLike,
  REQUIREMENT_NAMES,
  REQUIREMENTS,
  type Requirement,
  tryToInstallHeadlessShell,
  updateDebianPackages,
} from './requirements.ts';
import { type Run, STAGES, type Stage } from './stages.ts';
import { countsOf, sum, type Tally } from './tally.ts';
import { folderBehindShim } from './version-manager.ts';

const MACHINE = { platform: process.platform, environment: process.env };
const INTERRUPTED = 130;
const NEEDED_WITH_DOCKER: ReadonlySet<Requirement> = new Set([
  'docker',
  'busybox',
  'skopeo',
  'docker-registry',
]);

/** What `npm test` does once the packages are there. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort());
}
try {
  const { times } = parseCheckOptions(process.argv.slice(2));
  process.exitCode = await testEverything(times, interruption.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function testEverything(times: number, signal: AbortSignal): Promise<number> {
  await installMissing(signal);
  const engine = await openEngine(signal);
  const memory = createMemoryFolder();
  try {
    const missing = missingRequirements(engine);
    for (const line of adviceFor(missing, isDebianLike())) say(line);

    const run: Run = {
      root: ROOT,
      environment: environmentFor(engine, memory),
      signal,
      canUseDocker: !missing.some((requirement) => NEEDED_WITH_DOCKER.has(requirement)),
      canUseBrowser: !missing.includes('chromium'),
    };
    const tallies: Tally[] = [];
    for (let number = 1; number <= times && !signal.aborted; number += 1) {
      tallies.push(await runStages(run, `Run ${number} of ${times}`));
    }
    return conclude(sum(tallies), signal);
  } finally {
    memory?.remove();
    await engine?.stop();
  }
}

async function runStages(run: Run, title: string): Promise<Tally> {
  const start = performance.now();
  const tallies: Tally[] = [];
  for (const group of STAGES) {
    tallies.push(...(await Promise.all(group.map((stage) => runStage(stage, run)))));
  }
  const total = sum(tallies);
  if (!run.signal.aborted) say(`${title}: ${countsOf(total)} in ${secondsSince(start)} s`);
  return total;
}

async function runStage(stage: Stage, run: Run): Promise<Tally> {
  if (run.signal.aborted) return sum([]);
  const start = performance.now();
  const { tally, output } = await stage.run(run);
  if (tally.failed > 0 && !run.signal.aborted) say(output.trimEnd());
  say(`${stage.title}: ${resultOf(tally)} in ${secondsSince(start)} s`);
  return tally;
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** In another form than the last line, which alone stands for the whole run. */
function resultOf({ passed, failed, skipped }: Tally): string {
  const result = failed === 0 ? `${passed} ok` : `${failed} of ${passed + failed} not ok`;
  return skipped === 0 ? result : `${result}, ${skipped} left out`;
}

function conclude(total: Tally, signal: AbortSignal): number {
  if (signal.aborted) {
    say('Interrupted.');
    return INTERRUPTED;
  }
  say(`Slipway: ${countsOf(total)}`);
  return total.failed > 0 || (total.skipped > 0 && skipsFail()) ? 1 : 0;
}

/** A Linux runner can have everything. Those of macOS and Windows have no Docker Engine for Linux images. */
function skipsFail(): boolean {
  return process.env.CI === 'true' && process.platform === 'linux';
}

async function installMissing(signal: AbortSignal): Promise<void> {
  if (!canInstall()) return;
  const engine = await findEngine(engineCandidates(process.env, process.platform));
  const hasDaemon = engine !== undefined || findOnPath('dockerd', process.env) !== undefined;
  const missing = missingRequirements(engine).filter((requirement) => requirement !== 'docker' || !hasDaemon);
  const hasShell = process.env.SLIPWAY_TEST_CHROMIUM || findHeadlessShell(process.env) !== undefined;
  if (missing.length === 0 && hasShell) return;
  await updateDebianPackages(signal);
  if (!hasShell) await tryToInstallHeadlessShell(signal);
  if (missing.length === 0) return;
  const packages = missing.map((requirement) => REQUIREMENTS[requirement].debianPackage);
  say(`Installing ${packages.join(', ')}`);
  const { problem } = await installDebianPackages(packages, signal);
  if (problem !== undefined) say(problem.trimEnd());
}

/** The engine that answers here, or one of our own where there is none and root can start it. */
async function openEngine(signal: AbortSignal): Promise<TestEngine | undefined> {
  const found = await findEngine(engineCandidates(process.env, process.platform));
  if (found !== undefined) return found;
  const dockerd = findOnPath('dockerd', process.env);
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || dockerd === undefined) return undefined;
  try {
    return await startPrivateEngine(dockerd, signal);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function missingRequirements(engine: TestEngine | undefined): readonly Requirement[] {
  const isThere: Readonly<Record<Requirement, boolean>> = {
    chromium: findChromium(MACHINE) !== undefined,
    docker: engine !== undefined,
    busybox: hasStaticBusybox(),
    skopeo: findOnPath('skopeo', process.env) !== undefined,
    'docker-registry': findOnPath('docker-registry', process.env) !== undefined,
    aws: findOnPath('aws', process.env) !== undefined,
    jq: findOnPath('jq', process.env) !== undefined,
    zsh: findOnPath('zsh', process.env) !== undefined,
    fish: findOnPath('fish', process.env) !== undefined,
  };
  return REQUIREMENT_NAMES.filter((requirement) => !isThere[requirement]);
}

function environmentFor(engine: TestEngine | undefined, memory: MemoryFolder | undefined): NodeJS.ProcessEnv {
  const chromium = findChromium(MACHINE);
  const shell = findHeadlessShell(process.env);
  const { FORCE_COLOR: _, NO_COLOR: __, ...environment } = process.env;
  const ofAws = folderBehindShim('aws', process.env);
  // What the tests start as `node` is the Node of the tools too.
  const first = [join(ROOT, 'node_modules', '.bin'), ...(ofAws === undefined ? [] : [ofAws])];
  return {
    ...environment,
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    ...(engine === undefined ? {} : { SLIPWAY_TEST_DOCKER_HOST: engine.host }),
    ...(chromium === undefined ? {} : { SLIPWAY_TEST_CHROMIUM: chromium }),
    ...(shell === undefined ? {} : { SLIPWAY_TEST_HEADLESS_SHELL: shell }),
    // Where Node's tmpdir() is, and that of the programs that the tests start.
    ...(memory === undefined ? {} : { TMPDIR: memory.path }),
    PATH: [...first, process.env.PATH ?? ''].join(delimiter),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
