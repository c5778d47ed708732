import { setImmediate } from 'node:timers/promises';
import { keepCompiledCode } from './code-cache.ts';
import type { Engine } from './engine/engine.ts';
import type { Dispatcher } from './engine/ports/dispatcher.ts';
import type { KnownSecrets } from './engine/ports/known-secrets.ts';
import type { HostFacts, Logger, Ports } from './engine/ports/ports.ts';
import { lateDispatcher } from './late-dispatcher.ts';
import { isClockControlled, type OwnSandbox, startOwnSandbox } from './own-sandbox.ts';

/** A test lets a deployment of minutes pass within seconds, and does not wait for the next poll of it either. */
const CONTROLLED_POLL_INTERVAL_MS = 500;

type Environment = Ports['environment'];

export interface AppOptions {
  /** Its settings, such as AWS_PROFILE; a promise where they are still being read from the login shell. */
  readonly environment: Environment | Promise<Environment>;
  readonly dataFolder: string;
  /** Of the entry that runs. */
  readonly builtFolder: string;
  readonly logger: Logger;
  readonly secrets: KnownSecrets;
  readonly host: HostFacts;
  readonly systemProxy?: Ports['systemProxy'];
  /** `when-needed` starts it on a machine without AWS profiles; elsewhere a person may start it. */
  readonly sandbox: 'always' | 'when-needed';
}

/** The engine, with a sandbox if one is wanted. */
export interface App {
  /** Can be connected to at once; its calls wait for the engine. */
  readonly dispatcher: Dispatcher;
  /** Settles once the engine runs. Rejects, after logging, when it could not start: no call will be answered then. */
  readonly started: Promise<void>;
  /** The address of the sandbox, for other AWS tools; undefined where the start has none. Never rejects. */
  readonly sandboxEndpoint: Promise<string | undefined>;
  /**
   * Loads and starts the engine. Called once, when the host has nothing to show first. That keeps the process busy for
   * some hundred milliseconds; between its parts it waits for `letOthersRun`, so that a host answers its page meanwhile.
   */
  start(letOthersRun?: () => Promise<void>): void;
  /** Where a test sets the speed of the sandbox's clock; nothing unless the environment asks for it. Never rejects. */
  readonly sandboxClock: Promise<string | undefined>;
  close(): Promise<void>;
}

interface Running {
  readonly engine: Engine;
  readonly sandbox: OwnSandbox | undefined;
}

/** An app whose engine starts with `start`. Calls wait for it. Its parts are loaded only then. */
export function openApp(options: AppOptions): App {
  const { promise: running, resolve, reject } = Promise.withResolvers<Running>();
  let state: 'waiting' | 'started' | 'closed' = 'waiting';
  const started = running.then(() => undefined);
  // It is logged below, and a host may ask later than it happens.
  started.catch(() => undefined);
  return {
    dispatcher: lateDispatcher(
      running.then(({ engine }) => engine.dispatcher),
      options.logger,
    ),
    started,
    sandboxEndpoint: running.then(
      ({ sandbox }) => sandbox?.account.endpoint,
      () => undefined,
    ),
    sandboxClock: running.then(
      ({ sandbox }) => sandbox?.clock,
      () => undefined,
    ),
    start(letOthersRun = async () => setImmediate()) {
      if (state !== 'waiting') return;
      state = 'started';
      keepCompiledCode(options.dataFolder, options.builtFolder);
      startEngine(options, letOthersRun).then(resolve, reject);
    },
    async close() {
      const isRunning = state === 'started';
      state = 'closed';
      if (!isRunning) return;
      const started = await running.catch(() => undefined);
      await started?.engine.close();
      await started?.sandbox?.close();
    },
  };
}

/** Says where the sandbox is, once it is there, and where its clock is controlled, if it is: a line for each. */
export async function announceSandbox(app: App): Promise<void> {
  const [endpoint, clock] = await Promise.all([app.sandboxEndpoint, app.sandboxClock]);
  if (clock !== undefined) process.stdout.write(`The clock of the sandbox is at ${clock}\n`);
  if (endpoint !== undefined) process.stdout.write(`The sandbox is at ${endpoint}\n`);
}

/** The options once the environment is known. */
type StartOptions = AppOptions & { readonly environment: Environment };

async function startEngine(appOptions: AppOptions, letOthersRun: () => Promise<void>): Promise<Running> {
  const options: StartOptions = { ...appOptions, environment: await appOptions.environment };
  const { environment, logger, secrets, host, systemProxy } = options;
  await import('../shared/contract.ts');
  await letOthersRun();
  const { createEngine } = await import('./engine/engine.ts');
  await letOthersRun();
  const sandbox = await sandboxFor(options, letOthersRun);
  try {
    await letOthersRun();
    const engine = await createEngine({
      environment,
      paths: { data: options.dataFolder },
      clock: { now: () => new Date() },
      logger,
      secrets,
      host,
      accounts: sandbox === undefined ? [] : [sandbox.account],
      ...(sandbox === undefined && { startSandbox: () => startOwnSandbox(options, letOthersRun) }),
      ...(systemProxy === undefined ? {} : { systemProxy }),
      ...(isClockControlled(environment) && { pollIntervalMs: CONTROLLED_POLL_INTERVAL_MS }),
    });
    return { engine, sandbox };
  } catch (error) {
    await sandbox?.close();
    throw error;
  }
}

async function sandboxFor(
  options: StartOptions,
  letOthersRun: () => Promise<void>,
): Promise<OwnSandbox | undefined> {
  if (options.sandbox === 'when-needed' && (await isSetUpForAws(options))) return undefined;
  return startOwnSandbox(options, letOthersRun);
}

/**
 * Whether this machine has AWS accounts. Unreadable files count too: they must be reported, not replaced by a sandbox.
 */
async function isSetUpForAws({ environment }: StartOptions): Promise<boolean> {
  const { openAccounts } = await import('./engine/aws/accounts.ts');
  const accounts = await openAccounts({ environment, accounts: [] });
  return accounts.list().length > 0 || accounts.problem() !== undefined;
}
