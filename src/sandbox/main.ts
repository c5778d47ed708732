import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { visibleJson, visibleText } from '../shared/visible-text.ts';
import type { SandboxLogger } from './core/logger.ts';
import { isScenario, SCENARIO_LOADERS, type Scenario } from './scenarios/scenarios.ts';
import { type SandboxOptions, startSandbox } from './start.ts';
import { FAULTS_SYNTAX, parseFaults } from './traffic/fault-options.ts';
import { PROFILES, type Profile } from './traffic/profiles.ts';

const SCENARIOS = Object.keys(SCENARIO_LOADERS);

const USAGE = `Usage: npm run sandbox -- [--port N] [--scenario ${SCENARIOS.join('|')}] [--data FOLDER]
         [--profile ${PROFILES.join('|')}] [--faults ${FAULTS_SYNTAX}] [--speed X]
         [--account NUMBER] [--deny ACTION,...] [--allow-host NAME,...]`;

/** Its address is all that goes to standard output; what the sandbox has to report goes to standard error. */
const stderrLogger: SandboxLogger = {
  warn: (fields, message) => writeLog('warning', fields, message),
  error: (fields, message) => writeLog('error', fields, message),
};

function writeLog(
  level: string,
  { err, ...fields }: Readonly<Record<string, unknown>>,
  message: string,
): void {
  const stack = err instanceof Error ? (err.stack ?? err.message) : '';
  const cause = stack === '' ? '' : `\n${stack.split('\n').map(visibleText).join('\n')}`;
  process.stderr.write(`${level}: ${visibleText(message)} ${visibleJson(fields)}${cause}\n`);
}

/** @throws Error with a sentence that says which option is wrong. */
function readOptions(args: readonly string[]): SandboxOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      scenario: { type: 'string', default: 'demo' },
      speed: { type: 'string' },
      data: { type: 'string' },
      profile: { type: 'string' },
      faults: { type: 'string' },
      account: { type: 'string' },
      deny: { type: 'string' },
      'allow-host': { type: 'string' },
    },
  });
  const { port, scenario, speed, data, profile, faults, account, deny, 'allow-host': hosts } = values;
  return {
    scenario: readScenario(scenario),
    logger: stderrLogger,
    containerLines: 'requests',
    ...(port !== undefined && { port: readPort(port) }),
    ...(speed !== undefined && { speed: readSpeed(speed) }),
    ...(data !== undefined && { dataFolder: data }),
    ...(profile !== undefined && { profile: readProfile(profile) }),
    ...(faults !== undefined && { faults: parseFaults(faults) }),
    ...(account !== undefined && { accountId: readAccount(account) }),
    ...(deny !== undefined && { deniedActions: readActions(deny) }),
    ...(hosts !== undefined && { hosts: readHosts(hosts) }),
  };
}

function readScenario(text: string): Scenario {
  if (isScenario(text)) return text;
  throw new Error(`There is no scenario '${text}'. Choose one of: ${SCENARIOS.join(', ')}.`);
}

function readProfile(text: string): Profile {
  const profile = PROFILES.find((each) => each === text);
  if (profile !== undefined) return profile;
  throw new Error(`There is no profile '${text}'. Choose one of: ${PROFILES.join(', ')}.`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port takes a number from 0 to 65535, not '${text}'.`);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new Error(`--speed takes a number above 0, not '${text}'.`);
}

function readAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new Error(`--account takes the 12 digits of an account, not '${text}'.`);
}

function readActions(text: string): readonly string[] {
  const actions = text.split(',').map((action) => action.trim());
  const wrong = actions.find((action) => !/^[\w-]+:[\w*?]+$/.test(action));
  if (wrong === undefined) return actions;
  throw new Error(`--deny takes actions of IAM such as iam:PassRole,secretsmanager:*, not '${wrong}'.`);
}

function readHosts(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(name));
  if (wrong === undefined) return names;
  throw new Error(`--allow-host takes names without a port, such as host.docker.internal, not '${wrong}'.`);
}

const PARENT_CHECK_MS = 500;

/**
 * Resolves when the shell ends in which `npm run` started this process. A signal to npm ends npm and that shell, but
 * the shell does not pass it on, and the sandbox would keep its port forever. Never resolves without npm.
 */
function shellOfNpmEnds(): Promise<void> {
  const shell = process.ppid;
  return new Promise((resolve) => {
    if (process.env.npm_lifecycle_event === undefined) return;
    const timer = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(timer);
      resolve();
    }, PARENT_CHECK_MS);
    timer.unref();
  });
}

async function main(): Promise<void> {
  // The sandbox's files are readable by their owner only, in any folder.
  process.umask(0o077);
  // First, because npm may end as soon as it has read the line below.
  const shellEnds = shellOfNpmEnds();
  const sandbox = await startSandbox(readOptions(process.argv.slice(2)));
  process.stdout.write(`Slipway sandbox listening on ${sandbox.endpoint}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), shellEnds]);
  await sandbox.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${visibleText(error instanceof Error ? error.message : String(error))}\n${USAGE}\n`);
  process.exitCode = 1;
});
