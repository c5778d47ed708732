import { join } from 'node:path';
import type { Dispatcher } from './engine/dispatcher.ts';
import type { Engine } from './engine/engine.ts';
import type { FixedAccount, HostFacts, Logger } from './engine/ports.ts';
import { lateDispatcher } from './late-dispatcher.ts';

export interface AppOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  readonly logger: Logger;
  readonly host: HostFacts;
  /** `when-needed` starts it on a machine without AWS profiles. */
  readonly sandbox: 'always' | 'when-needed';
}

/** The engine, with a sandbox where one is wanted. */
export interface App {
  /** Can be connected to at once; its calls wait for the engine. */
  readonly dispatcher: Dispatcher;
  /** Where the sandbox listens, for other tools of AWS; nothing where there is none. Never rejects. */
  readonly sandboxEndpoint: Promise<string | undefined>;
  /** Loads and starts the engine. Called once, when the host has nothing to show first. */
  start(): void;
  close(): Promise<void>;
}

interface Running {
  readonly engine: Engine;
  readonly sandbox: RunningSandbox | undefined;
}

interface RunningSandbox {
  readonly account: FixedAccount;
  close(): Promise<void>;
}

/** An app whose engine starts with `start`, and whose calls wait for it. What it is built of is loaded only then. */
export function openApp(options: AppOptions): App {
  const { promise: running, resolve, reject } = Promise.withResolvers<Running>();
  let isStarted = false;
  return {
    dispatcher: lateDispatcher(
      running.then(({ engine }) => engine.dispatcher),
      options.logger,
    ),
    sandboxEndpoint: running.then(
      ({ sandbox }) => sandbox?.account.endpoint,
      () => undefined,
    ),
    start() {
      isStarted = true;
      startEngine(options).then(resolve, reject);
    },
    async close() {
      if (!isStarted) return;
      const started = await running.catch(() => undefined);
      await started?.engine.close();
      await started?.sandbox?.close();
    },
  };
}

/** Says on one line where the sandbox is, once it is there. */
export async function announceSandbox(app: App): Promise<void> {
  const endpoint = await app.sandboxEndpoint;
  if (endpoint !== undefined) process.stdout.write(`The sandbox is at ${endpoint}\n`);
}

async function startEngine(options: AppOptions): Promise<Running> {
  const { environment, logger, host } = options;
  const [{ createEngine }, sandbox] = await Promise.all([import('./engine/engine.ts'), sandboxFor(options)]);
  try {
    const engine = await createEngine({
      environment,
      paths: { data: options.dataFolder },
      clock: { now: () => new Date() },
      logger,
      host,
      accounts: sandbox === undefined ? [] : [sandbox.account],
    });
    return { engine, sandbox };
  } catch (error) {
    await sandbox?.close();
    throw error;
  }
}

async function sandboxFor(options: AppOptions): Promise<RunningSandbox | undefined> {
  if (options.sandbox === 'when-needed' && (await isSetUpForAws(options))) return undefined;
  const sandbox = await startKeptSandbox(options);
  const { region, endpoint, credentials, speed } = sandbox;
  return {
    account: { id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace: speed },
    close: () => sandbox.close(),
  };
}

/** A sandbox that goes on where the last one ended; a fleeting one while another Slipway has that. */
async function startKeptSandbox({ dataFolder, logger }: AppOptions) {
  const { startSandbox } = await import('../sandbox/start.ts');
  try {
    return await startSandbox({ scenario: 'demo', dataFolder: join(dataFolder, 'sandbox'), logger });
  } catch (error) {
    logger.warn({ err: error }, 'The sandbox keeps nothing this time');
    return startSandbox({ scenario: 'demo', logger });
  }
}

/**
 * Whether this machine has accounts of its own. Files that cannot be read count too: the person is to be told
 * about them, not shown a sandbox.
 */
async function isSetUpForAws({ environment }: AppOptions): Promise<boolean> {
  const { openAccounts } = await import('./engine/aws/accounts.ts');
  const accounts = await openAccounts({ environment, accounts: [] });
  return accounts.list().length > 0 || accounts.problem() !== undefined;
}
